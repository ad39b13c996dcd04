"""The `target:` and `train:` of a model in, their values out: lengths in whole candles, and no outcome unknown."""

from __future__ import annotations

from ...diagnostics.report import Report
from ...learning.spec import Aim, Target, Training
from ..resolve.resolver import Resolver
from ..structure.part import Part

FEWEST = 50
"""Candles that a model may be trained on at least."""
MOST = 100_000
_FURTHEST = 5_000
"""Candles that a target may lie ahead, and that a purge may leave out."""
_ABOVE = 10.0


def read_target(part: Part, resolver: Resolver, report: Report) -> Target | None:
    """None where it is absent, or the report says what is wrong with it."""
    horizon = _candles(part, "horizon", 1, _FURTHEST, resolver, report)
    up = down = 0.0
    sound = True
    if part.get("predict") is not None:
        aim = Aim(part.string("predict"))
    else:
        named = next((name for name in ("rises", "falls", "barriers") if part.get(name) is not None), None)
        if named is None:
            return None
        aim = Aim(named)
        inside = part.part("barriers") if aim is Aim.BARRIERS else part
        for key in {Aim.RISES: ("rises",), Aim.FALLS: ("falls",)}.get(aim, ("up", "down")):
            share = _share(inside, key, below=key in ("falls", "down"), resolver=resolver, report=report)
            sound &= share is not None
            if key in ("rises", "up"):
                up = share or 0.0
            else:
                down = share or 0.0
    return Target(aim, horizon, up, down) if sound and horizon is not None else None


def read_training(part: Part, target: Target | None, resolver: Resolver, report: Report) -> Training | None:
    """None where it is absent, or the report says what is wrong with it."""
    window = _candles(part, "window", FEWEST, MOST, resolver, report)
    every = _candles(part, "every", 1, MOST, resolver, report)
    purge = _candles(part, "purge", 1, _FURTHEST, resolver, report)
    least = _candles(part, "min", FEWEST, MOST, resolver, report)
    lost = any(found is None and key in part for key, found in (("purge", purge), ("min", least)))
    if target is None or window is None or every is None or lost:
        return None
    purge = target.horizon if purge is None else purge
    least = max(FEWEST, window // 2) if least is None else least
    if purge < target.horizon:
        message = f"a purge of {purge} candles leaves rows whose outcome, {target.horizon} candles later, is not known"
        report.error("SR474", message, part.span("purge"), "leave `purge` out, or write the horizon or more")
        return None
    if least > window:
        message = f"`min` asks for {least:,} candles, and the window holds {window:,}"
        report.error("SR473", message, part.span("min"), "write a longer `window`, or a smaller `min`")
        return None
    return Training(window, every, purge, least)


def _share(part: Part, key: str, *, below: bool, resolver: Resolver, report: Report) -> float | None:
    """A percentage; `below`: of how far the price falls, which is less than all of it."""
    text = part.text(key)
    share = resolver.percent(text) if text is not None else None
    most = 1.0 if below else _ABOVE
    if share is not None and not share < most:
        report.error("SR473", f"`{key}` must be below {most:.0%}", part.span(key), "write one such as `1%`")
        return None
    return share


def _candles(part: Part, key: str, low: int, high: int, resolver: Resolver, report: Report) -> int | None:
    text = part.text(key)
    help_ = f"write such as `{max(low, 12)} candles`"
    length = resolver.candles(text, help_) if text is not None else None
    if text is None or length is None:
        return None
    if length.candles is None:
        report.error("SR414", "what a model learns from is counted in candles, not in time", part.span(key), help_)
        return None
    if not low <= length.candles <= high:
        message = f"`{key}` must be from {low:,} to {high:,} candles, not {length.candles:,}"
        report.error("SR473", message, part.span(key))
        return None
    return length.candles
