"""A recorded session beside a back-test of the same candles: each trade's difference, and its cause."""
