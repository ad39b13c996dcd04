"""What other tools call a key of this format."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_ELSEWHERE = {
    "size": ("position_size", "position_sizing", "order_size", "sizing", "stake_amount"),
    "stop": ("stop_loss", "stoploss", "sl"),
    "target": ("take_profit", "takeprofit", "profit_target", "tp"),
    "trail": ("trailing_stop", "trailing"),
    "breakeven": ("break_even",),
    "symbols": ("pair", "pairs", "ticker", "tickers"),
    "timeframe": ("interval", "tf"),
    "enter": ("entry", "entry_conditions", "buy"),
    "params": ("parameters", "inputs"),
    "max_leverage": ("leverage",),
    "max_open": ("max_positions", "max_open_positions", "max_open_trades"),
    "quantity": ("qty", "amount"),
    "members": ("strategies",),
    "any": ("or",),
    "all": ("and",),
}
HABITS: Mapping[str, str] = MappingProxyType({word: key for key, words in _ELSEWHERE.items() for word in words})
"""A key of another tool -> the one here."""
