// Draws each trade between its entry and its exit: what was risked, what was aimed at, and what came of it.
class Levels {
  constructor(numbers, rowAt) {
    this.numbers = numbers;
    this.rowAt = rowAt;
    this.chosen = null;
  }

  attached({ chart, series, requestUpdate }) {
    Object.assign(this, { chart, series, requestUpdate });
  }

  choose(number) {
    this.chosen = number;
    this.requestUpdate();
  }

  autoscaleInfo() {
    if (this.chosen === null) return null;
    const trades = data.trades;
    const levels = [trades.stop[this.chosen], trades.target[this.chosen]].filter((level) => level !== null);
    if (!levels.length) return null;
    return { priceRange: { minValue: Math.min(...levels), maxValue: Math.max(...levels) } };
  }

  paneViews() {
    const draw = (target) => target.useBitmapCoordinateSpace((scope) => this.draw(scope));
    return [{ zOrder: () => "bottom", renderer: () => ({ draw }) }];
  }

  draw({ context, horizontalPixelRatio: wide, verticalPixelRatio: high, mediaSize }) {
    const scale = this.chart.timeScale();
    const y = (level) => (level === null ? null : this.series.priceToCoordinate(level));
    for (const number of this.numbers) {
      const trades = data.trades;
      const left = scale.logicalToCoordinate(this.rowAt(trades.entry_time[number]));
      const right = scale.logicalToCoordinate(this.rowAt(trades.exit_time[number]));
      if (left === null || right === null || right < 0 || left > mediaSize.width) continue;
      const entry = y(trades.entry_price[number]);
      const exit = y(trades.exit_price[number]);
      const span = Math.max(right - left, 2);
      const box = (to, tint) => {
        if (to === null || entry === null) return;
        context.fillStyle = colour(tint) + (number === this.chosen ? "44" : "1c");
        context.fillRect(left * wide, Math.min(entry, to) * high, span * wide, Math.abs(to - entry) * high);
        context.fillStyle = colour(tint);
        context.fillRect(left * wide, to * high, span * wide, Math.max(1, Math.floor(high)));
      };
      box(y(trades.stop[number]), "--loss");
      box(y(trades.target[number]), "--gain");
      if (entry === null || exit === null) continue;
      context.beginPath();
      context.setLineDash([4 * wide, 3 * wide]);
      context.lineWidth = (number === this.chosen ? 2 : 1) * wide;
      context.strokeStyle = colour(trades.profit[number] < 0 ? "--loss" : "--gain");
      context.moveTo(left * wide, entry * high);
      context.lineTo(right * wide, exit * high);
      context.stroke();
      context.setLineDash([]);
    }
  }
}
