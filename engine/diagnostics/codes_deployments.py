"""SR73x: deployments: their venue, ledger and strategies, and the secrets that stay out of them."""

from .code import Code
from .diagnostic import Severity

DEPLOYMENTS = (
    Code(
        "SR730",
        "A venue nobody tried",
        "Orders, stops and errors were measured for eight venues; another may answer in ways nobody has seen.",
        "venue: somewhere",
        "venue: binance",
        Severity.WARNING,
    ),
    Code(
        "SR731",
        "An endpoint that is not this machine",
        "`endpoint` is for a venue of one's own on this machine: keys are never sent to another host by way of it.",
        "endpoint: http://venue.example:8080",
        "endpoint: http://127.0.0.1:8080",
    ),
    Code(
        "SR732",
        "A secret in the file",
        "A deployment is committed, reviewed and copied, so it names an account, whose keys are kept elsewhere; revoke "
        "at the venue a key that was ever committed.",
        "account: main\napi_key: abc123",
        "account: main",
    ),
    Code(
        "SR733",
        "Not a place for a ledger",
        "A ledger is a file, named from the deployment's folder, or a PostgreSQL database.",
        "ledger: mysql://trader@db.example/trading",
        "ledger: ./ledger.db",
    ),
    Code(
        "SR734",
        "Strategies that no account can hold together",
        "All strategies of a deployment trade one kind of market and are paid in one currency, which is the capital's.",
        "market: spot\nstrategies:\n  - strategy: ./perpetual.yaml",
        "market: perp\nstrategies:\n  - strategy: ./perpetual.yaml",
    ),
    Code(
        "SR735",
        "Opposite sides of one symbol",
        "An account has one position in a symbol: of a long and a short the venue would keep the difference alone.",
        "strategies:\n  - strategy: ./long.yaml\n  - strategy: ./short.yaml",
        "strategies:\n  - strategy: ./long.yaml",
    ),
    Code(
        "SR736",
        "A figure out of reach",
        "Lengths of time and shares have bounds beyond which they would be a slip of the pen.",
        "orders: {max_naked: 3h}",
        "orders: {max_naked: 5s}",
    ),
    Code(
        "SR737",
        "A signal that outlives its candle",
        "At the next close the strategy decides anew; a signal that is still valid then may be traded against it.",
        "orders: {valid_for: 2h} over a strategy on 1h candles",
        "orders: {valid_for: 1m} over a strategy on 1h candles",
        Severity.WARNING,
    ),
    Code(
        "SR738",
        "A portfolio whose rules need the account for themselves",
        "A portfolio's limits, rebalancing and leverage are those of a whole account; beside other strategies, or on a "
        "part of the account, they would be of something that no venue knows.",
        "strategies:\n  - strategy: ./portfolio.yaml  # rebalances\n  - strategy: ./other.yaml",
        "strategies:\n  - strategy: ./portfolio.yaml",
    ),
)
