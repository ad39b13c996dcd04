"""`# stratrun: ignore[...]`: where a comment is one, what it covers, and that it never costs much."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.diagnostics.diagnostic import Severity
from stratrun.engine.language.document import validate_bytes
from stratrun.engine.language.yaml.source import MAX_BYTES, parse

HEAD = "stratrun: 2\nname: Dip\nsymbols: [BTC/USDT]\ntimeframe: 1h\n"
REST = "long: {enter: close > open, exit: {stop: 3%}}\nsize: {risk: 1%}\n"
IGNORE = "# stratrun: ignore[SR417] for later"


def codes(indicators: str, path: str = "a.yaml") -> list[str]:
    return [str(d.code) for d in validate_bytes((HEAD + indicators + REST).encode(), path)]


@pytest.mark.parametrize(
    "indicators",
    [
        f"indicators:\n  slow: ema(close, 50)  {IGNORE}\n",
        f"indicators:\n  {IGNORE}\n  slow: ema(close, 50)\n",
        f"indicators:\n{IGNORE}\n\n# more\n  slow: ema(close, 50)\n",
        f"indicators:\n  slow: 'ema(close, 50)'  {IGNORE}\n",
        f"indicators:\n  slow: |  {IGNORE}\n    ema(close, 50)\n",
        f"indicators:\n  {IGNORE}\n  slow: >-\n    ema(close,\n    50)\n",
        f"indicators:\n  slow: ema(close,\n    50)  {IGNORE}\n",
        f'indicators:\n  slow: "ema(close,\n    50)"  {IGNORE}\n',
        f"indicators: {{slow: 'ema(close, 50)'}}  {IGNORE}\n",
        f"indicators: {{\n  slow: 'ema(close, 50)'  {IGNORE}\n  }}\n",
        "indicators:\n  slow: ema(close, 50)  ## stratrun:ignore[SR417,SR417]: for later\n",
    ],
)
def test_a_lint_is_silenced(indicators: str) -> None:
    """A comment behind the line, above it, or at a text over several lines silences its lint."""
    assert codes(indicators) == []


@pytest.mark.parametrize(
    ("indicators", "told"),
    [
        (f"indicators:\n  slow: 'ema(close, 50)'{IGNORE}\n", ["SR417"]),
        ("indicators:\n  slow: ema(close, 50)  # stratrun: ignore\n", ["SR417", "SR432"]),
        ("indicators:\n  slow: ema(close, 50)  # stratrun: ignore[] x\n", ["SR417", "SR432"]),
        ("indicators:\n  slow: ema(close, 50)  # stratrun: ignore[SR417,] x\n", ["SR417", "SR432"]),
        ("indicators:\n  slow: ema(close, 50)  # stratrun: ignore[sr417] x\n", ["SR417", "SR432"]),
        ("indicators:\n  slow: ema(close, 50)  # stratrun: ignore[SR417] ...\n", ["SR431"]),
        ("indicators:\n  slow: ema(close, 50)  # stratrun: 2\n", ["SR417"]),
        ("indicators:\n  slow: ema(close, 50)  # see stratrun: ignore[SR417] x\n", ["SR417"]),
        (f"indicators:\n  slow: ema(close, 50)\n  {IGNORE}\n", ["SR417", "SR430"]),
    ],
)
def test_what_silences_nothing_is_told(indicators: str, told: list[str]) -> None:
    """A comment of another form, of another line or without a reason is told; other comments are not."""
    assert codes(indicators) == told


def test_what_was_not_looked_for_may_wait() -> None:
    """An ignore of a venue's codes is not called needless where no venue was asked for."""
    assert codes("market: spot   # stratrun: ignore[SR508] the session runs on a server\n") == []


def test_a_broken_file_is_not_told_of_needless_comments() -> None:
    """Where errors stand, lints may not have been looked for: only they are told."""
    assert codes(f"filters: [nosuch > 1]\nindicators:\n  slow: ema(close, 50)  {IGNORE}\n") == ["SR208"]


def test_an_error_is_never_silenced() -> None:
    """The error stays, and the comment is told."""
    found = validate_bytes((HEAD + "filters: nosuch > 1   # stratrun: ignore[SR208] it is\n" + REST).encode(), "a.yaml")
    assert [(str(d.code), d.severity) for d in found] == [("SR208", Severity.ERROR), ("SR433", Severity.WARNING)]


def test_json_has_no_comments() -> None:
    """A `#` in a JSON file is text."""
    document = {
        "stratrun": 2, "name": IGNORE, "symbols": ["BTC/USDT"], "timeframe": "1h", "indicators": {"x": "ema(close, 5)"},
        "long": {"enter": "close > open", "exit": {"stop": "3%"}}, "size": {"risk": "1%"},
    }  # fmt: skip
    told = [d.code for d in validate_bytes(json.dumps(document, indent=1).encode(), "a.json")]
    assert told == ["SR417"]


@given(st.text(alphabet="# ab:'\"|>\n-[]{}", max_size=40))
def test_comments_are_what_yaml_drops(text: str) -> None:
    """Taking every comment out changes no value of the document."""
    source = parse("a.yaml", f"k: {text}\n".encode())
    if source.root is None or source.lines is None or source.report.failed:
        return
    rows = source.lines.texts()
    for comment in reversed(source.comments()):
        row = rows[comment.span.line - 1]
        rows[comment.span.line - 1] = row[: comment.span.column - 1].rstrip() + row[comment.span.end_column - 1 :]
    again = parse("a.yaml", "\n".join(rows).encode())
    assert again.root is not None
    values = [
        [(key.text.value, str(getattr(v, "value", v.span))) for key, v in s.root.entries] for s in (source, again)
    ]  # type: ignore[union-attr]
    assert [k for k, _ in values[0]] == [k for k, _ in values[1]]


@pytest.mark.parametrize(
    "piece",
    [
        "#", "# ", "# stratrun: ignore[SR417] x\n", "# stratrun: ignore[SR999] x\n", "#\n", "# stratrun: ignore[",
        "- |\n  #\n# stratrun: ignore[SR417] x\n", "# stratrun\n",
    ],
)  # fmt: skip
def test_hostile_comments_are_read_in_linear_time(piece: str) -> None:
    """A file of 1 MiB of comments ends like any other (a quadratic reader would take minutes)."""
    body = HEAD + f"name2: 1\n{IGNORE}\n" + "#" + piece
    data = (body + piece * ((MAX_BYTES - len(body)) // len(piece) - 1)).encode()
    assert validate_bytes(data, "a.yaml")
