"""What is wrong with a text: one diagnostic, at its place, in words a beginner understands."""

from __future__ import annotations

import pytest

from stratrun.engine.diagnostics.diagnostic import Diagnostic
from stratrun.engine.diagnostics.report import Report
from stratrun.engine.language.expression.parse import parse
from stratrun.engine.language.text import Text

# text, code, the stretch the caret marks ("" = the end), a piece of the message and help
MISTAKES = [
    ("", "SR201", "", "empty"),
    ("   ", "SR201", "   ", "empty"),
    ("close >", "SR200", "", "expected a value, got the end of the expression"),
    ("close > and open", "SR200", "and", "word of the language"),
    ("for > 3", "SR200", "for", "cannot be a name"),
    ("or", "SR200", "or", "write `any:` with a list below it"),
    ("or close > open", "SR200", "or", "where one is enough"),
    ("and", "SR200", "and", "must all be true"),
    ("3r", "SR207", "3r", "write `3R`"),
    ("2.5r", "SR207", "2.5r", "write `2.5R`"),
    ("close > 3r", "SR210", "3r", "as in `target: 3R`"),
    ("1:2", "SR210", "1:2", "write `2R`"),
    ("3 : 1", "SR210", "3 : 1", "write `3R`"),
    ("2:3", "SR210", "2:3", "write `1.5R`"),
    ("0:2", "SR205", ":", "min"),
    ("a, b", "SR200", ",", "between the arguments"),
    ("f(a b)", "SR200", "b", "separate arguments by commas"),
    ("4h.(a > b)", "SR200", "(", "a prefix stands in front of a name"),
    ("close > ema 20", "SR200", "20", "an operator between two values"),
    ("2(close)", "SR200", "(", "an operator between two values"),
    ("a..b", "SR200", ".", "a name after the dot"),
    ("x[]", "SR200", "]", "how many candles ago"),
    ("x[a+1]", "SR200", "+", "how many candles ago"),
    ("a crosses over b", "SR200", "over", "a crosses above b"),
    ("a crosses", "SR200", "", "a crosses above b"),
    ("a is above b", "SR200", "above", "to compare write"),
    ("a > 3 within 3", "SR200", "", "within 3 candles"),
    ("a > 3 within", "SR200", "", "within 3 candles"),
    ("(a", "SR202", "(", "never closed"),
    ("f(a,", "SR202", "(", "never closed"),
    ("x[1", "SR202", "[", "add the missing `]`"),
    ("a)", "SR202", ")", "closes nothing"),
    ("close > )", "SR202", ")", "closes nothing"),
    ("(a]", "SR202", "]", "is closed by"),
    ("a and b or c", "SR203", "or", "(a and b) or c"),
    ("(a > 1 or b > 2 and c > 3)", "SR203", "and", "parentheses"),
    ("close && open", "SR205", "&&", "write `and`"),
    ("a || b", "SR205", "||", "write `or`"),
    ("a | b", "SR205", "|", "write `or`"),
    ("!a", "SR205", "!", "write `not`"),
    ("a != !b", "SR205", "!", "write `not`"),
    ("close = 3", "SR205", "=", "write `==`"),
    ("a === b", "SR205", "===", "write `==`"),
    ("a => 3", "SR205", "=>", "write `>=`"),
    ("a =< 3", "SR205", "=<", "write `<=`"),
    ("a <> 3", "SR205", "<>", "write `!=`"),
    ("a ≥ 3", "SR205", "≥", "write `>=`"),
    ("a − 3", "SR205", "−", "write `-`"),
    ("a × 3", "SR205", "×", "write `*`"),
    ("a ** 2", "SR205", "**", "x * x"),
    ("a ^ 2", "SR205", "^", "x * x"),
    ("a // 2", "SR205", "//", "write `/`"),
    ("close % 2", "SR205", "%", "no modulo"),
    ("6 % 2", "SR205", "2", "no modulo"),
    ("+3", "SR205", "+", "plus sign"),
    ("'a' > 3", "SR205", "'", "quotes"),
    ("a ? b : c", "SR205", "?", "min"),
    ("if close > 3", "SR205", "if", "no if"),
    ("a > 3 if b", "SR205", "if", "no if"),
    ("a > b then c", "SR205", "then", "no if"),
    ("a crossed above b", "SR205", "crossed", "crosses above"),
    ("a crosses_above b", "SR205", "crosses_above", "crosses above"),
    ("x between 3", "SR205", "between", "30 < x < 70"),
    ("close 1 ago", "SR200", "1", "operator"),
    ("é > 3", "SR205", "é", "not part of the language"),
    (".5 > x", "SR206", ".5", "write `0.5`"),
    ("x > 5. and y", "SR206", ".", "5.0"),
    ("1e3 > x", "SR206", "1e3", "`1000`"),
    ("1.5e-3 > x", "SR206", "1.5e-3", "`0.0015`"),
    ("1_000 > x", "SR206", "1_000", "write `1000`"),
    ("x > 1,000", "SR206", ",", "comma"),
    ("1.2.3 > x", "SR206", "1.2.3", "one point"),
    ("3x > 1", "SR206", "3x", "begins with a letter"),
    ("emaFast > 3", "SR207", "emaFast", "did you mean `ema_fast`?"),
    ("Close > 3", "SR207", "Close", "did you mean `close`?"),
    ("RSI(close, 14) > 3", "SR207", "RSI", "did you mean `rsi`?"),
    ("EMA_20 > 3", "SR207", "EMA_20", "did you mean `ema_20`?"),
    ("a AND b", "SR207", "AND", "write `and`"),
    ("4H.close > 3", "SR207", "4H", "`4h`"),
    ("2R > x", "SR210", "2R", "target"),
    ("12h > 3", "SR210", "12h", "candles"),
    ("4h close > 3", "SR210", "4h", "4h.close"),
    ("close.4h > 3", "SR209", "4h", "in front"),
    ("x > 3 bars", "SR210", "bars", "candles"),
    ("x > 96 candles", "SR210", "candles", "unit"),
    ("close > 100 USDT", "SR210", "USDT", "plain number"),
    ("x[-1]", "SR301", "-", "future"),
    ("x[ - 1]", "SR301", "-", "future"),
    ("1M.close", "SR303", "1M", "not a timeframe"),
    ("30s.close", "SR303", "30s", "not a timeframe"),
    ("a" * 4001, "SR204", "a" * 4001, "4,000"),
    ("(" * 40 + "a" + ")" * 40, "SR204", "(", "32 levels"),
    ("not " * 40 + "a", "SR204", None, "32 levels"),
    ("-" * 200 + "a", "SR204", None, "32 levels"),
    ("abs(" * 33 + "a" + ")" * 33, "SR204", "(", "32 levels"),
    ("a" + "+a" * 1999, "SR204", "a" + "+a" * 1999, "2,000"),
]


def found(text: str) -> Diagnostic:
    report = Report()
    assert parse(Text(text), report) is None
    (diagnostic,) = report.diagnostics()
    return diagnostic


@pytest.mark.parametrize(("text", "code", "marked", "words"), MISTAKES, ids=[m[0][:30] for m in MISTAKES])
def test_mistakes(text: str, code: str, marked: str | None, words: str) -> None:
    """Each mistake has its code, its exact place and words that mend it."""
    diagnostic = found(text)
    assert diagnostic.code == code, diagnostic
    assert words in f"{diagnostic.message} | {diagnostic.help}"
    assert diagnostic.span is not None
    if marked is not None:
        assert text[diagnostic.span.column - 1 : diagnostic.span.end_column - 1] == marked
    if marked == "":
        assert diagnostic.span.column == len(text.rstrip()) + 1


def test_limits_are_inclusive() -> None:
    """An expression as long, as deep and as large as allowed is read."""
    long = "a" + " + a" * 999
    assert len(long) == 3997
    for text in (long, "(" * 32 + "a" + ")" * 32, "not " * 31 + "a", "f(" * 31 + "a" + ")" * 31):
        report = Report()
        assert parse(Text(text), report) is not None, report.diagnostics()
