// Growth of every run over each other.
const runs = data.curves.map((curve) => ({
  name: curve.name, times: sums(curve.t), values: values(curve.growth, curve.decimals),
}));
let growth = null;
redrawnWithTheme(() => {
  if (growth) growth.remove();
  growth = newChart($("growth"));
  const tints = lineColours();
  const drawn = runs.map((run, k) => {
    const tint = tints[k % tints.length];
    const series = growth.addSeries(LightweightCharts.LineSeries, {
      color: tint, lineWidth: 2, title: run.name, priceLineVisible: false,
      priceFormat: { type: "custom", minMove: 0.01, formatter: (value) => `${number(value, 2)} %` },
    });
    series.setData(points(run.times, run.values));
    return { run, series, tint };
  });
  const words = (at) => tell($("growth-legend"), [
    ["", at && at.time !== undefined ? moment(at.time) : ""],
    ...drawn.map(({ run, series, tint }) => {
      const held = at && at.seriesData.get(series);
      return [run.name, `${number(held ? held.value : run.values[run.values.length - 1], 2)} %`, tint];
    }),
  ]);
  growth.subscribeCrosshairMove(words);
  words(null);
  growth.timeScale().fitContent();
});
