equityChart("equity", "equity-legend");
prices.start();
list.start();
const wanted = /^#trade-(\d+)$/.exec(window.location.hash);
const row = wanted ? Number(wanted[1]) - 1 - data.trades.first : -1;
if (row >= 0 && row < data.trades.symbol.length) list.choose(row, true);
if (data.histogram) histogramChart("histogram");
