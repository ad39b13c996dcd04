"""Many pasts beside the one that was: what they came to, as figures and as sentences."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from ..report import wording as say
from .monte_carlo import LEVELS, RUIN, Paths, percentiles

WIDTH = 100
RARE = 0.05
"""A p-value up to which a result is hard to call luck."""


class Method(StrEnum):
    TRADES = "trades"
    BLOCKS = "blocks"
    CANDLES = "candles"
    ENTRIES = "entries"


TOLD = {
    Method.TRADES: "the same trades in {runs} random orders",
    Method.BLOCKS: "{runs} pasts of the same days, drawn again in blocks of about {block:g}",
    Method.CANDLES: "{runs} runs over candles with noise of {noise} of their usual range",
    Method.ENTRIES: "{runs} runs with the same exits and sizes, entered at random times",
}


@dataclass(frozen=True)
class Simulated:
    """`paths` of `method`; `seen` is the run itself, one path over the same steps; `trades` counts each run's where
    they were made again; `hold` is what buying and holding made (a fraction)."""

    method: Method
    paths: Paths
    seen: Paths
    seed: int
    ruin: float = RUIN
    block: float | None = None
    noise: float | None = None
    trades: tuple[int, ...] | None = None
    seen_trades: int = 0
    hold: float | None = None

    @property
    def told(self) -> str:
        """How the pasts were made."""
        runs, noise = f"{len(self.paths):,}", f"{(self.noise or 0) * 100:g} %"
        return TOLD[self.method].format(runs=runs, block=self.block or 0, noise=noise)

    @property
    def as_good(self) -> float:
        """The share of pasts that ended at least as well, the run itself counted as one; the p-value of `entries`."""
        better = int(np.count_nonzero(self.paths.final >= float(self.seen.final[0])))
        return (1 + better) / (1 + len(self.paths))

    @property
    def deeper(self) -> float:
        """The share of pasts that fell deeper than the run did."""
        return float(np.mean(self.paths.drawdown > float(self.seen.drawdown[0])))

    def to_json(self) -> dict[str, Any]:
        """Returns and falls are fractions; percentiles by their level."""
        return {
            "method": self.method.value, "runs": len(self.paths), "seed": self.seed,
            "block": self.block, "noise": self.noise,
            "seen": {"return": float(self.seen.final[0]) - 1, "max_drawdown": float(self.seen.drawdown[0]),
                     "trades": self.seen_trades},
            "hold_return": self.hold,
            "return": _levels(self.paths.final - 1),
            "max_drawdown": _levels(self.paths.drawdown),
            "trades": None if self.trades is None else _levels(np.array(self.trades, np.float64)),
            "as_good": self.as_good,
            "deeper_drawdown": self.deeper,
            "loss_probability": self.paths.loss,
            "ruin": {"part": self.ruin, "probability": self.paths.ruin(self.ruin)},
        }  # fmt: skip


def simulated_text(found: Simulated) -> str:
    """The figures as a small table, and what they say."""
    rows = [("", "the run", *(f"{level:g} %" for level in LEVELS))]
    rows.append(_row("Return", float(found.seen.final[0]) - 1, percentiles(found.paths.final - 1)))
    rows.append(_row("Deepest fall", float(found.seen.drawdown[0]), percentiles(found.paths.drawdown)))
    lines = [f"Monte Carlo: {found.told} (seed {found.seed})", ""]
    lines += ["  " + row[0].ljust(14) + "".join(cell.rjust(11) for cell in row[1:]) for row in rows]
    told_lines = (textwrap.fill(line, WIDTH, initial_indent="  ", subsequent_indent="  ") for line in meaning(found))
    return "\n".join([*lines, "", *told_lines]) + "\n"


def meaning(found: Simulated) -> list[str]:
    """What the figures say, a sentence each."""
    median, worst = percentiles(found.paths.drawdown, (50.0, 95.0))
    lines = [_METHOD_MEANS[found.method](found)]
    if found.method is not Method.ENTRIES:
        lines.append(f"One past in twenty fell by {_percent(worst)} or more; the middle one by {_percent(median)}.")
    ruined = _percent(found.paths.ruin(found.ruin))
    lines.append(f"{ruined} of them lost {found.ruin * 100:g} % of the capital at some time.")
    if found.hold is not None:
        ran = say.percent(float(found.seen.final[0]) - 1, signed=True, places=1)
        lines.append(f"Buying and holding made {say.percent(found.hold, signed=True, places=1)}, the run {ran}.")
    return lines


def _of_trades(found: Simulated) -> str:
    return (
        f"The end is the same in any order, the way is not: {_percent(found.deeper)} of the orders fell deeper than "
        f"the {_percent(float(found.seen.drawdown[0]))} of the run."
    )


def _of_blocks(found: Simulated) -> str:
    return f"{_percent(found.paths.loss)} of the pasts ended with a loss, though made of the same days."


def _of_candles(found: Simulated) -> str:
    return (
        f"{_percent(found.as_good)} of the runs did at least as well as on the real candles; far below 50 % means that "
        "the result hangs on exactly these prices."
    )


def _of_entries(found: Simulated) -> str:
    chance = (
        "That is hard to call luck."
        if found.as_good <= 0.05
        else "Chance does so often enough: the entries may add nothing."
    )
    counts = np.array(found.trades or (0,), np.float64)
    return (
        f"{_percent(found.as_good)} of the random runs did at least as well (the p-value), with {counts.mean():,.0f} "
        f"trades on average against {found.seen_trades:,}. {chance}"
    )


_METHOD_MEANS = {
    Method.TRADES: _of_trades, Method.BLOCKS: _of_blocks, Method.CANDLES: _of_candles, Method.ENTRIES: _of_entries,
}  # fmt: skip


def _row(name: str, seen: float, values: list[float]) -> tuple[str, ...]:
    return (name, _percent(seen), *map(_percent, values))


def _percent(value: float) -> str:
    return say.percent(value, places=1)


def _levels(values: np.ndarray) -> dict[str, float]:
    return {f"{level:g}": value for level, value in zip(LEVELS, percentiles(values), strict=True)}
