"""The model of a portfolio document, version 2: the source of `2/portfolio.json`, and of nothing at run time."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from .money import Risk
from .parts import Amount, Closed, Expression, Name, Number, Path, Word, key, ruled
from .strategy import Goal, WalkForward

MOST_MEMBERS = 100
Share = Annotated[str, Field(title="share of the account", pattern=r"^[0-9]+(\.[0-9]+)?%$", max_length=40)]


class Weight(Closed):
    """A weight that may be tuned, written as a parameter is."""

    default: Annotated[Share, key("The share that it trades with.", "40%")]
    range: Annotated[
        list[Share] | None, key("Lowest and highest share.", ["20%", "60%"], min_length=2, max_length=2)
    ] = None
    step: Annotated[Share | None, key("Distance between tried shares.", "10%")] = None


class Member(Closed):
    """One strategy of the portfolio."""

    strategy: Annotated[Path, key("The strategy file, from this file's folder.", "./ema_crossover.yaml")]
    weight: Annotated[
        Share | Weight,
        key(
            "Its share of the account; all shares together are 100% at most. With a range, `optimize` may tune it.",
            "50%",
            {"default": "40%", "range": ["20%", "60%"], "step": "10%"},
        ),
    ]
    name: Annotated[Word | None, key("What reports call it; the name of its file if left out.", "trend")] = None
    set: Annotated[dict[Name, Number | Amount] | None, key("Values of its parameters.", {"fast": 12})] = None


class Schedule(Closed):
    timezone: Annotated[Word, key("Timezone of the day that `risk.daily_loss` looks at.", "UTC", "Europe/Berlin")]


class Optimize(Closed):
    model_config = ruled(minProperties=1)
    tune: Annotated[
        list[Word] | None,
        key("Parameters to try: MEMBER.PARAM, and MEMBER.weight.", ["trend.fast", "trend.weight"], min_length=1),
    ] = None
    require: Annotated[
        list[Expression] | None,
        key("What must hold between them, beside what the members require.", ["trend.fast < trend.slow"], min_length=1),
    ] = None
    goal: Annotated[Goal | None, key("What the best parameters are.", {"maximize": "sharpe"})] = None
    walk_forward: Annotated[WalkForward | None, key("Trains and tests in turn.", {"train": "180d", "test": "30d"})] = (
        None
    )


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
    optimize: Annotated[Optimize | None, key("What to tune, and how.", {"tune": ["trend.weight"]})] = None
