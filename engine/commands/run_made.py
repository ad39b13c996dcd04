"""Strategy files and what the command line says of them in, the deployment that a file would have said out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..language.strategy import Market, Strategy
from ..market.venue import Kind

if TYPE_CHECKING:
    from ..language.deployment import Deployment

PAPER = "paper"
"""What an account without keys is called."""
PLACE = "(command line)"


def deployment_of(files: Sequence[str], venue: str, ledger: str | None, values: dict[str, str]) -> Deployment:
    """A deployment of these files on paper, checked as one that was written. Raises DocumentError, InputError.

    `ledger` None: a file beside the first strategy. `values`: parameters by name, for all of them.
    """
    from ..brokers.venue_facts import facts_of
    from ..language.document import is_portfolio, load, load_portfolio, loads_deployment

    first = load_portfolio(files[0]) if is_portfolio(files[0]) else load(files[0])
    market = first.market if isinstance(first, Strategy) else first.members[0].strategy.market
    facts_of(venue, Kind.PERP if market is Market.PERP else Kind.SPOT)  # before anything is made on the disk
    document: dict[str, Any] = {
        "stratrun": 2,
        "kind": "deployment",
        "name": first.name if len(files) == 1 else f"{first.name} and {len(files) - 1} more",
        "venue": venue,
        "account": PAPER,
        "market": market.value,
        "ledger": ledger or default_ledger(files[0]),
        "shutdown": "keep",
        "strategies": [{"strategy": file, **({"set": _typed(values)} if values else {})} for file in files],
    }
    return loads_deployment(json.dumps(document), PLACE)


def default_ledger(file: str) -> str:
    """`dip.yaml` -> `dip.paper.db`, in the strategy's folder."""
    return str(Path(file).with_suffix(".paper.db"))


def _typed(values: dict[str, str]) -> dict[str, float | str]:
    found: dict[str, float | str] = {}
    for name, text in values.items():
        try:
            found[name] = float(text)
        except ValueError:
            found[name] = text
    return found
