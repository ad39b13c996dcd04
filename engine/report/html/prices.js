// Candles with the strategy's indicators and its trades: an overview, and the candles themselves around a trade.
const MOST_MARKED = 1500;
const MOST_NAMED = 80;

function candlesOf(piece, decimals) {
  const scaled = unit(decimals);
  let time = 0;
  let close = 0;
  return piece.t.map((step, k) => {
    time += step;
    const open = close + piece.o[k];
    close = open + piece.c[k];
    const high = Math.max(open, close) + piece.h[k];
    const low = Math.min(open, close) - piece.l[k];
    return { time, open: scaled(open), high: scaled(high), low: scaled(low), close: scaled(close) };
  });
}

function decimalFormat(decimals) {
  const places = Math.min(Math.max(0, decimals), 10);
  return { type: "custom", minMove: 10 ** -places, formatter: (value) => number(value, places) };
}

function lastAt(times, wanted) {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= wanted) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

const prices = {
  number: 0, piece: 0, chart: null, levels: null, times: [], chosen: null,

  tradesOf(first, last) {
    const trades = data.trades;
    const symbol = trades.symbols.indexOf(data.charts[this.number].symbol);
    const found = [];
    for (let k = 0; k < trades.symbol.length; k++) {
      if (trades.symbol[k] === symbol && trades.exit_time[k] >= first && trades.entry_time[k] <= last) found.push(k);
    }
    return found;
  },

  markers(numbers) {
    const trades = data.trades;
    const named = numbers.length <= MOST_NAMED;
    const marks = [];
    for (const k of numbers) {
      const long = trades.side[k] > 0;
      const at = (time) => this.times[lastAt(this.times, time)];
      marks.push({
        time: at(trades.entry_time[k]), position: long ? "belowBar" : "aboveBar", shape: long ? "arrowUp" : "arrowDown",
        color: colour("--accent"), text: named ? (long ? "long" : "short") : "",
      });
      if (trades.reasons[trades.reason[k]] === "open") continue;
      marks.push({
        time: at(trades.exit_time[k]), position: long ? "aboveBar" : "belowBar", shape: "circle",
        color: colour(trades.profit[k] < 0 ? "--loss" : "--gain"), text: named ? trades.reasons[trades.reason[k]] : "",
      });
    }
    return marks.sort((a, b) => a.time - b.time);
  },

  draw() {
    const source = data.charts[this.number];
    const piece = source.pieces[this.piece];
    const candles = candlesOf(piece, source.decimals);
    this.times = candles.map((candle) => candle.time);
    if (this.chart) this.chart.remove();
    const panes = [...new Set(source.lines.map((line) => line.pane))].filter((pane) => pane !== "");
    $("prices").style.height = `${420 + 110 * panes.length}px`;
    const chart = (this.chart = newChart($("prices")));
    const up = colour("--gain");
    const down = colour("--loss");
    const series = chart.addSeries(LightweightCharts.CandlestickSeries, {
      upColor: up, wickUpColor: up, downColor: down, wickDownColor: down, borderVisible: false,
      priceFormat: decimalFormat(source.decimals),
    });
    series.setData(candles);
    const lines = this.drawLines(source, piece, panes);
    chart.panes().forEach((pane, k) => pane.setStretchFactor(k ? 1 : 4));
    const numbers = this.tradesOf(this.times[0], this.times[this.times.length - 1] + source.step);
    const few = numbers.length <= MOST_MARKED;
    if (few) LightweightCharts.createSeriesMarkers(series, this.markers(numbers));
    this.levels = new Levels(few ? numbers : [], (time) => lastAt(this.times, time));
    series.attachPrimitive(this.levels);
    this.tellPiece(source, numbers.length, few);
    this.follow(source, candles, lines);
    chart.timeScale().fitContent();
  },

  drawLines(source, piece, panes) {
    const tints = lineColours();
    return source.lines.map((line, k) => {
      const column = values(piece.lines[k], line.decimals);
      const tint = tints[k % tints.length];
      const drawn = this.chart.addSeries(LightweightCharts.LineSeries, {
        color: tint, lineWidth: 1, title: line.name, priceLineVisible: false, lastValueVisible: false,
        crosshairMarkerVisible: false,
        priceFormat: decimalFormat(line.decimals),
      }, panes.indexOf(line.pane) + 1);
      drawn.setData(points(this.times, column));
      return { name: line.name, column, tint };
    });
  },

  follow(source, candles, lines) {
    const rowOf = new Map(this.times.map((time, k) => [time, k]));
    const words = (k) => {
      const candle = candles[k];
      const parts = [["", moment(candle.time)]];
      for (const name of ["open", "high", "low", "close"]) parts.push([name[0].toUpperCase(), price(candle[name])]);
      for (const line of lines) parts.push([line.name, price(line.column[k]), line.tint]);
      tell($("prices-legend"), parts);
    };
    if (!candles.length) return;
    words(candles.length - 1);
    this.chart.subscribeCrosshairMove((at) => words(at.time === undefined ? candles.length - 1 : rowOf.get(at.time)));
  },

  tellPiece(source, count, few) {
    const shown = this.piece ? source.timeframe : source.shown;
    const whole = this.piece === 0;
    let words = `${source.symbol}, ${shown} candles${whole ? "" : " around the trade"}.`;
    if (source.shown !== source.timeframe && whole) {
      words += ` ${source.candles.toLocaleString("en-US")} candles of ${source.timeframe} are shown as ${shown} ones;`;
      words += " choose a trade to see the candles themselves around it, where the page holds them.";
    }
    if (!few) words += ` ${count.toLocaleString("en-US")} trades are too many to mark here: choose one in the table.`;
    $("prices-note").textContent = words;
    $("whole").disabled = whole && this.chosen === null;
  },

  pieceWith(source, k) {
    const trades = data.trades;
    for (let p = source.pieces.length - 1; p > 0; p--) {
      const steps = source.pieces[p].t;
      const first = steps[0];
      const last = (steps.last ??= steps.reduce((sum, step) => sum + step, 0));
      if (first <= trades.entry_time[k] && trades.exit_time[k] <= last) return p;
    }
    return 0;
  },

  show(k) {
    const trades = data.trades;
    const number = data.charts.findIndex((chart) => chart.symbol === trades.symbols[trades.symbol[k]]);
    this.chosen = k;
    tellTrade(k);
    if (number < 0) {
      $("prices-note").textContent = "This symbol has no chart in this page.";
      return;
    }
    const piece = this.pieceWith(data.charts[number], k);
    if (number !== this.number || piece !== this.piece) {
      Object.assign(this, { number, piece });
      $("symbols").value = String(number);
      this.draw();
    }
    $("whole").disabled = false;
    this.levels.choose(k);
    const from = lastAt(this.times, trades.entry_time[k]);
    const to = lastAt(this.times, trades.exit_time[k]);
    const room = Math.max(30, (to - from) * 0.6);
    this.chart.timeScale().setVisibleLogicalRange({ from: from - room, to: to + room });
  },

  whole() {
    this.chosen = null;
    $("trade-words").textContent = "";
    this.piece = 0;
    this.draw();
  },

  start() {
    if (!data.charts.length) {
      $("prices-note").textContent = "There are no candles to show.";
      return;
    }
    data.charts.forEach((chart, k) => $("symbols").add(new Option(chart.symbol, String(k))));
    $("symbols-label").hidden = data.charts.length < 2;
    $("symbols").addEventListener("change", () => {
      this.number = Number($("symbols").value);
      this.whole();
    });
    $("whole").addEventListener("click", () => this.whole());
    redrawnWithTheme(() => {
      this.draw();
      if (this.chosen !== null) this.show(this.chosen);
    });
  },
};
