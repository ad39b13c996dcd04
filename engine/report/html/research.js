// Charts of a study: a holder, what to draw, drawn again with the theme and the window.
function drawn(id, options) {
  const holder = $(id);
  if (!holder) return () => {};
  let chart = null;
  const draw = () => {
    const zoomed = chart && chart.getOption().dataZoom;
    if (chart) chart.dispose();
    chart = echarts.init(holder, null, { renderer: "canvas" });
    const found = options();
    const text = { color: colour("--text") };
    chart.setOption({ backgroundColor: "transparent", textStyle: text, animation: false, aria: { enabled: false }, ...found });
    if (zoomed && found.dataZoom) {
      zoomed.forEach(({ start, end }, k) => chart.dispatchAction({ type: "dataZoom", dataZoomIndex: k, start, end }));
    }
  };
  redrawnWithTheme(draw);
  new ResizeObserver(() => chart.resize()).observe(holder);
  return draw;
}

function axis(name, more) {
  return {
    name, nameLocation: "middle", nameGap: 34, scale: true, axisLabel: { color: colour("--quiet") },
    nameTextStyle: { color: colour("--quiet") }, axisLine: { lineStyle: { color: colour("--line") } },
    splitLine: { lineStyle: { color: colour("--grid") } }, ...more,
  };
}

const room = { left: 70, right: 30, top: 30, bottom: 80 };
const zoom = (...places) => places.flatMap((place) => [
  { type: "inside", ...place, filterMode: "none" },
  { type: "slider", ...place, filterMode: "none", height: place.xAxisIndex === undefined ? undefined : 16, bottom: 8 },
]);

function tip(more) {
  return {
    backgroundColor: colour("--card"), borderColor: colour("--line"), textStyle: { color: colour("--text") },
    confine: true, renderMode: "richText", ...more,
  };
}

function choices(id, names, chosen, change) {
  const select = $(id);
  names.forEach((name, k) => select.append(new Option(name, String(k), false, k === chosen)));
  select.addEventListener("change", change);
}

const short = (value) => (value === null ? "-" : Number(value.toPrecision(5)).toLocaleString("en-US", { maximumSignificantDigits: 5 }));
