"""A file at the values of --params and --set, and a word where those values were tuned on something else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..diagnostics.diagnostic import Diagnostic, DocumentError
from . import options

if TYPE_CHECKING:
    from ..language.portfolio import Portfolio
    from ..language.strategy import Strategy
    from ..market.candles import Candles
    from ..tuning.parameter_file import Tuned

S = TypeVar("S")


def strategy_of(file: str, given: Mapping[str, Any]) -> Strategy:
    """The strategy at its values, under the limits of --limits; warns where the file of --params was tuned for another
    one. Raises InputError, DocumentError."""
    from ..api import load
    from ..language.identity import meaning_hash

    return options.limited(_at_values("strategy", file, given, load, meaning_hash), given.get("limits_file"))


def portfolio_of(file: str, given: Mapping[str, Any]) -> Portfolio:
    """The same of a portfolio."""
    from ..language.document import load_portfolio
    from ..language.identity import portfolio_hash
    from ..language.limits_file import with_account_limits

    portfolio, limits = _at_values("portfolio", file, given, load_portfolio, portfolio_hash), given.get("limits_file")
    return portfolio if limits is None else with_account_limits(portfolio, limits)


def _at_values(
    kind: str, file: str, given: Mapping[str, Any], load: Callable[[str, Mapping[str, str]], S],
    identity: Callable[[S], str],
) -> S:  # fmt: skip
    chosen, tuned = options.overrides_of(given["settings"]), tuned_of(given)
    try:
        found = load(file, {**tuned.values, **chosen} if tuned else chosen)
    except DocumentError as error:
        raise DocumentError(list(_placed(error, tuned, chosen))) from None
    if tuned is not None and tuned.identity:
        alone = load(file, tuned.values) if chosen.keys() & tuned.values.keys() else found
        if identity(alone) != tuned.identity:
            _warn(f"{tuned.path} was tuned for another {kind}, or for {file} as it was before a change")
    return found


def tuned_of(given: Mapping[str, Any]) -> Tuned | None:
    """What the file of --params holds, where one is given. Raises DocumentError."""
    if given.get("params_file") is None:
        return None
    from ..tuning.parameter_file import read_tuned

    return read_tuned(given["params_file"])


def compare_candles(candles: Mapping[str, Candles], given: Mapping[str, Any]) -> None:
    """Say that the values of --params were tuned on other candles than these, where they were."""
    tuned = tuned_of(given)
    if tuned is None or not tuned.candles:
        return
    from ..research.inputs import content_hash

    if content_hash(candles) != tuned.candles:
        _warn(f"{tuned.path} was tuned on other candles than these")


def _placed(error: DocumentError, tuned: Tuned | None, chosen: Mapping[str, str]) -> Iterator[Diagnostic]:
    """The mistakes, those in values of the parameter file told as its own."""
    for found in error.diagnostics:
        head, said, rest = found.message.partition("--set ")
        if tuned is not None and said and not head and rest.partition("=")[0] in tuned.values.keys() - chosen.keys():
            found = replace(found, message=f"{tuned.path}: {rest}")
        yield found


def _warn(words: str) -> None:
    click.echo(f"warning: {words}; run `stratrun optimize` again to be sure", err=True)
