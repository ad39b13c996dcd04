"""OKX's codes for refusals, in the envelope of each kind of call, and its answers to a fault's code."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from ..faults import Call
from ..refusal import Refusal, RefusedError

_TRADING = (Call.SUBMIT, Call.CANCEL, Call.AMEND)
_GATE: Mapping[Refusal, tuple[int, str, str]] = {
    Refusal.BAD_KEY: (401, "50111", "Invalid OK-ACCESS-KEY"),
    Refusal.NO_PERMISSION: (401, "50120", "API key doesn't have permission to use this function"),
    Refusal.BAD_SIGNATURE: (401, "50113", "Invalid Sign"),
    Refusal.STALE_REQUEST: (401, "50102", "Timestamp request expired"),
    Refusal.THROTTLED: (429, "50011", "Too Many Requests"),
    Refusal.MAINTENANCE: (503, "50001", "Service temporarily unavailable. Try again later"),
}
"""Refused before the call is looked at: HTTP status, code, words."""
_ORDERS: Mapping[Refusal, tuple[str, str]] = {
    Refusal.UNKNOWN_SYMBOL: ("51001", "Instrument ID does not exist"),
    Refusal.NOT_TRADING: ("51022", "Contract suspended"),
    Refusal.BAD_REQUEST: ("51000", "Parameter error"),
    Refusal.BAD_QUANTITY: ("51121", "Order quantity must be a multiple of the lot size."),
    Refusal.BAD_PRICE: ("51000", "Parameter px error"),
    Refusal.SMALL_COST: ("51020", "Your order should meet or exceed the minimum order amount."),
    Refusal.DUPLICATE: ("51016", "Client order ID already exists."),
    Refusal.WOULD_TRIGGER: ("51280", "SL trigger price can not be higher than the last price"),
    Refusal.WOULD_MATCH: ("51511", "Modification failed as the order price did not meet the requirement for Post Only"),
    Refusal.REDUCE_ONLY: ("51169", "Order failed because you don't have any positions in this direction to close."),
    Refusal.NO_FUNDS: ("51008", "Order failed. Insufficient USDT balance in account"),
    Refusal.NO_ORDER: ("51603", "Order does not exist"),
    Refusal.BAD_LEVERAGE: ("59102", "Leverage exceeds the maximum limit. Please lower the leverage."),
    Refusal.NO_CHANGE: ("51000", "Parameter error"),
}
_GONE = {
    Call.CANCEL: ("51400", "Order cancellation failed as the order has been filled, canceled or does not exist."),
    Call.AMEND: ("51503", "Your order has already been filled or canceled."),
}
_FAULTS: Mapping[str, tuple[int, str, str]] = {
    "-1006": (200, "50026", "System error. Try again later"),
    "-1007": (200, "50004", "API endpoint request timeout (does not mean that the request was successful or failed)"),
    "-1021": _GATE[Refusal.STALE_REQUEST],
}


def refuse(call: Call, refused: RefusedError, params: Mapping[str, str]) -> web.Response:
    """Orders are refused within an answer that is well, everything else with the answer's own code."""
    if refused.refusal in _GATE:
        return _bare(*_GATE[refused.refusal])
    code, words = _ORDERS[refused.refusal]
    if refused.refusal is Refusal.NO_ORDER:
        code, words = _GONE.get(call, (code, words))
    if call not in _TRADING:
        return _bare(200, code, words)
    row = {"clOrdId": "", "ordId": "", "algoId": "", "algoClOrdId": "", "tag": "", "sCode": code, "sMsg": words}
    return web.json_response({"code": "1", "data": [row], "msg": "All operations failed"})


def error_answer(code: str) -> web.Response:
    """What a fault's code looks like: one of OKX's own, or a bare HTTP status."""
    if code in _FAULTS:
        return _bare(*_FAULTS[code])
    status = int(code) if code.isdigit() else 500
    if status == 429:
        response = _bare(*_GATE[Refusal.THROTTLED])
        response.headers["Retry-After"] = "5"
        return response
    return web.Response(status=status, text=f"{status}", headers={"Retry-After": "60"} if status == 418 else None)


def _bare(status: int, code: str, words: str) -> web.Response:
    return web.json_response({"code": code, "data": [], "msg": words}, status=status)
