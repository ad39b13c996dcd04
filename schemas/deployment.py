"""The model of a deployment document, version 2: the source of `2/deployment.json`, and of nothing at run time."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from .money import Risk
from .parts import HOST, NAME_LENGTH, Amount, Closed, Name, Number, Path, Symbol, Word, at_most_one, key, ruled

MOST_STRATEGIES = 100
_WHOLE = r"[0-9]+(\.[0-9]+)?"
Percent = Annotated[str, Field(title="share such as 50%", pattern=rf"^{_WHOLE}%$", max_length=40)]
Length = Annotated[str, Field(title="length of time", pattern=rf"^{_WHOLE}(ms|s|m|h|d)$", max_length=40)]
Capital = Annotated[
    str, Field(title="capital", pattern=rf"^(all|{_WHOLE}%|{_WHOLE} ?[A-Za-z][A-Za-z0-9]*)$", max_length=100)
]
Account = Annotated[str, Field(title="name of an account", pattern=r"^[a-z][a-z0-9_-]*$", max_length=31)]
Variable = Annotated[str, Field(title="name of a variable", pattern=r"^[A-Z_][A-Z0-9_]*$", max_length=100)]
Address = Annotated[str, Field(title="address", pattern=r"^[a-z]+://", max_length=2000)]
Host = Annotated[str, Field(pattern=HOST, max_length=NAME_LENGTH)]


class Deployed(Closed):
    """One strategy, or one portfolio of them, on this account."""

    strategy: Annotated[Path, key("The file of a strategy or portfolio, from this file's folder.", "./trend.yaml")]
    name: Annotated[Word | None, key("What the ledger calls it; the name of its file if left out.", "trend")] = None
    weight: Annotated[
        Percent | None,
        key("Its share of the capital. Those that leave it out have what the others leave, in equal parts.", "50%"),
    ] = None
    symbols: Annotated[
        list[Symbol] | None,
        key("Symbols to trade instead of those in its file (strategies only).", ["BTC/USDT"], min_length=1,
            max_length=1000, json_schema_extra={"uniqueItems": True}),
    ] = None  # fmt: skip
    set: Annotated[dict[Name, Number | Amount] | None, key("Values of its parameters.", {"fast": 12})] = None
    valid_for: Annotated[
        Length | None, key("How long after a close its signals may still be traded; as in `orders` if left out.", "30s")
    ] = None


class OrderRules(Closed):
    model_config = ruled(minProperties=1)
    max_naked: Annotated[
        Length | None, key("Longest time a position that declares a stop may be without one (5s).", "5s")
    ] = None
    valid_for: Annotated[Length | None, key("How long after a close a signal may still be traded (1m).", "1m")] = None
    price_collar: Annotated[Percent | None, key("Farthest a limit may be from the market's price (5%).", "5%")] = None
    spread_max: Annotated[Percent | None, key("Widest spread at which an entry is sent (1%).", "0.5%")] = None
    per_second: Annotated[float | None, key("Most orders in a second (5).", 5, gt=0, le=1000)] = None
    per_day: Annotated[int | None, key("Most orders in a day (5000).", 2000, ge=1, le=10_000_000)] = None
    rejects: Annotated[
        int | None, key("Rejections in a row after which only exits are sent (5).", 5, ge=1, le=1000)
    ] = None


class DataRules(Closed):
    model_config = ruled(minProperties=1)
    wait: Annotated[Length | None, key("How long after a close to wait for the candles of all symbols (2s).", "2s")] = (
        None
    )
    grace: Annotated[
        Length | None, key("How long after its end a candle is taken for closed by the clock alone (5s).", "5s")
    ] = None
    stale: Annotated[
        Length | None, key("How late a candle or a quote may be before entries are denied (30s).", "30s")
    ] = None


class Notify(Closed):
    model_config = ruled(minProperties=1)
    log: Annotated[Path | None, key("File that alerts are appended to, one JSON object a line.", "./alerts.jsonl")] = (
        None
    )
    http: Annotated[
        Variable | None,
        key("Environment variable that holds the https:// address alerts are sent to.", "STRATRUN_ALERTS_URL"),
    ] = None


class Schedule(Closed):
    timezone: Annotated[Word, key("Timezone of the day that `limits.daily_loss` looks at.", "UTC", "Europe/Berlin")]


class Deployment(Closed):
    """A stratrun deployment, version 2 (a draft until 1.0): which strategies trade on which account, with how much and
    within which limits. It holds no keys. `stratrun validate` is the authority: it also reads the strategies."""

    model_config = ruled(at_most_one("sandbox", "endpoint"))
    stratrun: Annotated[Literal[2], key("Version of the format."), WithJsonSchema({"type": "integer", "const": 2})]
    kind: Annotated[Literal["deployment"], key("Kind of document.")]
    name: Annotated[Word, key("What reports and the ledger call the deployment.", "Trend on Binance")]
    description: Annotated[str | None, key("What it is for.", "The small account.", title="text", max_length=4000)] = (
        None
    )
    venue: Annotated[Name, key("The venue, as ccxt calls it.", "binance", "okx")]
    market: Annotated[Literal["spot", "perp"] | None, key("Spot markets (if left out) or perpetual contracts.")] = None
    account: Annotated[Account, key("Name of the keys to trade with; the keys themselves are never here.", "main")]
    sandbox: Annotated[bool | None, key("Whether to trade on the venue's test network.", True)] = None
    endpoint: Annotated[
        Address | dict[Host, Address] | None,
        key("A venue of one's own on this machine: one address, or one for each of the venue's hosts.",
            "http://127.0.0.1:8080", {"api.binance.com": "http://127.0.0.1:8080"}),
    ] = None  # fmt: skip
    ledger: Annotated[
        Path,
        key("Where all that happens is recorded: a file, from this file's folder, or a PostgreSQL database.",
            "./ledger.db", "postgresql://trader@db.example/trading"),
    ]  # fmt: skip
    capital: Annotated[
        Capital | None, key("How much of the account may be used: all (if left out), an amount, or a share.",
                            "5000 USDT", "50%", "all"),
    ] = None  # fmt: skip
    leverage: Annotated[float | None, key("Leverage to set at the venue (perp only).", 2, ge=1, le=1000)] = None
    margin: Annotated[
        Literal["isolated", "cross"] | None, key("Margin mode to set at the venue (perp only); isolated if left out.")
    ] = None
    strategies: Annotated[
        list[Deployed],
        key("The strategies and portfolios to trade.", [{"strategy": "./trend.yaml", "weight": "50%"}], min_length=1,
            max_length=MOST_STRATEGIES),
    ]  # fmt: skip
    limits: Annotated[
        Risk | None,
        key("Limits beside those of each strategy: the stricter holds.", {"max_open": 5, "max_exposure": "100%"}),
    ] = None
    orders: Annotated[OrderRules | None, key("How orders are sent.", {"max_naked": "5s", "rejects": 5})] = None
    data: Annotated[DataRules | None, key("How candles are waited for.", {"wait": "2s", "stale": "30s"})] = None
    shutdown: Annotated[
        Literal["keep", "cancel", "flatten"] | None,
        key("What an orderly end leaves behind: everything (keep), positions with their stops and no entries (cancel, "
            "if left out), or nothing (flatten)."),
    ] = None  # fmt: skip
    notify: Annotated[Notify | None, key("Where alerts go.", {"log": "./alerts.jsonl"})] = None
    schedule: Annotated[Schedule | None, key("The account's timezone.", {"timezone": "UTC"})] = None
