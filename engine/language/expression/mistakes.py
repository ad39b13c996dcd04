"""Where the grammar refused a text: one mistake in words a beginner understands."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from decimal import Decimal

from .codes import Code
from .habits import COMPARE, COUNTED, CROSSES, EITHER, SYMBOLS, WORDS
from .words import KEYWORDS


@dataclass(frozen=True, slots=True)
class Mistake:
    """A diagnostic whose place is still characters `start..end` of the expression."""

    code: Code
    message: str
    start: int
    end: int
    help: str | None = None


@dataclass(frozen=True, slots=True)
class _Stop:
    """Where the parser stopped: `word` is what stands there, `kind` its token ("" if it is none)."""

    text: str
    at: int
    word: str
    kind: str
    expected: Set[str]

    @property
    def end(self) -> int:
        return self.at + len(self.word)

    @property
    def before(self) -> str:
        return self.text[: self.at].rstrip()

    def mistake(self, code: Code, message: str, help_: str | None = None) -> Mistake:
        return Mistake(code, message, self.at, self.end, help_)


def explain(text: str, at: int, kind: str, expected: Set[str]) -> Mistake:
    """The mistake at which the parser stopped: the kind of token there, and those expected."""
    while at and kind == "" and re.fullmatch(r"\w\w", text[at - 1 : at + 1]):
        at -= 1  # the lexer stops in the middle of `emaFast`
    match = re.compile(r"\d+(\.\d+)?\w*|\w+|\S|$").match(text, at)
    stop = _Stop(text, at, match[0] if match else "", kind, expected)
    for rule in (_bracket, _logic, _history, _number, _unit, _reward, _symbol, _suffix, _case, _word):
        found = rule(stop)
        if found is not None:
            return found
    return _plain(stop)


_OPENING = {")": "(", "]": "["}
_CLOSING = {"(": ")", "[": "]"}


def _bracket(stop: _Stop) -> Mistake | None:
    """A bracket that closes nothing, or at the end one that is never closed."""
    opened: list[int] = []
    for at, character in enumerate(stop.text[: stop.at]):
        if character in _CLOSING:
            opened.append(at)
        elif character in _OPENING and opened:
            opened.pop()
    if stop.kind == "$END" and opened:
        at = opened[-1]
        bracket = stop.text[at]
        return Mistake(
            Code.BRACKET, f"`{bracket}` is never closed", at, at + 1, f"add the missing `{_CLOSING[bracket]}`"
        )
    if stop.word not in _OPENING:
        return None
    if not opened:
        return stop.mistake(Code.BRACKET, f"`{stop.word}` closes nothing", "remove it, or open it further left")
    bracket = stop.text[opened[-1]]
    if bracket != _OPENING[stop.word]:
        return stop.mistake(Code.BRACKET, f"`{bracket}` is closed by `{stop.word}`", f"write `{_CLOSING[bracket]}`")
    return None


def _logic(stop: _Stop) -> Mistake | None:
    if (stop.kind == "OR" and "AND" in stop.expected) or (stop.kind == "AND" and "OR" in stop.expected):
        message = "`and` and `or` stand side by side without parentheses"
        return stop.mistake(
            Code.MIXED_LOGIC, message, "say which belong together: `(a and b) or c`, or `a and (b or c)`"
        )
    return None


def _history(stop: _Stop) -> Mistake | None:
    if stop.text.rfind("[", 0, stop.at) <= stop.text.rfind("]", 0, stop.at):
        return None
    if stop.word == "-" and stop.before.endswith("["):
        message = "`[-` would look into the future, and only closed candles exist"
        return stop.mistake(Code.FUTURE, message, "`[1]` is one candle ago")
    help_ = "write a whole number or the name of a param: `close[1]`"
    return stop.mistake(Code.SYNTAX, f"expected how many candles ago, got {_got(stop)}", help_)


def _number(stop: _Stop) -> Mistake | None:
    """Numbers in a form the language does not have."""
    rest = stop.text[stop.at :]
    if match := re.match(r"\.(\d+)", rest):
        if stop.before[-1:].isdigit():
            return None
        return Mistake(
            Code.NUMBER, f"`{match[0]}` is not a number", stop.at, stop.at + match.end(), f"write `0{match[0]}`"
        )
    if stop.word == "." and stop.before[-1:].isdigit():
        return stop.mistake(Code.NUMBER, "a digit is missing after the point", "write `5` or `5.0`")
    if match := re.match(r"\d+(\.\d+)?[eE][+-]?\d{1,2}(?!\w)", rest):
        plain = f"{Decimal(match[0]):f}"
        return Mistake(
            Code.NUMBER, f"`{match[0]}` is not a number", stop.at, stop.at + match.end(),
            f"write it out: `{plain}`" if len(plain) <= 24 else "write it out in digits",
        )  # fmt: skip
    if re.fullmatch(r"\d+(_\d+)+", stop.word):
        return stop.mistake(Code.NUMBER, f"`{stop.word}` is not a number", f"write `{stop.word.replace('_', '')}`")
    if match := re.match(r"\d+(\.\d+){2,}", rest):
        return Mistake(Code.NUMBER, f"`{match[0]}` is not a number", stop.at, stop.at + match.end(), "write one point")
    if re.match(r",\d{3}(?!\d)", rest) and stop.before[-1:].isdigit():
        return stop.mistake(Code.NUMBER, "a comma does not stand inside a number", "write `1000`, not `1,000`")
    return None


def _unit(stop: _Stop) -> Mistake | None:
    """A number joined to letters, or followed by a unit, where only plain numbers and % stand."""
    after_number = re.search(r"(?<![\w.])\d+(\.\d+)?$", stop.before) is not None
    if after_number and (stop.kind == "CANDLES" or re.fullmatch(r"[A-Z]{2,6}|bars?|hours?|days?|minutes?", stop.word)):
        message = f"a number with the unit `{stop.word}` does not stand in an expression"
        return stop.mistake(Code.UNIT, message, "write the plain number" if stop.word.isupper() else COUNTED)
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([A-Za-z]\w*)", stop.word)
    if not match:
        return None
    number, unit = match[1], match[2]
    dotted = stop.text[stop.at + len(stop.word) :].startswith(".")
    if dotted and re.fullmatch("[HDW]", unit):
        return stop.mistake(
            Code.CASE, f"`{stop.word}` is not a timeframe", f"write it in lower case: `{stop.word.lower()}`"
        )
    if dotted:
        help_ = "a timeframe is a number and m, h, d or w, such as `15m` or `4h`"
        return stop.mistake(Code.TIMEFRAME, f"`{stop.word}` is not a timeframe", help_)
    if unit == "r" and stop.text.strip() == stop.word:
        message = f"`{stop.word}` is written with a capital R"
        return stop.mistake(Code.CASE, message, f"write `{number}R`: so many times the distance of the stop")
    if unit in ("R", "r"):
        message = f"`{stop.word}` (multiples of the stop distance) does not stand in an expression"
        return stop.mistake(Code.UNIT, message, f"write it alone, as in `target: {number}R`")
    if unit in ("m", "h", "d", "w"):
        if stop.before.endswith("."):
            return stop.mistake(
                Code.PATH, f"`{stop.word}` stands behind what it belongs to", "write it in front: `4h.close`"
            )
        if re.match(r"\s*[a-z]", stop.text[stop.at + len(stop.word) :]):
            return stop.mistake(
                Code.UNIT, f"`{stop.word}` stands alone", f"join a timeframe with a dot: `{stop.word}.close`"
            )
        message = f"a length of time such as `{stop.word}` does not stand in an expression"
        return stop.mistake(Code.UNIT, message, COUNTED)
    return stop.mistake(Code.NUMBER, f"`{stop.word}` is neither a number nor a name", "a name begins with a letter")


_REWARD = re.compile(r"\s*(\d+(?:\.\d+)?)\s*:\s*(\d+(?:\.\d+)?)\s*")


def _reward(stop: _Stop) -> Mistake | None:
    """`1:2`, a risk and its reward."""
    match = _REWARD.fullmatch(stop.text)
    pair = sorted(float(number) for number in match.groups()) if match else [0.0]
    if pair[0] == 0.0:
        return None
    message = "a risk and its reward are not written as a pair"
    help_ = f"write `{pair[1] / pair[0]:.4g}R`: so many times the distance of the stop"
    return Mistake(Code.UNIT, message, 0, len(stop.text.rstrip()), help_)


def _symbol(stop: _Stop) -> Mistake | None:
    for pattern, message, help_ in SYMBOLS:
        # the parser stops inside `<>`, `**` and `===`
        for at in (stop.at - 2, stop.at - 1, stop.at):
            match = pattern.match(stop.text, max(0, at))
            if match and match.end() > stop.at and (at == stop.at or len(match[0]) > 1):
                return Mistake(Code.FOREIGN, message.replace("{}", match[0]), match.start(), match.end(), help_)
    if stop.word == "%" or (stop.before.endswith("%") and stop.kind in ("NUMBER", "NAME", "TIMEFRAME", "LPAR")):
        return stop.mistake(Code.FOREIGN, "there is no modulo; `%` after a number makes a percentage")
    return None


def _suffix(stop: _Stop) -> Mistake | None:
    """Half-written `crosses`, `is`, `for` and `within`."""
    if stop.expected == {"ABOVE", "BELOW"}:
        message = f"expected `above` or `below` after `crosses`, got {_got(stop)}"
        return stop.mistake(Code.SYNTAX, message, CROSSES)
    if stop.expected == {"RISING", "FALLING"}:
        message = f"expected `rising` or `falling` after `is`, got {_got(stop)}"
        return stop.mistake(Code.SYNTAX, message, COMPARE)
    if stop.expected == {"CANDLES"}:
        return stop.mistake(Code.SYNTAX, f"expected `candles`, got {_got(stop)}", COUNTED)
    if stop.expected == {"NUMBER", "NAME"}:
        return stop.mistake(Code.SYNTAX, f"expected a number of candles, got {_got(stop)}", COUNTED)
    return None


def _case(stop: _Stop) -> Mistake | None:
    if not re.fullmatch(r"[A-Za-z]\w*", stop.word) or stop.word == stop.word.lower():
        return None
    lower = stop.word.lower()
    if lower in KEYWORDS:
        return stop.mistake(Code.CASE, f"`{stop.word}` is not a word of the language", f"write `{lower}`")
    plain = lower if stop.word.isupper() else re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", stop.word).lower()
    if stop.word[1:].islower():
        plain = lower
    return stop.mistake(Code.CASE, f"`{stop.word}` is not a name: names are lower case", f"did you mean `{plain}`?")


def _word(stop: _Stop) -> Mistake | None:
    """A word that belongs to another language, here or just before."""
    previous = re.search(r"[a-z_]+$", stop.before)
    if previous and previous[0] in WORDS:
        word = previous[0]
        return Mistake(Code.FOREIGN, f"`{word}` has no meaning here", previous.start(), previous.end(), WORDS[word])
    if stop.word in WORDS:
        return stop.mistake(Code.FOREIGN, f"`{stop.word}` has no meaning here", WORDS[stop.word])
    return None


def _plain(stop: _Stop) -> Mistake:
    if stop.kind == "":
        return stop.mistake(Code.FOREIGN, f"`{stop.word}` is not part of the language")
    if "NAME" in stop.expected and "NUMBER" in stop.expected:
        wanted, help_ = "a value", "write a number, a name, a call such as `rsi(close, 14)` or something in parentheses"
    elif "NAME" in stop.expected:
        wanted, help_ = "a name after the dot", "a prefix stands in front of a name: `4h.close > 4h.open`"
    elif "COMPARE" in stop.expected and stop.kind in ("NAME", "NUMBER", "LPAR", "TIMEFRAME"):
        wanted, help_ = "an operator between two values", "write one such as `>`, `+` or `and` between them"
        if "COMMA" in stop.expected:
            wanted, help_ = "an operator or a comma between two values", "separate arguments by commas"
    elif "COMPARE" in stop.expected or "AND" in stop.expected:
        wanted, help_ = "an operator or the end of the expression", None
    else:
        wanted, help_ = "the end of the expression", None
    if stop.kind.lower() == stop.word or stop.kind == "CANDLES":
        if "NAME" in stop.expected:
            help_ = f"`{stop.word}` is a word of the language and cannot be a name"
        if stop.kind in ("AND", "OR") and not stop.before:
            help_ = EITHER
    elif stop.kind == "COMMA":
        help_ = "a comma stands only between the arguments of a call"
    return stop.mistake(Code.SYNTAX, f"expected {wanted}, got {_got(stop)}", help_)


def _got(stop: _Stop) -> str:
    return f"`{stop.word}`" if stop.word else "the end of the expression"
