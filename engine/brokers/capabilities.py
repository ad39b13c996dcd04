"""The table of what venues can do: made of ccxt's `features` and of the facts, kept as a file, read without ccxt.

`python -m stratrun.engine.brokers.capabilities --write` makes it anew; a test compares it with the installed ccxt.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..ledger.values import OrderType
from ..market.venue import Kind
from .venue_facts import FACTS, Facts, facts_of
from .words import Abilities

FILE = "venues.json"
_FORMAT = 1


def abilities(venue: str, kind: Kind) -> Abilities:
    """A row of the table. Raises InputError for a venue or kind that is not traded here."""
    facts_of(venue, kind)
    return _abilities(_table()[venue][kind])


def make_table() -> dict[str, Any]:
    """The content of the file, from the installed ccxt and the facts."""
    import ccxt.pro

    venues: dict[str, dict[str, Any]] = {}
    for (venue, kind), facts in FACTS.items():
        client = getattr(ccxt.pro, facts.exchange)()
        venues.setdefault(venue, {})[str(kind)] = _row(client, kind, facts)
    return {"format": _FORMAT, "venues": venues}


def table_bytes(table: Mapping[str, Any]) -> bytes:
    return json.dumps(table, indent=1).encode() + b"\n"


def reference_page() -> str:
    """The table as Markdown, for docs/reference/venues.md."""
    head = (
        "venue",
        "market",
        "ccxt",
        "stops at the venue",
        "reduce-only",
        "amend",
        "find by client id",
        "streams",
        "sandbox",
    )
    lines = [
        "# Venues",
        "",
        "What each venue can do through ccxt, and what is done where it cannot: `stratrun venues NAME` tells the same.",
        "",
        f"| {' | '.join(head)} |",
        f"|{' --- |' * len(head)}",
    ]
    notes: list[str] = []
    for (venue, kind), facts in FACTS.items():
        row = abilities(venue, kind)
        cells = (
            venue, str(kind), facts.exchange, stops_of(row), yes(row.reduce_only), yes(row.amend),
            yes(row.find_by_client_id), streams_of(row), yes(row.sandbox),
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
        notes += [f"- **{venue} {kind}**: {note}." for note in row.notes]
    return "\n".join([*lines, "", "## Notes", "", *notes, ""])


def yes(value: bool) -> str:
    return "yes" if value else "no"


def stops_of(row: Abilities) -> str:
    words = {OrderType.STOP: "market", OrderType.STOP_LIMIT: "limit"}
    return " and ".join(word for kind, word in words.items() if kind in row.stops) or "none: the engine watches"


def streams_of(row: Abilities) -> str:
    found = [word for word, has in (("orders", row.user_stream), ("candles", row.candle_stream)) if has]
    return " and ".join(found) or "none: polled"


def as_data(row: Abilities) -> dict[str, Any]:
    """A row as JSON has it."""
    return {
        "types": sorted(row.types),
        "stops": sorted(row.stops),
        "reduce_only": row.reduce_only,
        "amend": row.amend,
        "find_by_client_id": row.find_by_client_id,
        "user_stream": row.user_stream,
        "candle_stream": row.candle_stream,
        "sandbox": row.sandbox,
        "client_id_length": row.client_id_length,
        "validity": row.validity,
        "notes": list(row.notes),
    }


def _row(client: Any, kind: Kind, facts: Facts) -> dict[str, Any]:
    from .connect import feature

    create = feature(client.features, kind, "createOrder")
    stops: set[OrderType] = set()
    if facts.trigger and create.get(facts.trigger) is True:
        stops = {OrderType.STOP_LIMIT} | ({OrderType.STOP} if facts.stop_market else set())
    market = {OrderType.MARKET, OrderType.LIMIT}
    found = Abilities(
        types=frozenset(market | stops),
        stops=frozenset(stops),
        reduce_only=kind is Kind.PERP and facts.reduce_only,
        amend=facts.amend and client.has.get("editOrder") is True,
        find_by_client_id=facts.find_by is not None,
        user_stream=client.has.get("watchOrders") is True,
        candle_stream=client.has.get("watchOHLCV") is True,
        sandbox=_sandbox(client.features, kind),
        client_id_length=facts.client_id_length,
        validity=facts.validity,
        notes=facts.notes,
    )
    return as_data(found)


def _sandbox(features: Any, kind: Kind) -> bool:
    row = features.get("spot") if kind is Kind.SPOT else (features.get("swap") or {}).get("linear")
    return bool(row and row.get("sandbox"))


def _abilities(row: Mapping[str, Any]) -> Abilities:
    sets = {name: frozenset(OrderType(value) for value in row[name]) for name in ("types", "stops")}
    return Abilities(**{**row, **sets, "notes": tuple(row["notes"])})


@cache
def _table() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((files(__package__) / FILE).read_bytes())["venues"]
    return found


def main(arguments: list[str]) -> int:
    """`--write` the file, or tell whether it is what it would be."""
    path = Path(__file__).with_name(FILE)
    made = table_bytes(make_table())
    if arguments == ["--write"]:
        from ..report.atomic import replacing

        with replacing(path) as file:
            file.write(made)
        return 0
    same = path.is_file() and path.read_bytes() == made
    print(f"{path.name} is {'up to date' if same else 'old: run it with --write'}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
