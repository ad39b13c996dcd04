"""What the name of a candle file says: which symbol and which timeframe."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from .symbol import letters
from .timeframe import Timeframe

ENDINGS = (".parquet", ".csv", ".csv.gz")
_TIMEFRAME = re.compile(r"[1-9][0-9]{0,3}[mhdwHDW]")
QUOTES = ("USDT", "USDC", "BUSD", "FDUSD", "TUSD", "USD", "EUR", "GBP", "JPY", "TRY", "DAI", "BTC", "ETH", "BNB")


@dataclass(frozen=True, slots=True)
class FileName:
    """A candle file; `words` are the runs of letters and digits in its name but for the timeframe, in capitals."""

    path: Path
    words: tuple[str, ...]
    timeframe: Timeframe | None

    @classmethod
    def of(cls, path: Path) -> FileName:
        """Read the name alone; the file need not exist."""
        words = re.findall(r"[A-Za-z0-9]+", path.name[: -len(ending(path) or "")])
        found = next((word for word in words if _TIMEFRAME.fullmatch(word)), None)
        if found is not None:
            words.remove(found)
        timeframe = Timeframe.parse(found.lower()) if found is not None else None
        return cls(path, tuple(word.upper() for word in words), timeframe)

    def rank(self, symbol: str) -> int | None:
        """How well the name fits a symbol: 0 where it says all of it, as BTC_USDT_USDT does of BTC/USDT:USDT, 1 where
        it says the pair, as BTCUSDT does; None when not at all.

        Words beside the symbol (a venue, a year) do not matter, but one of the symbol's own currencies after it makes
        it another symbol: BTC_USDT_USDT is not BTC/USDT.
        """
        pair = symbol.split(":")[0]
        currencies = set(re.findall(r"[A-Z0-9]+", symbol.upper()))
        best: int | None = None
        for first in range(len(self.words)):
            for last in range(first + 1, len(self.words) + 1):
                joined = "".join(self.words[first:last])
                goes_on = last < len(self.words) and self.words[last] in currencies
                if joined not in (letters(symbol), letters(pair)) or goes_on:
                    continue
                rank = int(joined != letters(symbol))
                best = rank if best is None else min(best, rank)
        return best

    def says_more(self, symbol: str) -> bool:
        """Whether there are other words beside the symbol, as in BTCUSDT-trades."""
        return "".join(self.words) not in (letters(symbol), letters(symbol.split(":")[0]))

    @property
    def names_a_symbol(self) -> bool:
        """Whether some symbol can be recognised in the name, such as SOL/USDT in `solusdt_old`."""
        singles = any(
            word.endswith(quote) and 2 <= len(word) - len(quote) <= 10 for word in self.words for quote in QUOTES
        )
        pairs = zip(self.words, self.words[1:], strict=False)
        return singles or any(len(base) <= 5 and quote in QUOTES for base, quote in pairs)


def ending(path: Path) -> str | None:
    """The file's ending when it is one that candles come in."""
    return next((end for end in ENDINGS if path.name.lower().endswith(end)), None)
