// Paths and distributions: Monte Carlo fans, folds, histograms.
const times = (value) => `× ${number(value, value < 10 ? 3 : value < 100 ? 1 : 0)}`;

data.fans.forEach((fan, n) => drawn(`fan-${n}`, () => {
  const shown = (value) => (fan.percent ? `${number(value * 100, 1)} %` : times(value));
  const line = (values) => values.map((value, k) => [fan.steps[k], value]);
  const half = fan.bands.length >> 1;
  const band = (low, high, opacity) => [
    { type: "line", stack: `band ${low}`, symbol: "none", silent: true, lineStyle: { opacity: 0 }, data: line(fan.bands[low]), tooltip: { show: false } },
    { type: "line", stack: `band ${low}`, symbol: "none", silent: true, lineStyle: { opacity: 0 }, areaStyle: { color: colour("--accent"), opacity },
      data: line(fan.bands[high].map((value, k) => value - fan.bands[low][k])), tooltip: { show: false } },
  ];
  const bands = Array.from({ length: half }, (_, k) => band(k, fan.bands.length - 1 - k, 0.14 + 0.1 * k)).flat();
  const told = (points) => {
    const at = points.length ? points[0].dataIndex : 0;
    const levels = fan.levels.map((level, k) => `${level} %: ${shown(fan.bands[k][at])}`).reverse();
    return [`${fan.unit} ${fan.steps[at]}`, `the run: ${shown(fan.seen[at])}`, ...levels].join("\n");
  };
  return {
    grid: { ...room, left: 80 }, tooltip: tip({ trigger: "axis", formatter: told }),
    legend: { top: 0, data: ["middle", "the run"], textStyle: { color: colour("--text") } },
    xAxis: axis(fan.unit, { type: "value", scale: false, max: fan.steps[fan.steps.length - 1] }),
    yAxis: axis("", { type: "value", axisLabel: { color: colour("--quiet"), formatter: shown } }), dataZoom: zoom({ xAxisIndex: 0 }),
    series: [
      ...bands,
      { name: "middle", type: "line", symbol: "none", color: colour("--accent"), lineStyle: { type: "dashed" }, data: line(fan.bands[half]) },
      { name: "the run", type: "line", symbol: "none", color: colour("--hold"), lineStyle: { width: 2.5 }, data: line(fan.seen) },
    ],
  };
}));

drawn("folds", () => ({
  color: lineColours(), grid: { ...room, left: 80 }, legend: { top: 0, type: "scroll", textStyle: { color: colour("--text") } },
  tooltip: tip({ trigger: "axis", valueFormatter: times }),
  xAxis: axis("", { type: "time" }), yAxis: axis("", { type: "value" }), dataZoom: zoom({ xAxisIndex: 0 }),
  series: data.folds.map((fold) => ({
    name: fold.name, type: "line", symbol: "none", data: fold.time.map((time, k) => [time, fold.growth[k]]),
  })),
}));

data.histograms.forEach((histogram, n) => drawn(`histogram-${n}`, () => {
  const { edges, counts } = histogram;
  const steps = edges.map((edge, k) => [edge, k < counts.length ? counts[k] : 0]);
  const marks = Object.entries(histogram.marks).map(([name, xAxis], k) => (
    { name, xAxis, label: { formatter: name, color: colour("--text"), distance: 2 + 14 * k } }));
  const told = ([{ dataIndex: k }]) => (k < counts.length ? `${short(edges[k])} to ${short(edges[k + 1])}: ${short(counts[k])}` : "");
  return {
    grid: { ...room, bottom: 50, top: 24 + 14 * marks.length }, tooltip: tip({ trigger: "axis", formatter: told }),
    xAxis: axis(histogram.axis, { type: "value" }), yAxis: axis("", { type: "value", scale: false }),
    dataZoom: [{ type: "inside", xAxisIndex: 0, filterMode: "none" }],
    series: [{
      type: "line", step: "end", symbol: "none", color: colour("--accent"), areaStyle: { opacity: 0.35 }, data: steps,
      markLine: { symbol: "none", silent: true, lineStyle: { color: colour("--loss") }, data: marks },
    }],
  };
}));
