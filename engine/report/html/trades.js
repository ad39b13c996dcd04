// The table of trades: sorted by any column, a page at a time; a row's button shows it on the chart.
const ROWS = 50;
const ROWS_ON_PAPER = 500;

const columns = [
  ["#", (k) => data.trades.first + k + 1, (k) => String(data.trades.first + k + 1)],
  ["Symbol", (k) => data.trades.symbols[data.trades.symbol[k]]],
  ["Side", (k) => (data.trades.side[k] > 0 ? "long" : "short")],
  ["Entry", (k) => data.trades.entry_time[k], (k) => moment(data.trades.entry_time[k])],
  ["Price", (k) => data.trades.entry_price[k], (k) => price(data.trades.entry_price[k])],
  ["Exit", (k) => data.trades.exit_time[k], (k) => moment(data.trades.exit_time[k])],
  ["Price", (k) => data.trades.exit_price[k], (k) => price(data.trades.exit_price[k])],
  ["Quantity", (k) => data.trades.quantity[k], (k) => price(data.trades.quantity[k])],
  ["Fees", (k) => data.trades.fees[k], (k) => number(data.trades.fees[k], data.places)],
  ["Profit", (k) => data.trades.profit[k], (k) => number(data.trades.profit[k], data.places)],
  ["%", (k) => data.trades.profit_pct[k], (k) => number(data.trades.profit_pct[k], 2)],
  ["Candles", (k) => data.trades.candles[k], (k) => number(data.trades.candles[k], 0)],
  ["Exit by", (k) => data.trades.reasons[data.trades.reason[k]]],
];

const list = {
  order: data.trades.symbol.map((_, k) => k), page: 0, by: 0, down: false, chosen: null,

  sort(by) {
    this.down = by === this.by ? !this.down : by > 6;
    this.by = by;
    const key = columns[by][1];
    const sign = this.down ? -1 : 1;
    this.order.sort((a, b) => (key(a) < key(b) ? -sign : key(a) > key(b) ? sign : a - b));
    this.page = 0;
    this.draw();
  },

  head() {
    const row = document.createElement("tr");
    columns.forEach(([name], k) => {
      const cell = document.createElement("th");
      cell.scope = "col";
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      button.addEventListener("click", () => this.sort(k));
      cell.append(button);
      row.append(cell);
    });
    $("trades").tHead.replaceChildren(row);
  },

  row(k) {
    const row = document.createElement("tr");
    row.setAttribute("aria-current", String(k === this.chosen));
    columns.forEach(([name, key, words], at) => {
      const cell = document.createElement("td");
      const text = words ? words(k) : key(k);
      if (at === 0) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = text;
        button.setAttribute("aria-label", `Show trade ${text} on the chart`);
        button.addEventListener("click", () => this.choose(k, true));
        cell.append(button);
      } else cell.textContent = text;
      if (!words) cell.className = "word";
      if (name === "Profit" || name === "%") cell.classList.add(key(k) < 0 ? "loss" : "gain");
      row.append(cell);
    });
    row.addEventListener("dblclick", () => this.choose(k, true));
    return row;
  },

  draw(rows = ROWS) {
    const first = this.page * ROWS;
    $("trades").tBodies[0].replaceChildren(...this.order.slice(first, first + rows).map((k) => this.row(k)));
    [...$("trades").tHead.rows[0].cells].forEach((cell, k) =>
      cell.setAttribute("aria-sort", k === this.by ? (this.down ? "descending" : "ascending") : "none"));
    const last = Math.min(first + rows, this.order.length);
    $("page").textContent = this.order.length ? `${first + 1} to ${last} of ${this.order.length}` : "no trades";
    $("page-before").disabled = first === 0;
    $("page-after").disabled = last >= this.order.length;
  },

  choose(k, scroll) {
    this.chosen = k;
    this.draw();
    prices.show(k);
    if (scroll) $("prices").scrollIntoView({ block: "center" });
  },

  step(by) {
    if (!this.order.length) return;
    const at = this.chosen === null ? (by > 0 ? -1 : this.order.length) : this.order.indexOf(this.chosen);
    const to = Math.min(Math.max(at + by, 0), this.order.length - 1);
    this.page = Math.floor(to / ROWS);
    this.choose(this.order[to], false);
  },

  start() {
    this.head();
    this.draw();
    $("page-before").addEventListener("click", () => { this.page -= 1; this.draw(); });
    $("page-after").addEventListener("click", () => { this.page += 1; this.draw(); });
    $("before").addEventListener("click", () => this.step(-1));
    $("after").addEventListener("click", () => this.step(1));
    window.addEventListener("beforeprint", () => { this.page = 0; this.draw(ROWS_ON_PAPER); });
    window.addEventListener("afterprint", () => this.draw());
  },
};

function tellTrade(k) {
  const trades = data.trades;
  const said = Object.fromEntries(columns.map(([name, key, words], at) => [at, words ? words(k) : key(k)]));
  let words = `Trade ${said[0]}: ${said[2]} ${said[1]}, ${said[7]} at ${said[4]} (${said[3]}), `;
  words += `out by ${said[12]} at ${said[6]} (${said[5]}): ${said[9]} ${data.report.quote}, ${said[10]} %.`;
  if (trades.stop[k] !== null) words += ` First stop ${price(trades.stop[k])}.`;
  if (trades.target[k] !== null) words += ` First target ${price(trades.target[k])}.`;
  $("trade-words").textContent = words;
}
