"""Names that a test document takes over from the engine: decisions, exit reasons and figures.

The models stand below the engine and cannot import it; a test holds these lists equal to the engine's.
"""

from __future__ import annotations

from typing import Literal

DecisionName = Literal[
    "approved", "unknown_signal", "both_sides", "filtered", "filter_unknown", "data_gap", "position_open",
    "opposite_open", "size_unknown", "quantity_min", "quantity_max", "cost_min", "funds", "max_open",
    "funds_reduced", "fill_reduced", "fill_dropped", "closed_opposite",
]  # fmt: skip
ReasonName = Literal[
    "open", "stop", "target", "trail", "breakeven", "rule", "time", "opposite",
]  # fmt: skip
FigureName = Literal[
    "final_equity", "profit", "return", "cagr", "max_drawdown", "max_drawdown_days", "recovery_days", "ulcer",
    "volatility", "sharpe", "sortino", "calmar", "sharpe_autocorrelated", "sharpe_low", "sharpe_high", "omega",
    "var_95", "var_99", "cvar_95", "cvar_99", "var_95_normal", "var_99_normal", "cvar_95_normal",
    "cvar_99_normal", "exposure", "turnover", "fees", "trades_per_month", "open_trades", "trades", "wins",
    "losses", "win_rate", "profit_factor", "expectancy", "expectancy_r", "payoff", "sqn", "average_pct",
    "average_win", "average_loss", "best", "worst", "best_pct", "worst_pct", "average_hold_hours",
    "longest_hold_hours", "average_hold_candles", "win_streak", "loss_streak",
]  # fmt: skip
