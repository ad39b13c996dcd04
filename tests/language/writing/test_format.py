"""What `fmt` makes of documents: the corpus, layout noise, comments, and the mistakes it leaves alone."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.language.document import loads
from stratrun.engine.language.folders import walk
from stratrun.engine.language.identity import meaning_hash
from stratrun.engine.language.writing.format import format_document
from stratrun.engine.language.yaml.source import parse

ROOT = Path(__file__).resolve().parents[3]
VALID = walk([ROOT / "tests" / "documents" / "valid"]).files
SHIPPED = walk([ROOT / "strategies", ROOT / "examples"]).files
INVALID = walk([ROOT / "tests" / "documents" / "invalid"]).files


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def formatted(text: str) -> str:
    done = format_document(text.encode(), "a.yaml")
    assert done.text is not None, done.diagnostics
    return done.text


def remarks(text: str) -> Counter[str]:
    """Every comment of a document, found by another reader than the one that is tested."""
    return Counter(comment.text.rstrip() for comment in parse("x", text.encode()).comments())


@pytest.mark.parametrize("path", [*VALID, *SHIPPED], ids=name)
def test_a_sound_document_keeps_its_meaning_and_is_formatted_once(path: Path) -> None:
    """The formatted text means the same, keeps every comment, and formatting it again changes nothing."""
    before = path.read_text("utf-8")
    after = formatted(before)
    assert formatted(after) == after
    assert remarks(after) == remarks(before)
    if "test" not in path.name and "portfolio" not in path.name and "deployment" not in path.name:
        assert meaning_hash(loads(after)) == meaning_hash(loads(before))


@pytest.mark.parametrize("path", SHIPPED, ids=name)
def test_shipped_files_are_formatted(path: Path) -> None:
    """What is shipped is in the canonical form."""
    assert not format_document(path.read_bytes(), str(path)).changed


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_an_invalid_document_is_formatted_or_told(path: Path) -> None:
    """A mistaken document is left alone with its diagnostics, or formatted into a fixed point."""
    done = format_document(path.read_bytes(), str(path))
    if done.text is None:
        assert done.diagnostics
    else:
        assert format_document(done.text.encode(), str(path)).text == done.text


BARE = """\
stratrun: 2
name: Dip
symbols: [BTC/USDT, ETH/USDT]
timeframe: 1h
params:
  fast: {default: 20, range: [10, 40], step: 2}
  slow: {default: 50}
indicators:
  trend: ema(close, slow)
filters:
  - volume > sma(volume, 96)[1]
long:
  enter:
    any:
      - close > trend and close > ema(close, fast)
      - all:
          - close crosses above trend
          - not (close > 1) within 3 candles
    fire: every_candle
  exit:
    when: close < trend or position.candles > 90
    stop: 2 * atr(14)
    target: 3R
    trail: {by: 2.5 * atr(14), after: 1R}
size:
  risk: 1%
  max: 50%
"""


def test_the_canonical_text_stays() -> None:
    """A canonical text is a fixed point."""
    assert formatted(BARE) == BARE


class Noise:
    """Writes the document of BARE in another layout: order of keys, brackets, quotes, blanks, comments."""

    def __init__(self, seed: int, remarks: bool) -> None:
        self.dice = random.Random(seed)
        self.remarks = remarks
        self.count = 0

    def remark(self) -> str:
        self.count += 1
        return f"# c{self.count}"

    def document(self, tree: dict[str, object]) -> str:
        return "".join(line + "\n" for line in self.block(tree, 0))

    def block(self, node: object, indent: int) -> list[str]:
        pairs = list(node.items()) if isinstance(node, dict) else [(None, item) for item in node]  # type: ignore[attr-defined]
        if isinstance(node, dict) and set(node) != {"fast", "slow"}:
            self.dice.shuffle(pairs)
        lines: list[str] = []
        for key, value in pairs:
            if self.remarks and self.dice.random() < 0.3:
                lines += [""] * self.dice.randrange(3) + [" " * indent + self.remark()]
            lines += self.entry(f"{key}:" if key else "-", value, indent)
        if self.remarks and self.dice.random() < 0.2:
            lines.append(" " * indent + self.remark())
        return lines

    def entry(self, start: str, value: object, indent: int) -> list[str]:
        margin = " " * indent + start
        if isinstance(value, str):
            if self.remarks and self.dice.random() < 0.1:
                return [f"{margin} # c{self.remark()[3:]}", " " * (indent + 3) + self.scalar(value)]
            return [f"{margin}{' ' * self.dice.randint(1, 3)}{self.scalar(value)}{self.tail()}"]
        if self.dice.random() < 0.3 and ("- " not in start or isinstance(value, dict)):
            return self.flow_lines(margin, value, indent)
        return [margin + self.tail(), *self.block(value, indent + self.dice.randint(1, 4))]

    def flow_lines(self, margin: str, value: object, indent: int) -> list[str]:
        text = self.flow(value)
        if not self.remarks or not text[1:].startswith(("a", "d")) or self.dice.random() < 0.5:
            return [f"{margin} {text}{self.tail()}"]
        return [f"{margin} {text[0]} {self.remark()}", " " * (indent + 2) + text[1:] + self.tail()]

    def flow(self, value: object) -> str:
        if isinstance(value, str):
            text = self.scalar(value)
            return f'"{text}"' if text[0] not in "'\"" and any(mark in text for mark in ",[]{}") else text
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key}: {self.flow(item)}" for key, item in value.items()) + "}"
        return "[" + ", ".join(map(self.flow, value)) + "]"  # type: ignore[call-overload]

    def scalar(self, value: str) -> str:
        spaced = value.replace(", ", self.dice.choice([",", ", ", " ,  "])) if "(" in value else value
        if value.isdigit():
            return value
        return self.dice.choice([spaced, f'"{spaced}"', f"'{spaced}'"])

    def tail(self) -> str:
        if not self.remarks or self.dice.random() < 0.8:
            return " " * self.dice.randrange(2)
        return " " + self.remark()


def tree_of(text: str) -> dict[str, object]:
    from ruamel.yaml import YAML

    tree: dict[str, object] = YAML(typ="base", pure=True).load(text)
    return tree


@given(st.integers(0, 2**32))
@settings(max_examples=40)
def test_layout_noise_vanishes(seed: int) -> None:
    """However a document is laid out, its canonical text is one."""
    assert formatted(Noise(seed, remarks=False).document(tree_of(BARE))) == BARE


@given(st.integers(0, 2**32))
@settings(max_examples=40)
def test_comments_survive(seed: int) -> None:
    """Every comment is kept, formatting again changes nothing, and nothing but layout depends on them."""
    noise = Noise(seed, remarks=True)
    text = noise.document(tree_of(BARE))
    after = formatted(text)
    assert remarks(after) == remarks(text)
    assert sum(remarks(after).values()) == noise.count
    assert formatted(after) == after
    assert meaning_hash(loads(after)) == meaning_hash(loads(BARE))


@given(st.sampled_from([*VALID, *SHIPPED]), st.lists(st.integers(0, 10**6), min_size=1, max_size=8))
@settings(max_examples=60)
def test_comments_anywhere_between_lines_survive(path: Path, places: list[int]) -> None:
    """Comments and empty lines put between the lines of any sound file are kept or refused with the file."""
    lines = path.read_text("utf-8").split("\n")
    for number, place in enumerate(places):
        at = place % len(lines)
        indent = " " * (place % 7)
        lines[at:at] = [f"{indent}# put in {number}"] + [""] * (place % 3)
    text = "\n".join(lines)
    done = format_document(text.encode(), "a.yaml")
    if done.text is not None:
        assert remarks(done.text) == remarks(text)
        assert formatted(done.text) == done.text


EXPRESSIONS = {
    "ema( close,20 )>close": "ema(close, 20) > close",
    "close>-1": "close > -1",
    "close- -volume*-(open)": "close - -volume * -(open)",
    "not(close<1)and( open >2 )": "not (close < 1) and (open > 2)",
    "close [ 1 ]<6 %": "close[1] < 6%",
    "4h.ema (close , length = 2) . value > 0": "4h.ema(close, length=2).value > 0",
    "x.above(1)-1 > 0": "x.above(1) - 1 > 0",
    "position . candles-1 > 3": "position.candles - 1 > 3",
    "(a>b)for  3   candles": "(a > b) for 3 candles",
    "close  crosses   above 2.50": "close crosses above 2.50",
    "close > > 1": "close > > 1",
}


@pytest.mark.parametrize(("text", "wanted"), EXPRESSIONS.items())
def test_expressions_are_spaced_evenly(text: str, wanted: str) -> None:
    """Blanks of an expression are in order, its words and digits as they were; what is no expression stays."""
    assert formatted(BARE.replace("ema(close, slow)", f"'{text}'")) == BARE.replace("ema(close, slow)", wanted)


CASES = {
    "an expression over several lines keeps them": (
        "  trend: >\n      close\n        >open\n\n      and  volume>1\n",
        "  trend: >-\n    close\n    > open\n    and volume > 1\n",
    ),
    "a text over several lines keeps them": ("name: Dip\n  and more\n", "name: >-\n  Dip\n  and more\n"),
    "a literal block stays literal": ("name: |\n   a\n    b\n", "name: |\n  a\n   b\n"),
    "blanks that belong to a text stay": (
        "description: >-\n    a\n    b  \n       \n\n", "description: >-\n  a\n  b  \n     \n"
    ),
    "needless quotes go": ("name: \"It's\"\n", "name: It's\n"),
    "what another reader would take for something else is quoted": ("name: 'no'\n", 'name: "no"\n'),
    "a number written as a text stays one": ("name: '1.10'\n", 'name: "1.10"\n'),
    "digits stay": ("size: {quantity: 1.50}\n", "size:\n  quantity: 1.50\n"),
}  # fmt: skip


@pytest.mark.parametrize(("given_text", "wanted"), CASES.values(), ids=CASES)
def test_layout_of_a_part(given_text: str, wanted: str) -> None:
    """The part comes out as wanted."""
    parts = {
        "stratrun": "stratrun: 2\n", "name": "name: Dip\n", "symbols": "symbols: [BTC/USDT]\n",
        "timeframe": "timeframe: 1h\n", "indicators": "", "long": "long:\n  enter: close > 1\n  exit: {stop: 3%}\n",
        "size": "size: {equity: 10%}\n", "description": "",
    }  # fmt: skip
    own = "indicators:\n" + given_text if given_text.startswith(" ") else given_text
    key = own.partition(":")[0]
    assert wanted in formatted("".join((parts | {key: own}).values()))


def test_an_anchor_moves_to_what_is_written_first() -> None:
    """Where keys change places, the first one carries the anchor and the later one the alias."""
    text = BARE[: BARE.index("long:")].replace("[BTC/USDT, ETH/USDT]", "[BTC/USDT:USDT]\nmarket: perp")
    text += "short:\n  enter: &e close > open\n  exit: &x {stop: &unused 3%}\nlong:\n  enter: *e\n  exit: *x\n"
    after = formatted(text + "size: {equity: 10%}\n")
    assert "long:\n  enter: &e close > open\n  exit: &x\n    stop: 3%\nshort:\n  enter: *e\n  exit: *x\n" in after


def test_a_silenced_line_stays_one_line() -> None:
    """What a comment at the end of a line silences stays on that line."""
    line = "  exit: {stop: 3%, breakeven: {after: 1R}}  # stratrun: ignore[SR404] meant"
    start = BARE.index("  exit:")
    text = BARE[:start] + line + "\n" + BARE[BARE.index("size:") :]
    assert formatted(text) == text


def test_comments_above_an_item_do_not_depend_on_its_layout() -> None:
    """A comment above the first key of a list's item stands above its dash, which may then be one line."""
    text = "kind: test\nstratrun: 2\nstrategy: ./a.yaml\ntests:\n  - name: a\n    candles: {close: 1x9}\n    expect:\n"
    after = formatted(text + "      -\n        # why\n        from: 0\n        to: 3\n        signal: none\n")
    assert after.endswith("    expect:\n      # why\n      - {from: 0, to: 3, signal: none}\n")
    assert formatted(after) == after


def test_windows_lines_stay() -> None:
    """A file with Windows line ends keeps them; the canonical text is the same otherwise."""
    assert formatted(BARE.replace("\n", "\r\n")) == BARE.replace("\n", "\r\n")
    assert formatted("\ufeff" + BARE.replace("  ", "    ")) == BARE


def test_the_head_of_a_file_stays_on_top() -> None:
    """The modeline and what stands above the first empty line keep their place, whatever the order of the keys."""
    lines = BARE.splitlines(keepends=True)
    moved = "# yaml-language-server: $schema=x\n# about the name\n" + lines[1] + lines[0] + "".join(lines[2:])
    assert formatted(moved).splitlines()[:4] == [
        "# yaml-language-server: $schema=x", "stratrun: 2", "# about the name", "name: Dip",
    ]  # fmt: skip
    headed = "# a\n# b\n\n" + lines[1] + lines[0] + "".join(lines[2:])
    assert formatted(headed).splitlines()[:5] == ["# a", "# b", "", "stratrun: 2", "name: Dip"]


def test_json_stays_json() -> None:
    """A JSON file is formatted as JSON, numbers in their own digits."""
    text = '{"name":"Dip","stratrun":2,"symbols":["BTC\\/USDT"],"timeframe":"1h","long":{"enter":"close>1",' + (
        '"exit":{"stop":"3%"}},"size":{"quantity":1e-3}}'
    )
    assert formatted(text) == (
        '{\n  "stratrun": 2,\n  "name": "Dip",\n  "symbols": ["BTC/USDT"],\n  "timeframe": "1h",\n  "long": {\n'
        '    "enter": "close > 1",\n    "exit": {\n      "stop": "3%"\n    }\n  },\n  "size": {\n    "quantity": 1e-3\n'
        "  }\n}\n"
    )
