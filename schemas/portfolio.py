"""The model of a portfolio document, version 2: the source of `2/portfolio.json`, and of nothing at run time."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from .money import Risk
from .parts import Amount, Closed, Name, Number, Path, Word, key

MOST_MEMBERS = 100
Share = Annotated[str, Field(title="share of the account", pattern=r"^[0-9]+(\.[0-9]+)?%$", max_length=40)]


class Member(Closed):
    """One strategy of the portfolio."""

    strategy: Annotated[Path, key("The strategy file, from this file's folder.", "./ema_crossover.yaml")]
    weight: Annotated[Share, key("Its share of the account; all shares together are 100% at most.", "50%")]
    name: Annotated[Word | None, key("What reports call it; the name of its file if left out.", "trend")] = None
    set: Annotated[dict[Name, Number | Amount] | None, key("Values of its parameters.", {"fast": 12})] = None


class Schedule(Closed):
    timezone: Annotated[Word, key("Timezone of the day that `risk.daily_loss` looks at.", "UTC", "Europe/Berlin")]


class Portfolio(Closed):
    """A stratrun portfolio, version 2 (a draft until 1.0). `stratrun validate` is the authority: it also reads the
    strategies that the portfolio names."""

    stratrun: Annotated[Literal[2], key("Version of the format."), WithJsonSchema({"type": "integer", "const": 2})]
    kind: Annotated[Literal["portfolio"], key("Kind of document.")]
    name: Annotated[Word, key("What reports call the portfolio.", "Three trends on one account")]
    description: Annotated[
        str | None, key("What it does and why.", "Trends and dips in turn.", title="text", max_length=4000)
    ] = None
    tags: Annotated[list[Word] | None, key("Words to find it by.", ["trend"])] = None
    members: Annotated[
        list[Member],
        key(
            "The strategies and their shares; at one close those that stand first go first.",
            [{"strategy": "./ema_crossover.yaml", "weight": "50%"}],
            min_length=1,
            max_length=MOST_MEMBERS,
        ),
    ]
    rebalance: Annotated[
        Literal["never", "day", "week", "month", "quarter"] | None,
        key("When shares are set back to the weights: at the first close of a new one (UTC). Never if left out."),
    ] = None
    conflicts: Annotated[
        Literal["deny", "allow"] | None,
        key("What an entry does where another member stands on the other side of its symbol: it is denied (default)."),
    ] = None
    risk: Annotated[
        Risk | None, key("The account's limits, beside those of each member.", {"max_open": 5, "max_exposure": "100%"})
    ] = None
    schedule: Annotated[Schedule | None, key("The account's timezone.", {"timezone": "UTC"})] = None
