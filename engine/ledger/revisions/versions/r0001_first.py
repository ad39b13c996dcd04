"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _whole(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, _WHOLE, nullable=nullable, autoincrement=False)


def _truth(name: str, nullable: bool = False) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=nullable)


def upgrade() -> None:
    _chain()
    _sessions()
    _fills()
    _intents()
    _orders()
    _money()
    _doubts()
    op.create_index("events_by_order", "events", ["order_id"])
    op.create_index("events_by_session", "events", ["session_id"])
    op.create_index("fills_by_order", "fills", ["order_id"])
    op.create_index("orders_by_state", "orders", ["state"])
    op.create_index("orders_by_venue_id", "orders", ["venue_id"])


def _chain() -> None:
    """The events, and what their chain and their readers need."""
    op.create_table("carried", _whole("place"), _text("name"), _text("payload"), sa.PrimaryKeyConstraint("place"))
    op.create_table(
        "cursors", _text("account"), _text("stream"), _text("value"), sa.PrimaryKeyConstraint("account", "stream")
    )
    op.create_table(
        "events",
        _whole("seq"),
        _whole("time"),
        _text("kind"),
        _whole("version"),
        _text("session_id", True),
        _text("order_id", True),
        _text("payload"),
        _text("hash"),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_table("keys", _text("key"), _whole("seq"), sa.PrimaryKeyConstraint("key"))
    op.create_table("ledger", _text("name"), _text("value"), sa.PrimaryKeyConstraint("name"))


def _sessions() -> None:
    """What runs: sessions, their feeds, plans and states."""
    op.create_table(
        "feeds",
        _text("session_id"),
        _text("symbol"),
        _text("timeframe"),
        _whole("last"),
        _whole("count"),
        sa.PrimaryKeyConstraint("session_id", "symbol", "timeframe"),
    )
    op.create_table(
        "plans",
        _text("plan_id"),
        _text("account"),
        _text("symbol"),
        _text("purpose"),
        _text("step"),
        _truth("finished"),
        _text("details"),
        _whole("updated"),
        sa.PrimaryKeyConstraint("plan_id"),
    )
    op.create_table(
        "prefixes", _text("account"), _text("prefix"), _whole("seq"), sa.PrimaryKeyConstraint("account", "prefix")
    )
    op.create_table(
        "sessions",
        _text("session_id"),
        _text("mode"),
        _text("account"),
        _text("strategy"),
        _text("strategy_hash"),
        _text("deployment"),
        _text("symbols"),
        _text("timeframe"),
        _whole("first_candle"),
        _text("version"),
        _whole("opened"),
        _whole("opened_seq"),
        _whole("closed", True),
        _whole("closed_seq", True),
        _text("reason", True),
        sa.PrimaryKeyConstraint("session_id"),
    )
    op.create_table(
        "states",
        _text("scope"),
        _text("name"),
        _text("state"),
        _text("code"),
        _whole("until", True),
        _text("who"),
        _text("why"),
        _whole("since"),
        sa.PrimaryKeyConstraint("scope", "name"),
    )


def _fills() -> None:
    """What was executed."""
    op.create_table(
        "fills",
        _text("account"),
        _text("market"),
        _text("fill_id"),
        _text("order_id", True),
        _text("strategy"),
        _text("symbol"),
        _text("role"),
        _text("side"),
        _text("quantity"),
        _text("price"),
        _text("cost"),
        _text("fee"),
        _text("fee_currency"),
        _truth("maker", True),
        _whole("venue_time"),
        _text("source"),
        _whole("trade_id"),
        _whole("seq"),
        sa.PrimaryKeyConstraint("account", "market", "fill_id"),
    )


def _intents() -> None:
    """Why orders are sent."""
    op.create_table(
        "intents",
        _text("intent_id"),
        _text("session_id"),
        _text("decision_id", True),
        _text("account"),
        _text("strategy"),
        _text("symbol"),
        _text("role"),
        _text("side"),
        _text("quantity"),
        _whole("candle", True),
        _whole("leg"),
        _whole("attempt"),
        _text("reason"),
        _whole("planned"),
        _whole("seq"),
        sa.PrimaryKeyConstraint("intent_id"),
    )


def _orders() -> None:
    """What was sent, and what became of it."""
    op.create_table(
        "orders",
        _text("order_id"),
        _text("intent_id", True),
        _text("session_id", True),
        _text("account"),
        _text("strategy"),
        _text("symbol"),
        _text("role"),
        _text("side"),
        _text("type"),
        _text("quantity"),
        _text("price", True),
        _text("trigger", True),
        _truth("reduce_only"),
        _text("state"),
        _text("command"),
        _whole("created"),
        _whole("updated"),
        _whole("seq"),
        _text("venue_id", True),
        _whole("deadline", True),
        _text("filled"),
        _text("cost"),
        _truth("overfilled"),
        _truth("ours"),
        _text("evidence", True),
        _text("reserved"),
        _text("wire"),
        sa.PrimaryKeyConstraint("order_id"),
    )


def _money() -> None:
    """What an account holds and what came of it."""
    op.create_table(
        "balances",
        _text("account"),
        _text("currency"),
        _text("booked"),
        _text("reserved"),
        _text("seen", True),
        _whole("seen_at", True),
        sa.PrimaryKeyConstraint("account", "currency"),
    )
    op.create_table(
        "positions",
        _text("account"),
        _text("symbol"),
        _text("strategy"),
        _text("quantity"),
        _text("cost"),
        _whole("trade_id", True),
        _whole("updated"),
        sa.PrimaryKeyConstraint("account", "symbol", "strategy"),
    )
    op.create_table(
        "trades",
        _whole("trade_id"),
        _text("account"),
        _text("symbol"),
        _text("strategy"),
        _text("session_id", True),
        _text("direction"),
        _whole("opened"),
        _text("entry_quantity"),
        _text("entry_cost"),
        _text("exit_quantity"),
        _text("exit_cost"),
        _text("fees"),
        _text("funding"),
        _whole("closed", True),
        _text("reason", True),
        _text("profit", True),
        sa.PrimaryKeyConstraint("trade_id"),
    )


def _doubts() -> None:
    """What does not agree yet."""
    op.create_table(
        "doubts",
        _text("account"),
        _text("symbol"),
        _text("role"),
        _text("order_id", True),
        sa.PrimaryKeyConstraint("account", "symbol", "role"),
    )
    op.create_table(
        "findings",
        _text("finding_id"),
        _text("account"),
        _text("kind"),
        _text("subject"),
        _text("ours", True),
        _text("theirs", True),
        _text("words"),
        _whole("found"),
        _whole("resolved", True),
        _text("resolution", True),
        sa.PrimaryKeyConstraint("finding_id"),
    )
