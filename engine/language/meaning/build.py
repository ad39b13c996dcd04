"""A structurally sound document in, a Strategy out; what it cannot mean goes to the report.

1. names, parameters and the scope; 2. every expression; 3. what the parts mean together; 4. the Strategy.
A part whose structure is wrong is passed over, so that all other mistakes are still told at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ...diagnostics.report import Report
from ...market.timeframe import Timeframe
from ..resolve.resolver import Resolver
from ..scope import Scope, Value
from ..strategy import Gaps, Market, Opposite, Param, Strategy
from ..structure.part import Part, holds_mistake
from ..term import Terms
from ..yaml.nodes import MapNode
from .hours import inside, read_hours
from .keys import check_keys, currency_of
from .limits import Limits
from .models import read_models
from .names import check_names
from .orders import read_orders
from .parameters import read_params
from .protections import read_protections
from .requirements import check_requirements
from .select import read_select
from .sides import Sides
from .sizes import Sizes
from .universe import read_members, restricted
from .unused import check_unused
from .wishes import read_wishes

_STAND_IN = "1m"
"""Read expressions with where the file's timeframe is wrong: every slower clock is a multiple of it."""


def build(
    path: str, node: MapNode, broken: frozenset[int], overrides: Mapping[str, str], report: Report
) -> Strategy | None:
    """The strategy, or None when the report holds errors."""
    root = Part(node, broken)
    check_keys(root, report)
    named = check_names(root, report)
    params = read_params(root, overrides, report)
    sections = ("feeds", "params", "indicators", "models")
    declared = len(root.part("params").node.entries)
    if not named or len(params) < declared or any(holds_mistake(node.get(s), broken) for s in sections):
        return None
    return _Builder(root, path, params, report).build(path)


class _Builder:
    def __init__(self, root: Part, path: str, params: Mapping[str, Param], report: Report) -> None:
        self._root = root
        self._params = params
        self._report = report
        scope, terms = _scope(root, params), Terms()
        self._models = read_models(root, path, scope, terms, report)
        declared = [key.text.value for key, _ in root.part("models").node.entries]
        outputs = {name: model.outputs for name, model in self._models.items()}
        self._scope = replace(scope, models={name: outputs.get(name) for name in declared})
        self._resolver = Resolver(self._scope, report, terms)

    def build(self, path: str) -> Strategy | None:
        root, resolver, report = self._root, self._resolver, self._report
        definitions = resolver.definitions()
        sides = Sides(resolver, report, root.broken)
        filters = sides.rule(root.get("filters"))
        long = sides.side(root.part("long")) if root.get("long") else None
        short = sides.side(root.part("short")) if root.get("short") else None
        chosen = read_select(root.part("select"), sides, resolver)
        long = chosen.side if chosen is not None else long
        members = read_members(root, path, report)
        priority = root.text("priority")
        order = resolver.series(priority) if priority is not None else None
        size = Sizes(root, self._scope, resolver, report).size()
        orders = read_orders(root.part("orders"), resolver, report)
        currency = currency_of(root.texts("symbols"))
        risk = Limits(root.part("risk"), currency, self._scope.timeframe, resolver, report).risk()
        protections = read_protections(root.listed("protections"), resolver, report)
        hours = read_hours(root.part("schedule").texts("entries"), report)
        schedule = inside(hours, resolver)
        gaps = self._gaps(root.part("gaps"))
        check_requirements(root, self._params, report)
        read_wishes(root, self._scope.timeframe, report)
        if report.failed or size is None:
            return None
        check_unused(root, report)
        both = Opposite.REVERSE if long and short else Opposite.IGNORE
        strategy = Strategy(
            path=path,
            name=root.string("name"),
            symbols=tuple(text.value for text in root.texts("symbols")),
            timeframe=self._scope.timeframe,
            market=Market(root.string("market", Market.SPOT)),
            size=size,
            long=long,
            short=short,
            filters=filters,
            opposite=Opposite(root.string("opposite", both)),
            risk=risk if chosen is None or risk.max_open is not None else replace(risk, max_open=chosen.top),
            gaps=gaps,
            priority=order if chosen is None or order is not None else chosen.score,
            timezone=self._scope.timezone,
            orders=orders,
            protections=protections,
            schedule=schedule,
            hours=hours,
            description=root.string("description"),
            tags=tuple(text.value for text in root.texts("tags")),
            feeds=self._scope.feeds,
            params=self._params,
            definitions=definitions,
            models=self._models,
            scope=self._scope,
            rotates=chosen is not None,
        )
        return restricted(strategy, members, resolver) if members else strategy

    def _gaps(self, part: Part) -> Gaps | None:
        text = part.text("max")
        help_ = "write it as `3 candles`"
        length = self._resolver.candles(text, help_) if text is not None else None
        if length is None:
            return None
        if length.candles is None:
            self._report.error("SR414", "a gap is counted in candles, not in time", part.span("max"), help_)
            return None
        return Gaps(length.candles)


def _scope(root: Part, params: Mapping[str, Param]) -> Scope:
    definitions = {}
    for key, _ in root.part("indicators").node.entries:
        text = root.part("indicators").text(key.text.value)
        if text is not None:
            definitions[key.text.value] = text
    return Scope(
        Timeframe.parse(root.string("timeframe", _STAND_IN)),
        {key.text.value: part.string("symbol") for key, part in root.parts("feeds")},
        {name: Value(param.value, param.unit) for name, param in params.items()},
        definitions,
        root.part("schedule").string("timezone", "UTC"),
    )
