"""Bybit's codes for refusals, on spot and on contracts, and its answers to a fault's code."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from ..faults import Call
from ..refusal import Refusal, RefusedError

Code = tuple[int, str]

_BOTH: Mapping[Refusal, Code] = {
    Refusal.BAD_KEY: (10003, "API key is invalid."),
    Refusal.NO_PERMISSION: (10005, "Permission denied, please check your API key permissions."),
    Refusal.BAD_SIGNATURE: (10004, "error sign! please check your signature generation algorithm."),
    Refusal.STALE_REQUEST: (10002, "invalid request, please check your server timestamp or recv_window param."),
    Refusal.THROTTLED: (10006, "Too many visits. Exceeded the API Rate Limit."),
    Refusal.UNKNOWN_SYMBOL: (10001, "Not supported symbols"),
    Refusal.BAD_REQUEST: (10001, "params error"),
    Refusal.REDUCE_ONLY: (110017, "current position is zero, cannot fix reduce-only order qty"),
    Refusal.BAD_LEVERAGE: (110013, "cannot set leverage due to risk limit"),
    Refusal.NO_CHANGE: (110043, "Set leverage not modified"),
    Refusal.WOULD_MATCH: (110003, "Order price exceeds the allowable range."),
}
_SPOT: Mapping[Refusal, Code] = {
    **_BOTH,
    Refusal.NOT_TRADING: (170121, "Invalid symbol."),
    Refusal.BAD_QUANTITY: (170137, "Order volume decimal too long"),
    Refusal.BAD_PRICE: (170134, "Order price decimal too long."),
    Refusal.SMALL_COST: (170140, "Order value exceeded lower limit."),
    Refusal.DUPLICATE: (170141, "Duplicate clientOrderId"),
    Refusal.WOULD_TRIGGER: (170130, "Data sent for parameter triggerPrice is not valid."),
    Refusal.NO_FUNDS: (170131, "Insufficient balance."),
    Refusal.NO_ORDER: (170213, "Order does not exist."),
}
_LINEAR: Mapping[Refusal, Code] = {
    **_BOTH,
    Refusal.NOT_TRADING: (110023, "Currently you can only reduce position on this contract."),
    Refusal.BAD_QUANTITY: (10001, "Qty invalid"),
    Refusal.BAD_PRICE: (10001, "params error: price invalid"),
    Refusal.SMALL_COST: (110094, "Order does not meet minimum order value 5USDT"),
    Refusal.DUPLICATE: (110072, "OrderLinkedID is duplicate"),
    Refusal.WOULD_TRIGGER: (110093, "expect Falling, but trigger_price >= current"),
    Refusal.NO_FUNDS: (110007, "ab not enough for new order"),
    Refusal.NO_ORDER: (110001, "order not exists or too late to cancel"),
}
_FAULTS: Mapping[str, Code] = {
    "-1006": (10016, "Internal server error."),
    "-1007": (10000, "Server Timeout"),
    "-1021": _BOTH[Refusal.STALE_REQUEST],
}


def refuse(call: Call, refused: RefusedError, params: Mapping[str, str]) -> web.Response:
    if refused.refusal is Refusal.MAINTENANCE:
        return web.Response(status=503, text="Service Unavailable")
    codes = _SPOT if params.get("category") == "spot" else _LINEAR
    return _answer(*codes[refused.refusal])


def error_answer(code: str) -> web.Response:
    """What a fault's code looks like: one of Bybit's own, or a bare HTTP status."""
    if code in _FAULTS:
        return _answer(*_FAULTS[code])
    status = int(code) if code.isdigit() else 500
    headers = {"Retry-After": "60" if status == 418 else "5"} if status in (418, 429) else None
    return web.Response(status=status, text=f"{status}", headers=headers)


def _answer(code: int, words: str) -> web.Response:
    return web.json_response({"retCode": code, "retMsg": words, "result": {}, "retExtInfo": {}})
