"""English from the resolved strategy, the condition tree at one candle, and what was missing."""
