"""Names that documents take over from the engine: decisions, exit reasons and figures.

The models stand below the engine and cannot import it; a test holds these lists equal to the engine's.
"""

from __future__ import annotations

from typing import Literal

DecisionName = Literal[
    "approved", "unknown_signal", "both_sides", "filtered", "filter_unknown", "data_gap", "position_open",
    "opposite_open", "size_unknown", "quantity_min", "quantity_max", "cost_min", "funds", "max_open", "funds_reduced",
    "fill_reduced", "fill_dropped", "closed_opposite", "added", "order_expired", "order_canceled", "post_only",
    "no_edge", "trading_halted", "trading_reducing", "stop_required", "stop_wrong_side", "stop_beyond_liquidation",
    "leverage_max", "max_cost_per_order", "max_position", "max_exposure", "max_net_exposure", "max_correlated",
    "risk_per_trade", "portfolio_heat", "daily_loss", "drawdown", "loss_streak", "protection_cooldown",
    "protection_stops", "protection_low_profit", "protection_drawdown", "schedule", "cost_max", "mode_mismatch",
    "instrument_unknown", "instrument_inactive", "instrument_untradable", "instrument_delisting", "data_stale",
    "order_unknown", "signal_expired", "duplicate_intent", "precision", "price_collar", "spread_max",
    "order_type_unsupported", "reduce_only_increases", "rate_limit", "manual_hold", "conflict", "order_rejected",
]  # fmt: skip
ReasonName = Literal[
    "open", "stop", "target", "trail", "breakeven", "rule", "time", "opposite", "liquidation", "external", "halt",
]  # fmt: skip
FigureName = Literal[
    "final_equity", "profit", "return", "cagr", "max_drawdown", "max_drawdown_days", "recovery_days", "ulcer",
    "volatility", "sharpe", "sortino", "calmar", "sharpe_autocorrelated", "sharpe_low", "sharpe_high",
    "sharpe_probability", "omega", "var_95", "var_99", "cvar_95", "cvar_99", "var_95_normal", "var_99_normal",
    "cvar_95_normal", "cvar_99_normal", "exposure", "turnover", "fees", "funding", "trades_per_month",
    "open_trades", "trades", "wins", "losses", "win_rate", "profit_factor", "expectancy", "expectancy_r",
    "payoff", "sqn", "average_pct", "average_win", "average_loss", "best", "worst", "best_pct", "worst_pct",
    "average_hold_hours", "longest_hold_hours", "average_hold_candles", "win_streak", "loss_streak",
]  # fmt: skip
