"""The live session: candles, decisions, orders and what the venue did with them, in one event loop."""
