"""SR72x: portfolios: their members, the shares of these, and the account they have together."""

from .code import Code
from .diagnostic import Severity

PORTFOLIOS = (
    Code(
        "SR720",
        "More shared out than there is",
        "The weights of all members are shares of one account: together they are 100 % at most.",
        "members:\n  - {strategy: ./a.yaml, weight: 70%}\n  - {strategy: ./b.yaml, weight: 50%}",
        "members:\n  - {strategy: ./a.yaml, weight: 60%}\n  - {strategy: ./b.yaml, weight: 40%}",
    ),
    Code(
        "SR721",
        "A member without a share",
        "A weight is above zero; a strategy that is to have nothing is left out.",
        "{strategy: ./a.yaml, weight: 0%}",
        "{strategy: ./a.yaml, weight: 25%}",
    ),
    Code(
        "SR722",
        "Two members of one name",
        "Reports and `--set` tell members by their names; one that is left out is that of the file.",
        "members:\n  - {strategy: ./a.yaml, weight: 50%}\n  - {strategy: ./a.yaml, weight: 50%, set: {fast: 9}}",
        "members:\n  - {strategy: ./a.yaml, weight: 50%}\n"
        "  - {strategy: ./a.yaml, weight: 50%, set: {fast: 9}, name: quick}",
    ),
    Code(
        "SR723",
        "The same member twice",
        "Two members that mean the same trade the same: one of both weights does it with fewer orders.",
        "members:\n  - {strategy: ./a.yaml, weight: 20%}\n  - {strategy: ./a.yaml, weight: 30%, name: again}",
        "members:\n  - {strategy: ./a.yaml, weight: 50%}",
        Severity.WARNING,
    ),
    Code(
        "SR724",
        "Members of unlike timeframes",
        "Members on slower candles get those that the fastest member's candles add up to, so each timeframe is a whole "
        "multiple of the fastest.",
        "a member on 45m candles and one on 1h candles",
        "a member on 15m candles and one on 1h candles",
    ),
    Code(
        "SR725",
        "Members that no account can hold together",
        "The members share one account: all trade spot or all contracts, paid in one currency.",
        "a member that trades BTC/USDT and one that trades BTC/EUR",
        "a member that trades BTC/USDT and one that trades ETH/USDT",
    ),
    Code(
        "SR726",
        "Not a strategy",
        "A member's path leads from the portfolio's folder to the file of a strategy.",
        "{strategy: ./no-such-file.yaml, weight: 50%}",
        "{strategy: ./ema_crossover.yaml, weight: 50%}",
    ),
    Code(
        "SR727",
        "A member with mistakes",
        "A portfolio runs when each of its strategies does; the mistakes are told of the member's own file.",
        "{strategy: ./broken.yaml, weight: 50%}",
        "{strategy: ./mended.yaml, weight: 50%}",
    ),
    Code(
        "SR728",
        "A path of one computer",
        "A path from the root of a disk is found on no other computer; write it from the portfolio's folder.",
        "{strategy: /home/me/a.yaml, weight: 50%}",
        "{strategy: ../strategies/a.yaml, weight: 50%}",
        Severity.WARNING,
    ),
    Code(
        "SR729",
        "A member's limit above the account's",
        "The stricter limit holds, so the member never comes to use all that its own file allows.",
        "risk: {max_open: 2} over a member with risk: {max_open: 4}",
        "risk: {max_open: 6} over a member with risk: {max_open: 4}",
        Severity.WARNING,
    ),
)
