"""What a venue says about a symbol: steps, minimums and fees, with a name for each fact that was assumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..diagnostics.diagnostic import InputError
from .facts import CONTRACT_ONLY, FEES, MOST_FEE, SPOT_ONLY, UNSTATED, read_facts
from .symbol import parse_symbol, similar


@dataclass(frozen=True, slots=True)
class Instrument:
    """One symbol's facts. Prices in quote units, quantities in base units, fees as parts of the cost."""

    symbol: str
    base: str
    quote: str
    settle: str | None
    """The currency a contract settles in; None for spot."""
    price_tick: float
    """0: prices are not rounded."""
    quantity_step: float
    """0: quantities are not rounded."""
    min_quantity: float
    max_quantity: float
    """Infinity: no limit."""
    min_cost: float
    maker: float
    taker: float
    fee_in_base: bool
    """A buyer pays the fee in what is bought (spot only)."""
    maintenance: float
    """Part of a contract's value below which its margin is liquidated."""
    assumptions: tuple[str, ...]
    """Facts that no file stated, such as `taker: 0.1% assumed`."""


def make_instrument(symbol: str, stated: Mapping[str, float], fee: float | None = None) -> Instrument:
    """An instrument from what is stated (keys of `UNSTATED`); `fee` overrules both stated fees."""
    base, quote, settle = parse_symbol(symbol)
    known = dict(stated)
    if fee is not None:
        known.update(dict.fromkeys(FEES, fee))
    foreign = SPOT_ONLY if settle else CONTRACT_ONLY
    assumptions = tuple(
        f"{name}: {words}" for name, (_, words) in UNSTATED.items() if name not in known and name not in foreign
    )
    values = {name: known.get(name, value) for name, (value, _) in UNSTATED.items()}
    in_base = values.pop("fee_in") == 1.0 and settle is None
    return Instrument(symbol, base, quote, settle, **values, fee_in_base=in_base, assumptions=assumptions)


def with_fee(instrument: Instrument, fee: float) -> Instrument:
    """The same instrument with `fee` as its maker and taker fee. Raises InputError for one that is none."""
    if not 0.0 <= fee < MOST_FEE:
        raise InputError(
            f"fee {fee:g} is not a fraction from 0 to below {MOST_FEE:g} of the cost",
            help="give 0.001 for a tenth of a percent",
        )
    stated = tuple(f"{name}:" for name in FEES)
    assumptions = tuple(words for words in instrument.assumptions if not words.startswith(stated))
    return replace(instrument, maker=fee, taker=fee, assumptions=assumptions)


def load_instruments(path: str | None, symbols: Sequence[str], fee: float | None) -> dict[str, Instrument]:
    """Instruments of `symbols`, from a YAML or JSON file that maps symbols to facts.

    `path` None means that nothing is stated; `fee` (part of the cost, from the command line) overrules the file's
    maker and taker. Raises InputError that lists every mistake of the file with its place.
    """
    stated = read_facts(Path(path)) if path is not None else {}
    for symbol in symbols:
        for other in similar(symbol, stated) if symbol not in stated else ():
            raise InputError(f"{path}: `{other}` has the letters of {symbol} but is written another way",
                             help=f"write `{symbol}:` as the strategy does")  # fmt: skip
    return {symbol: make_instrument(symbol, stated.get(symbol, {}), fee) for symbol in symbols}
