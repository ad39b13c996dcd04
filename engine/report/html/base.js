// What all charts of a page share: its data, its colours, and how packed columns are read.
const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const lineColours = () => colour("--lines").split(/\s+/);
const made = [];

function unit(decimals) {
  const power = 10 ** Math.abs(decimals);
  return decimals >= 0 ? (whole) => whole / power : (whole) => whole * power;
}

function sums(steps) {
  let at = 0;
  return steps.map((step) => (at += step));
}

function values(steps, decimals) {
  const scaled = unit(decimals);
  let at = 0;
  return steps.map((step) => (step === null ? null : scaled((at += step))));
}

function points(times, column) {
  return times.map((time, k) => (column[k] === null ? { time } : { time, value: column[k] }));
}

function look() {
  const border = { borderColor: colour("--line") };
  return {
    layout: {
      background: { color: colour("--card") }, textColor: colour("--text"),
      panes: { separatorColor: colour("--line"), separatorHoverColor: colour("--grid") },
    },
    grid: { vertLines: { color: colour("--grid") }, horzLines: { color: colour("--grid") } },
    rightPriceScale: border,
    timeScale: border,
  };
}

function newChart(holder, options) {
  const chart = LightweightCharts.createChart(holder, { autoSize: true, ...look() });
  chart.applyOptions(options || { timeScale: { timeVisible: true, secondsVisible: false, minBarSpacing: 0.01 } });
  return chart;
}

function redrawnWithTheme(draw) {
  made.push(draw);
  draw();
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  made.forEach((draw) => draw());
}

const dark = window.matchMedia("(prefers-color-scheme: dark)");
document.documentElement.dataset.theme = dark.matches ? "dark" : "light";
$("theme").hidden = false;
$("theme").addEventListener("click", () => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
let beforePrint = "light";
window.addEventListener("beforeprint", () => {
  beforePrint = document.documentElement.dataset.theme;
  setTheme("light");
});
window.addEventListener("afterprint", () => setTheme(beforePrint));

const number = (value, places) =>
  value === null || value === undefined ? "-" : value.toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places });
const price = (value) => (value === null ? "-" : value.toLocaleString("en-US", { maximumSignificantDigits: 8 }));
const moment = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");

function tell(holder, parts) {
  holder.replaceChildren();
  for (const [name, words, tint] of parts) {
    const label = document.createElement("b");
    label.textContent = name + " ";
    if (tint) label.style.color = tint;
    holder.append(label, words);
  }
}
