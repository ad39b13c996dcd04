"""Binance's codes for refusals, on spot and on USD-M contracts, and its answers to a fault's code."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from ..faults import Call
from ..refusal import Refusal, RefusedError

Code = tuple[int, int, str]
"""HTTP status, code, words."""

_BOTH: Mapping[Refusal, Code] = {
    Refusal.BAD_KEY: (401, -2015, "Invalid API-key, IP, or permissions for action."),
    Refusal.NO_PERMISSION: (401, -2015, "Invalid API-key, IP, or permissions for action."),
    Refusal.BAD_SIGNATURE: (400, -1022, "Signature for this request is not valid."),
    Refusal.STALE_REQUEST: (400, -1021, "Timestamp for this request is outside of the recvWindow."),
    Refusal.THROTTLED: (429, -1003, "Too many requests."),
    Refusal.UNKNOWN_SYMBOL: (400, -1121, "Invalid symbol."),
    Refusal.BAD_REQUEST: (400, -1102, "Mandatory parameter was not sent, was empty/null, or malformed."),
    Refusal.REDUCE_ONLY: (400, -2022, "ReduceOnly Order is rejected."),
    Refusal.NO_ORDER: (400, -2013, "Order does not exist."),
    Refusal.BAD_LEVERAGE: (400, -4028, "Leverage is not valid"),
    Refusal.NO_CHANGE: (400, -4046, "No need to change margin type."),
}
SPOT: Mapping[Refusal, Code] = {
    **_BOTH,
    Refusal.NOT_TRADING: (400, -1013, "Market is closed."),
    Refusal.BAD_QUANTITY: (400, -1013, "Filter failure: LOT_SIZE"),
    Refusal.BAD_PRICE: (400, -1013, "Filter failure: PRICE_FILTER"),
    Refusal.SMALL_COST: (400, -1013, "Filter failure: NOTIONAL"),
    Refusal.DUPLICATE: (400, -2010, "Duplicate order sent."),
    Refusal.WOULD_TRIGGER: (400, -2010, "Stop price would trigger immediately."),
    Refusal.WOULD_MATCH: (400, -2010, "Order would immediately match and take."),
    Refusal.NO_FUNDS: (400, -2010, "Account has insufficient balance for requested action."),
}
USDM: Mapping[Refusal, Code] = {
    **_BOTH,
    Refusal.NOT_TRADING: (400, -4140, "Invalid symbol status for opening position."),
    Refusal.BAD_QUANTITY: (400, -1111, "Precision is over the maximum defined for this asset."),
    Refusal.BAD_PRICE: (400, -4014, "Price not increased by tick size."),
    Refusal.SMALL_COST: (400, -4164, "Order's notional must be no smaller than 5 (unless you choose reduce only)."),
    Refusal.DUPLICATE: (400, -4116, "ClientOrderId is duplicated."),
    Refusal.WOULD_TRIGGER: (400, -2021, "Order would immediately trigger."),
    Refusal.WOULD_MATCH: (400, -5022, "Due to the order could not be executed as maker, the Post Only order will be "
                                      "rejected. The order will not be recorded in the order history"),
    Refusal.NO_FUNDS: (400, -2019, "Margin is insufficient."),
}  # fmt: skip
_FAULTS: Mapping[str, Code] = {
    "-1006": (500, -1006, "An unexpected response was received from the message bus. Execution status unknown."),
    "-1007": (408, -1007, "Timeout waiting for response from backend server. Send status unknown; execution status "
                          "unknown."),
    "-1021": _BOTH[Refusal.STALE_REQUEST],
    "-1003": (429, -1003, "Too many requests."),
}  # fmt: skip


def code_of(codes: Mapping[Refusal, Code], call: Call, refused: RefusedError) -> Code:
    if refused.refusal is Refusal.MAINTENANCE:
        return 503, 0, "Service unavailable from a restricted location or under maintenance."
    if refused.refusal is Refusal.NO_ORDER and call in (Call.CANCEL, Call.AMEND):
        return 400, -2011, "Unknown order sent."
    return codes[refused.refusal]


def answer(code: Code) -> web.Response:
    status, number, words = code
    return web.json_response({"code": number, "msg": words}, status=status)


def refuser(codes: Mapping[Refusal, Code], call: Call, refused: RefusedError) -> web.Response:
    return answer(code_of(codes, call, refused))


def error_answer(code: str) -> web.Response:
    """What a fault's code looks like: one of Binance's own, or a bare HTTP status."""
    if code in _FAULTS:
        return answer(_FAULTS[code])
    status = int(code) if code.isdigit() else 500
    headers = {"Retry-After": "60" if status == 418 else "5"} if status in (418, 429) else None
    return web.Response(status=status, text=f"{status}", headers=headers)
