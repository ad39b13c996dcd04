"""SR44x: rules of trading that do not fit together: orders, ladders, sizes, protections, hours."""

from .code import Code

TRADING = (
    Code(
        "SR440",
        "Order keys that do not fit",
        "Each type of order has its own keys: only a resting one has an offset and is canceled, only a limit is "
        "`post_only`, and a `fallback` follows a `cancel_after`.",
        "orders: {type: market, offset: 0.1%}",
        "orders: {type: limit, offset: 0.1%}",
    ),
    Code(
        "SR441",
        "A ladder of targets out of step",
        "Targets stand from the nearest to the furthest and close 100 % of the position at most; only the last may "
        "leave out `close`.",
        "target: [{at: 3R, close: 50%}, {at: 1R}]",
        "target: [{at: 1R, close: 50%}, {at: 3R}]",
    ),
    Code(
        "SR442",
        "Equal slots without their number",
        "`equal: slots` divides the equity by `risk.max_open`.",
        "size: {equal: slots}",
        "size: {equal: slots}\nrisk: {max_open: 4}",
    ),
    Code(
        "SR443",
        "Not a usable window",
        "A window holds 2 to 5,000 candles of the strategy's timeframe.",
        "timeframe: 1m\nsize: {volatility: {target: 20%, window: 30d}}",
        "timeframe: 1h\nsize: {volatility: {target: 20%, window: 30d}}",
    ),
    Code(
        "SR444",
        "Protection keys that do not fit",
        "Each protection has its own keys: `after` belongs to a cooldown, `within` and `pause` to counted stops.",
        "protections: [{stops: 3, within: 1d}]",
        "protections: [{stops: 3, within: 1d, pause: 12h}]",
    ),
    Code(
        "SR445",
        "Not trading hours",
        "Hours are `06:00-22:00`, after weekdays (`mon` to `sun`, lists and ranges) or alone for every day.",
        "schedule: {entries: [mo-fr 6-22]}",
        "schedule: {entries: ['mon-fri 06:00-22:00']}",
    ),
    Code(
        "SR446",
        "Members that do not fit",
        "Every symbol of the universe has a span, and a span names one of `symbols` and ends after it begins.",
        "symbols: [BTC/USDT, ETH/USDT]\nuniverse: {members: [{symbol: BTC/USDT, from: 2021-01-01}]}",
        "symbols: [BTC/USDT]\nuniverse: {members: [{symbol: BTC/USDT, from: 2021-01-01}]}",
    ),
    Code(
        "SR447",
        "No file of members",
        "`universe.members` is a list, or the path of a CSV file with the columns symbol, from and to.",
        "universe: {members: ./nowhere.csv}",
        "symbols: [BTC/USDT]\nuniverse: {members: [{symbol: BTC/USDT}]}",
    ),
)
