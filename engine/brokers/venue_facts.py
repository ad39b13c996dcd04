"""What ccxt's tables do not tell about venues and what was measured instead: one row per venue and kind of market."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from ..market.venue import Kind


@dataclass(frozen=True, slots=True)
class Facts:
    """How ccxt is to be spoken to. What is not said here is read from `ex.features`."""

    exchange: str
    """The class of ccxt."""
    client_id: str = "clientOrderId"
    """The parameter of a new order."""
    client_id_length: int = 36
    client_id_prefix: str = ""
    """What the venue has before every client id."""
    find_by: str | None = "clientOrderId"
    """The parameter of `fetch_order` that takes a client id; None: lists are searched."""
    no_id: str | None = None
    """What stands for the venue's id in `fetch_order` where only ours is known."""
    find_in_lists: bool = False
    """One order is asked for as a list of one: ccxt's `fetch_order` would send an id "None" beside a client id, and
    knows no order that ended long ago."""
    forgets: bool = False
    """One order can be asked for while it is open only: that there is none is said by the lists. What they call ended
    counts only where it is not open."""
    cancel_by: str | None = "clientOrderId"
    """That of `cancel_order`; None: the venue's own id is needed; IN_PLACE: ours stands where its own would."""
    trigger: str | None = "triggerPrice"
    """The parameter of a stop's price; None: no stop of this venue is used."""
    trigger_client_id: str | None = None
    """The parameter of a client id in the list of stops, where it is another."""
    trigger_direction: bool = False
    """The side of the price has to be told."""
    trigger_sided: bool = True
    """A stop beyond the price is refused, or triggers at once; otherwise it would wait for the price to come back."""
    stops_named: bool = True
    """The list of stops can be asked for one of them by our client id."""
    trigger_by: tuple[str, str] | None = None
    """The parameter that means the last traded price, where another is the default."""
    margin_said: bool = False
    """An order of contracts says its margin mode itself; ccxt's own choice would hold otherwise."""
    leverage_said: bool = False
    """And its leverage, which would be 1 otherwise: an order that opens is refused where none is named."""
    stop_market: bool = True
    market_buy: bool = True
    """A market buy takes a quantity; otherwise the venue wants what it shall cost."""
    reduce_only: bool = True
    amend: bool = False
    """Changes an open order in place, in one step."""
    cancel_in_list: bool = True
    """A cancel has to name the list of stops, where there is one."""
    ended_stops: bool = True
    """The list of stops tells those that ended, too."""
    stops_from: str | None = None
    """The parameter of an id that the history of stops goes back from, or OFFSET: it cannot be asked for a time."""
    triggered_id: str | None = None
    """Where a stop that triggered became another order: the field of its raw answer that names that order."""
    fills_by: str | None = None
    """The parameter of `fetch_my_trades` that asks for one order, where `fetch_order_trades` cannot."""
    fills_before: str | None = None
    """The parameter of a time that the account's executions are listed back from, where no stretch can be asked for."""
    funding_names: tuple[str, str, int] | None = None
    """The venue's own names of what begins and ends a stretch of payments, and the ms it counts in, where ccxt does not
    say them."""
    funding_market: str | None = None
    """And its own name of the market, where ccxt leaves out the others only afterwards."""
    funding_length: str | None = None
    """And of a page's length, where ccxt uses another and a shorter page would hold."""
    funding_whole: bool = False
    """Payments of all markets are asked for: the venue cannot be asked for one, and ccxt would leave out the others
    only afterwards."""
    settled: str | None = None
    """All open orders are those of contracts settled in this coin only: of others each has to be asked for."""
    position_at_once: bool = True
    """Positions of several symbols can be asked for in one question."""
    balance_stream: bool = True
    """What the stream tells to be free is."""
    fee_in_base: bool = False
    """A spot buyer pays the fee in what is bought."""
    numbers: bool = False
    """ccxt compares quantities as numbers here: no text."""
    page: int = 100
    """The most executions or orders that one answer holds."""
    page_names: tuple[str, ...] = ()
    """The venue's own names of a page's length, where ccxt does not say it and a shorter one would hold."""
    days: int | None = None
    """The longest stretch of one question, where it is shorter than ccxt says."""
    events: bool = False
    """What ended is read from the venue's own events (kraken_history.py)."""
    ends_by: str | None = None
    """The venue's own name of a stretch's end, which ccxt loses on the way otherwise."""
    whole: bool = False
    """Histories are asked for all markets at once: ccxt names the market by a word that the venue does not list, and
    would leave out the others only afterwards, so that how full an answer was could not be seen."""
    leafed: bool = False
    """So are these, which come the newest first and are leafed through by an offset."""
    open_page: int | None = None
    """The most open orders that one answer holds, where ccxt's table does not say."""
    validity: int | None = None
    """Ms after which the venue refuses a request, by the window or the time that ccxt sends with every signed one."""
    options: tuple[tuple[str, object], ...] = ()
    """More options of ccxt's class."""
    notes: tuple[str, ...] = ()

    @property
    def fills_whole(self) -> bool:
        """Executions are told of all markets at once."""
        return self.whole or self.leafed or self.fills_before is not None


IN_PLACE = "id"
OFFSET = "offset"
_COST_ONLY = "market buys take a cost, not a quantity: an order of a quantity is refused here"
_UNSIDED = "a stop cannot be told its side of the price: that is checked just before it is sent"
_CLASSIC = (("uta", False),)
_NOT_UNIFIED = "unified accounts are refused: ccxt would send their stops as orders to be filled at once"
_BYBIT = (
    ("recvWindow", 5_000), ("fetchMarkets", {"types": ["spot", "linear"]}),
    ("watchPositions", {"fetchPositionsSnapshot": False, "awaitPositionsSnapshot": False}),  # polls tell them anyway
)  # fmt: skip
_BINANCE = (("fetchMargins", False), ("fetchCurrencies", False), ("warnOnFetchOpenOrdersWithoutSymbol", False))


def _okx(kind: str) -> tuple[tuple[str, object], ...]:
    """One kind of market alone: ccxt's streams break at the first order of a market that was not loaded."""
    return (("fetchMarkets", {"types": [kind]}), ("watchOrders", {"type": kind}), ("watchMyTrades", {"type": kind}))


FACTS: MappingProxyType[tuple[str, Kind], Facts] = MappingProxyType({
    ("binance", Kind.SPOT): Facts(
        "binance", page=1000, days=1, validity=5_000, reduce_only=False, fee_in_base=True,
        options=(*_BINANCE, ("recvWindow", 5_000), ("fetchMarkets", {"types": ["spot"]})),
        notes=("an edit is a cancel and a new order in one call, so orders are replaced instead",),
    ),
    ("binance", Kind.PERP): Facts(
        "binance", page=1000, validity=5_000, amend=True, triggered_id="actualOrderId", fills_by="orderId",
        options=(
            *_BINANCE, ("recvWindow", 5_000), ("fetchMarkets", {"types": ["linear"]}),
            ("fetchPositionsRisk", {"useV2": True}),  # the newer answer tells no leverage
        ),
        notes=("stops wait in a list of their own and become another order when they trigger",),
    ),
    ("bybit", Kind.SPOT): Facts(
        "bybit", find_by="orderLinkId", find_in_lists=True, cancel_by="orderLinkId", amend=True, validity=5_000,
        page=50, trigger_sided=False, reduce_only=False, fee_in_base=True, options=_BYBIT, notes=(_UNSIDED,),
    ),
    ("bybit", Kind.PERP): Facts(
        "bybit", find_by="orderLinkId", find_in_lists=True, cancel_by="orderLinkId", amend=True, validity=5_000,
        page=50, trigger_direction=True, cancel_in_list=False, position_at_once=False, balance_stream=False,
        funding_length="limit", settled="USDT", options=_BYBIT,
        notes=("balances are polled: ccxt's stream leaves out what contracts bind",),
    ),
    ("okx", Kind.SPOT): Facts(
        "okx", client_id_length=32, trigger_client_id="algoClOrdId", triggered_id="ordId", amend=True,
        reduce_only=False, fee_in_base=True, fills_by="ordId", stops_from="after", trigger_sided=False, validity=30_000,
        options=_okx("spot"),
        notes=(_UNSIDED, "a stopLossPrice would go out as cross margin: triggerPrice is used",),
    ),
    ("okx", Kind.PERP): Facts(
        "okx", client_id_length=32, trigger_client_id="algoClOrdId", triggered_id="ordId", amend=True,
        fills_by="ordId", stops_from="after", trigger_sided=False, validity=30_000, margin_said=True,
        funding_names=("begin", "end", 1), funding_market="instId",
        options=(*_okx("swap"), ("defaultMarginMode", "isolated")), notes=(_UNSIDED,),
    ),
    ("kraken", Kind.SPOT): Facts(
        "kraken", client_id_length=18, find_by=None, trigger="stopLossPrice", page=50, leafed=True,
        reduce_only=False,
        notes=("triggerPrice is ignored and would place a live order at once: stopLossPrice is used",),
    ),
    ("kraken", Kind.PERP): Facts(
        "krakenfutures", find_by=None, forgets=True, cancel_by=None, page=100, fills_before="lastFillTime", events=True,
        funding_whole=True,
    ),
    ("kucoin", Kind.SPOT): Facts(
        "kucoin", client_id_length=40, forgets=True, trigger=None, page=100, reduce_only=False,
        page_names=("pageSize", "limit"), options=_CLASSIC,
        notes=("a stop that triggered becomes an order that does not name it: the engine watches stops itself",),
    ),
    ("kucoin", Kind.PERP): Facts(
        "kucoin", client_id_length=40, forgets=True, trigger_by=("triggerPriceType", "last"), ended_stops=False,
        margin_said=True, leverage_said=True, numbers=True, options=_CLASSIC, page=100, page_names=("pageSize",),
        funding_names=("startAt", "endAt", 1),
        notes=("a stopLossPrice could only close and would follow the mark price: triggerPrice is used",),
    ),
    ("gate", Kind.SPOT): Facts(
        "gate", client_id_length=26, client_id_prefix="t-", cancel_by=IN_PLACE, trigger=None, market_buy=False,
        reduce_only=False, fee_in_base=True,
        notes=(_COST_ONLY, "stops of ccxt would end after a day: the engine watches them itself"),
    ),
    ("gate", Kind.PERP): Facts(
        "gate", client_id_length=26, client_id_prefix="t-", cancel_by=IN_PLACE, stops_named=False,
        triggered_id="trade_id", stops_from=OFFSET, funding_names=("from", "to", 1_000), amend=True, settled="USDT",
    ),
    ("coinbase", Kind.SPOT): Facts(
        "coinbase", client_id="client_order_id", find_by=None, cancel_by=None, trigger="stopLossPrice",
        whole=True, open_page=100, fills_by="order_ids", stop_market=False, market_buy=False, reduce_only=False,
        notes=(_COST_ONLY, "clientOrderId is dropped: client_order_id is used",
               "a triggerPrice would trigger on the wrong side: stopLossPrice is used"),
    ),
    ("coinbase", Kind.PERP): Facts(
        "coinbase", client_id="client_order_id", find_by=None, cancel_by=None, trigger="stopLossPrice",
        whole=True, open_page=100, fills_by="order_ids", stop_market=False, reduce_only=False,
        notes=("reduceOnly would close the whole position: it is refused here",),
    ),
    ("bitget", Kind.SPOT): Facts(
        "bitget", no_id="", trigger_by=("triggerType", "fill_price"), triggered_id="executeOrderId", market_buy=False,
        reduce_only=False, fee_in_base=True, fills_by="orderId", ends_by="endTime", options=_CLASSIC,
        notes=(_COST_ONLY, _NOT_UNIFIED),
    ),
    ("bitget", Kind.PERP): Facts(
        "bitget", no_id="", trigger_by=("triggerType", "fill_price"), triggered_id="executeOrderId", margin_said=True,
        fills_by="orderId", settled="USDT", options=_CLASSIC, notes=(_NOT_UNIFIED,),
    ),
})  # fmt: skip
"""Every venue this project trades at, by name and kind of market."""

VENUES = tuple(dict.fromkeys(name for name, _ in FACTS))


def facts_of(venue: str, kind: Kind) -> Facts:
    """Raises InputError for a venue or kind that is not traded here."""
    from difflib import get_close_matches

    from ..diagnostics.diagnostic import InputError

    found = FACTS.get((venue, kind))
    if found is not None:
        return found
    if venue in VENUES:
        raise InputError(f"{kind} markets of {venue} cannot be traded", help="`stratrun venues` lists what can")
    near = get_close_matches(venue, VENUES, 1)
    raise InputError(
        f"there is no venue called `{venue[:40]}` to trade at",
        help=f"did you mean `{near[0]}`?" if near else f"there are {', '.join(VENUES)}",
    )
