"""SR6xx: inputs other than the strategy file, such as candles, instruments and flags."""

from .code import Code

INPUT = (
    Code(
        "SR600",
        "An input cannot be used",
        "A file, folder or flag is missing or does not hold what is needed.",
        "stratrun backtest dip.yaml --candles BTC.txt",
        "stratrun backtest dip.yaml --candles BTCUSDT-1h.parquet",
    ),
    Code(
        "SR601",
        "Not an expression tree",
        "A node of the ast form lacks a key, has one too many or holds a value that no expression has.",
        '{"op": "crosses", "direction": "over", "args": []}',
        '{"op": "is", "direction": "rising", "args": [{"op": "path", "parts": ["close"]}]}',
    ),
)
