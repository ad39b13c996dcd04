// What the trials did: maps, front, parallel coordinates, history and importance.
const trials = data.trials;
const picked = trials.numbers.indexOf(data.chosen);

if (data.maps.length) {
  const goals = [...new Set(data.maps.map((map) => map.goal))];
  const pairs = [...new Set(data.maps.map((map) => `${map.x} × ${map.y}`))];
  const shown = () => data.maps[Number($("map-goal").value) * pairs.length + Number($("map-pair").value)];
  let draw = () => {};
  const again = () => draw();
  choices("map-goal", goals, 0, again);
  choices("map-pair", pairs, 0, again);
  $("map-cell").addEventListener("change", again);
  draw = drawn("map", () => {
    const map = shown(), part = Number($("map-cell").value);
    const found = map.cells.map((cell) => cell[part]);
    const goal = data.goals.find(({ name }) => name === map.goal);
    const colours = [colour("--loss"), colour("--page"), colour("--gain")];
    const told = ({ value }) =>
      `${map.x} ${map.columns[value[0]]}, ${map.y} ${map.rows[value[1]]}\n${map.goal}: ${short(value[2])}\ntrials: ${value[3]}`;
    return {
      grid: { ...room, left: 150, right: 90, bottom: 50 },
      tooltip: tip({ formatter: told }),
      xAxis: axis(map.x, { type: "category", data: map.columns }),
      yAxis: axis(map.y, { type: "category", data: map.rows, nameGap: 120 }),
      dataZoom: [{ type: "inside", xAxisIndex: 0 }, { type: "inside", yAxisIndex: 0 }],
      visualMap: {
        min: Math.min(...found), max: Math.max(...found), dimension: 2, calculable: true, right: 0, top: "middle",
        textStyle: { color: colour("--text") }, inRange: { color: goal.maximise ? colours : colours.reverse() }, formatter: short,
      },
      series: [{ type: "heatmap", data: map.cells.map((cell) => [cell[0], cell[1], cell[part], cell[3]]) }],
    };
  });
}

if ($("front")) {
  const names = data.goals.map(({ name }) => name);
  let draw = () => {};
  const again = () => draw();
  choices("front-x", names, 0, again);
  choices("front-y", names, 1, again);
  draw = drawn("front", () => {
    const x = Number($("front-x").value), y = Number($("front-y").value);
    const rows = trials.numbers.map((number, k) => [trials.goals[x][k], trials.goals[y][k], number]);
    const known = (keep) => rows.filter((row, k) => row[0] !== null && row[1] !== null && keep(k));
    const told = ({ value }) => `trial ${value[2]}\n${names[x]}: ${short(value[0])}\n${names[y]}: ${short(value[1])}`;
    const tints = lineColours();
    return {
      grid: { ...room, left: 90, bottom: 50 }, tooltip: tip({ formatter: told }), legend: { top: 0, textStyle: { color: colour("--text") } },
      xAxis: axis(names[x], { type: "value" }), yAxis: axis(names[y], { type: "value", nameGap: 60 }),
      dataZoom: [{ type: "inside", xAxisIndex: 0 }, { type: "inside", yAxisIndex: 0 }],
      series: [
        { name: "trials", type: "scatter", symbolSize: 6, color: colour("--quiet"), data: known((k) => !trials.front[k]) },
        { name: "front", type: "scatter", symbolSize: 9, color: tints[0], data: known((k) => trials.front[k]) },
        { name: "chosen", type: "scatter", symbolSize: 14, symbol: "diamond", color: tints[1], data: known((k) => k === picked) },
      ],
    };
  });
}

drawn("parallel", () => {
  const params = Object.entries(trials.params);
  const columns = [...params.map(([name, values]) => ({ name, values })),
    ...data.goals.map(({ name }, k) => ({ name, values: trials.goals[k] }))];
  const goal = trials.goals[0].filter((value) => value !== null);
  const worded = (values) => values.some((value) => typeof value === "string" || typeof value === "boolean");
  const plain = (value) => (value === null ? "-" : typeof value === "boolean" ? String(value) : value);
  return {
    tooltip: tip({}),
    parallel: { left: 60, right: 120, top: 50, bottom: 30 },
    parallelAxis: columns.map(({ name, values }, dim) => ({
      dim, name, nameTextStyle: { color: colour("--text") }, axisLabel: { color: colour("--quiet") }, scale: true,
      ...(worded(values) ? { type: "category", data: [...new Set(values.map(plain))].map(String) } : { type: "value" }),
    })),
    visualMap: {
      show: false, dimension: params.length, min: Math.min(...goal), max: Math.max(...goal),
      inRange: { color: data.goals[0].maximise ? [colour("--loss"), colour("--hold"), colour("--gain")] : [colour("--gain"), colour("--hold"), colour("--loss")] },
    },
    series: [{
      type: "parallel", smooth: false, lineStyle: { width: 1.2, opacity: trials.numbers.length > 300 ? 0.25 : 0.5 },
      data: trials.numbers.map((_, k) => columns.map(({ values }) => plain(values[k]))),
    }],
  };
});

drawn("history", () => {
  const values = trials.goals[0];
  let best = null;
  const better = data.goals[0].maximise ? Math.max : Math.min;
  const reached = values.map((value, k) => {
    if (value !== null) best = best === null ? value : better(best, value);
    return [trials.numbers[k], best];
  });
  return {
    grid: room, tooltip: tip({ trigger: "axis", valueFormatter: (value) => short(value) }),
    xAxis: axis("trial", { type: "value" }), yAxis: axis(data.goals[0].name, { type: "value", nameGap: 50 }), dataZoom: zoom({ xAxisIndex: 0 }),
    series: [
      { name: "trial", type: "scatter", symbolSize: 5, color: colour("--quiet"), data: values.map((value, k) => [trials.numbers[k], value]) },
      { name: "best so far", type: "line", step: "end", showSymbol: false, color: colour("--accent"), data: reached },
    ],
  };
});

drawn("importance", () => ({
  grid: { ...room, left: 140, bottom: 40 }, tooltip: tip({ valueFormatter: (value) => `${number(value * 100, 0)} %` }),
  xAxis: axis("", { type: "value", scale: false, axisLabel: { color: colour("--quiet"), formatter: (value) => `${Math.round(value * 100)} %` } }),
  yAxis: axis("", { type: "category", data: data.importance.map(([name]) => name) }),
  series: [{ type: "bar", color: colour("--accent"), data: data.importance.map(([, share]) => share) }],
}));
