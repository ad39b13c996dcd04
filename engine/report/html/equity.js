// The equity curve with buy and hold beside it, and below both how far equity had fallen.
function equityChart(id, legend) {
  const source = data.equity;
  const times = sums(source.t);
  const equity = values(source.equity, source.decimals);
  const hold = source.hold && values(source.hold, source.decimals);
  const places = data.places;
  const rowOf = new Map(times.map((time, k) => [time, k]));
  let chart = null;
  let logarithmic = false;

  function words(k) {
    const parts = [["", moment(times[k])], ["Equity", number(equity[k], places), colour("--accent")]];
    if (hold) parts.push(["Buy and hold", number(hold[k], places), colour("--hold")]);
    parts.push(["Fall", number(source.fall[k], 2) + " %", colour("--loss")]);
    tell($(legend), parts);
  }

  function draw() {
    const range = chart && chart.timeScale().getVisibleLogicalRange();
    if (chart) chart.remove();
    chart = newChart($(id));
    const priceFormat = { type: "custom", minMove: 10 ** -places, formatter: (value) => number(value, places) };
    const tint = colour("--accent");
    const main = chart.addSeries(LightweightCharts.AreaSeries, {
      lineColor: tint, topColor: tint + "33", bottomColor: tint + "05", lineWidth: 2, priceFormat, title: "Equity",
    });
    main.setData(points(times, equity));
    if (hold) {
      const beside = chart.addSeries(LightweightCharts.LineSeries, {
        color: colour("--hold"), lineWidth: 1, priceFormat, title: "Buy and hold",
      });
      beside.setData(points(times, hold));
    }
    const red = colour("--loss");
    const percent = { type: "custom", minMove: 0.01, formatter: (value) => number(value, 2) + " %" };
    const below = chart.addSeries(LightweightCharts.BaselineSeries, {
      baseValue: { type: "price", price: 0 }, topLineColor: red, bottomLineColor: red, bottomFillColor1: red + "11",
      bottomFillColor2: red + "55", lineWidth: 1, priceFormat: percent, title: "Fall",
    }, 1);
    below.setData(times.map((time, k) => ({ time, value: -source.fall[k] })));
    chart.panes()[0].setStretchFactor(3);
    chart.panes()[1].setStretchFactor(1);
    chart.priceScale("right", 0).applyOptions({ mode: logarithmic ? 1 : 0 });
    chart.subscribeCrosshairMove((at) => words(at.time === undefined ? times.length - 1 : rowOf.get(at.time)));
    if (range) chart.timeScale().setVisibleLogicalRange(range);
    else chart.timeScale().fitContent();
  }

  if (!times.length) return;
  redrawnWithTheme(draw);
  words(times.length - 1);
  $("log").addEventListener("click", () => {
    logarithmic = !logarithmic;
    chart.priceScale("right", 0).applyOptions({ mode: logarithmic ? 1 : 0 });
  });
}

function histogramChart(id) {
  let chart = null;
  redrawnWithTheme(() => {
    if (chart) chart.remove();
    chart = LightweightCharts.createOptionsChart($(id), { autoSize: true, ...look(), localization: { precision: 2 } });
    const series = chart.addSeries(LightweightCharts.HistogramSeries, {
      priceFormat: { type: "custom", minMove: 1, formatter: (value) => number(value, 0) }, title: "Trades",
    });
    series.setData(data.histogram.map(({ from, to, trades }) => {
      const middle = (from + to) / 2;
      return { time: middle, value: trades, color: colour(middle < 0 ? "--loss" : "--gain") };
    }));
    chart.timeScale().fitContent();
  });
}
