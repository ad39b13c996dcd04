"""A strategy file at the values of --params and --set, and a word where those values were tuned on something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics.diagnostic import Diagnostic, DocumentError, InputError
from . import options

if TYPE_CHECKING:
    from ..language.strategy import Strategy
    from ..market.candles import Candles
    from ..tuning.parameter_file import Tuned


def strategy_of(file: str, given: Mapping[str, Any]) -> Strategy:
    """The strategy at its values, under the limits of --limits; warns where the file of --params was tuned for another
    one. Raises InputError, DocumentError."""
    from ..api import load

    chosen, tuned = options.overrides_of(given["settings"]), tuned_of(given)
    try:
        strategy = load(file, {**tuned.values, **chosen} if tuned else chosen)
    except DocumentError as error:
        raise DocumentError(list(_placed(error, tuned, chosen))) from None
    if tuned is not None:
        _compare(file, strategy, tuned, overruled=bool(chosen.keys() & tuned.values.keys()))
    return options.limited(strategy, given.get("limits_file"))


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


def refuse_for_portfolio(given: Mapping[str, Any]) -> None:
    """Raises InputError where --params is given: its names are those of one strategy."""
    if given["params_file"]:
        raise InputError("--params is for a strategy, and this is a portfolio", help="use --set MEMBER.NAME=VALUE")


def _compare(file: str, strategy: Strategy, tuned: Tuned, overruled: bool) -> None:
    from ..api import load
    from ..language.identity import meaning_hash

    if not tuned.strategy:
        return
    alone = load(file, tuned.values) if overruled else strategy
    if meaning_hash(alone) != tuned.strategy:
        _warn(f"{tuned.path} was tuned for another strategy, or for {file} as it was before a change")


def _placed(error: DocumentError, tuned: Tuned | None, chosen: Mapping[str, str]) -> Iterator[Diagnostic]:
    """The mistakes, those in values of the parameter file told as its own."""
    for found in error.diagnostics:
        head, said, rest = found.message.partition("--set ")
        if tuned is not None and said and not head and rest.partition("=")[0] in tuned.values.keys() - chosen.keys():
            found = replace(found, message=f"{tuned.path}: {rest}")
        yield found


def _warn(words: str) -> None:
    click.echo(f"warning: {words}; run `stratrun optimize` again to be sure", err=True)
