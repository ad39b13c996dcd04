"""The models of what looks at all symbols: `universe:` (who is a member when) and `select:` (hold the best of them)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .parts import Closed, Expression, Path, Symbol, key
from .sides import Exit

MOST_MEMBERS = 10_000
Date = Annotated[
    str,
    Field(
        title="date",
        pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?$",
        max_length=40,
    ),
]


class Span(Closed):
    """One stretch of time in which a symbol is a member."""

    symbol: Annotated[Symbol, key("Which of `symbols`.", "BTC/USDT")]
    start: Annotated[
        Date | None, Field(alias="from"), key("The first close it belongs at; always before.", "2021-01-01")
    ] = None
    end: Annotated[Date | None, Field(alias="to"), key("The first close it belongs no more at.", "2023-06-01")] = None


class Universe(Closed):
    members: Annotated[
        Path | Annotated[list[Span], Field(min_length=1, max_length=MOST_MEMBERS)],
        key(
            "When each symbol is a member: a list, or a CSV file with the columns symbol, from and to.",
            "./members.csv",
            [{"symbol": "BTC/USDT", "from": "2021-01-01"}],
        ),
    ]


class Select(Closed):
    score: Annotated[Expression, key("What the symbols are ranked by, the highest first.", "roc(close, 90)")]
    top: Annotated[int, key("How many of them to hold.", 3, ge=1, le=1000)]
    every: Annotated[
        Literal["day", "week", "month", "quarter"],
        key("When to choose anew: at the first close of a new one, in `schedule.timezone`."),
    ]
    exit: Annotated[Exit | None, key("What else closes a position.", {"stop": "10%"})] = None
