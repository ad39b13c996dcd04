"""An account's state as plain JSON values: what the next candle depends on, exact to the bit.

It only saves time: the same state follows from the ledger's candles and fills.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from ..graph.snapshot import Snapshot
from .book import Book
from .guard import Guards, Moves
from .live_portfolio import UnendingPortfolio
from .unending import UnendingAccount

_TABLES = ("wallets", "positions", "orders")
_ARRAYS = ("ladders", "queue", "counts")
_MEMORY = tuple(name for name in Guards._fields if name not in ("rows", "moves"))


def saved(portfolio: UnendingPortfolio[Any]) -> dict[str, Any]:
    """The state now. NaN stands in it: Python's `json` writes and reads it."""
    return {
        "idle": portfolio.idle,
        "seen": portfolio.seen,
        "account": portfolio.state.saved(),
        "closes": portfolio.closes.saved(),
        "members": [_member(member) for member in portfolio.members],
    }


def restore(portfolio: UnendingPortfolio[Any], state: Mapping[str, Any]) -> None:
    """Continue where `saved` was called, on a fresh portfolio of the same strategies.

    Raises ValueError where the state is of other strategies or another release, or is damaged.
    """
    try:
        if len(state["members"]) != len(portfolio.members):
            raise ValueError("the state is of another number of strategies")
        for member, kept in zip(portfolio.members, state["members"], strict=True):
            _restore(member, kept)
        portfolio.closes.restore(state["closes"])
        portfolio.resume(float(state["idle"]), int(state["seen"]), state["account"])
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"the state is damaged or of another release: {error!r}") from error


def _member(member: UnendingAccount) -> dict[str, Any]:
    book = member.book
    return {
        "graphs": [base64.b64encode(one.to_bytes()).decode() for one in member.graphs()],
        **{name: [asdict(row) for row in getattr(book, name)] for name in _TABLES},
        **{name: _plain(getattr(book, name)) for name in _ARRAYS},
        "guard": asdict(book.guards.rows[0]),
        "trades": member.unnoted(),
        "stop": member.stopping,
        "memory": {name: _plain(getattr(book.guards, name)) for name in _MEMORY},
        "moves": {name: _plain(column) for name, column in book.guards.moves._asdict().items()},
    }


def _restore(member: UnendingAccount, kept: Mapping[str, Any]) -> None:
    book: Book = member.book
    for name in _TABLES:
        for row, values in zip(getattr(book, name), kept[name], strict=True):
            _set(row, values)
    for name in _ARRAYS:
        getattr(book, name)[:] = _array(kept[name])
    _set(book.guards.rows[0], kept["guard"])
    moves = Moves(**{name: _array(column) for name, column in kept["moves"].items()})
    member.remember(book.guards._replace(moves=moves, **{name: _array(kept["memory"][name]) for name in _MEMORY}))
    member.note_later(kept["trades"])
    if kept["stop"] is not None:
        member.stop(*kept["stop"])
    member.restore_graphs([Snapshot.from_bytes(base64.b64decode(one)) for one in kept["graphs"]])


def _set(row: Any, values: Mapping[str, Any]) -> None:
    if set(values) != set(asdict(row)):
        raise ValueError("the state was saved by another release")
    for name, value in values.items():
        setattr(row, name, value)


def _plain(array: Any) -> dict[str, Any]:
    return {"kind": array.dtype.str, "shape": list(array.shape), "values": array.ravel().tolist()}


def _array(kept: Mapping[str, Any]) -> Any:
    return np.array(kept["values"], kept["kind"]).reshape(kept["shape"])
