"""However many mistakes a file has, some are told, and no more work is done than for those."""

from __future__ import annotations

import json
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from click.testing import CliRunner

from stratrun.cli import main
from stratrun.engine.diagnostics.diagnostic import DocumentError, Severity, Span
from stratrun.engine.diagnostics.report import ENOUGH, MOST, MOST_REPEATED, EnoughError, Report
from stratrun.engine.language.document import loads, validate_bytes
from stratrun.engine.language.structure import split
from stratrun.engine.language.yaml.nodes import ListNode, ScalarNode
from stratrun.engine.language.yaml.source import MAX_BYTES, parse

HEAD = "stratrun: 2\nname: Dip\nsymbols: [BTC/USDT]\ntimeframe: 1h\n"
REST = "long: {enter: close > open, exit: {stop: 3%}}\nsize: {risk: 1%}\n"
LONG = "y" * 900_000
REPEATED = ", ".join(["*x"] * 15_000)
HOSTILE = {
    "repeated keys": HEAD + "a:\n" * 300_000,
    "keys of a flow mapping": "{" + "a," * 300_000 + "}",
    "merge keys": HEAD + "<<:\n" * 200_000,
    "tags": HEAD + "a: [" + "!a 1," * 15_000 + "]\n",
    "unknown keys": HEAD + "".join(f"k{k}: 1\n" for k in range(9_000)),
    "unknown names": HEAD + "filters: [" + ", ".join(f"nosuch{k} > 1" for k in range(9_000)) + "]\n" + REST,
    "a long text repeated": HEAD + f"a: &x {LONG}\nfilters: [{REPEATED}]\n" + REST,
    "a long quoted text repeated": HEAD + f"a: &x '{LONG}'\nlong: {{enter: {{any: [{REPEATED}]}}}}\n",
    "a long text as keys": HEAD + f"a: &x {LONG}\n" + "*x : 1\n" * 9_000,
    "one mistake repeated": HEAD + f"long: {{enter: &x nosuch > 1}}\nfilters: [{REPEATED}]\n",
}
SPAN = Span(1, 1, 1, 2)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_told_in_few_words(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the largest size a file ends with `and more` behind the first mistakes, its guesses are few."""
    data = HOSTILE[name].encode()[:MAX_BYTES]
    guesses: list[str] = []
    begin = SequenceMatcher.set_seq2

    def counted(self: SequenceMatcher[str], word: str) -> None:
        guesses.append(word)
        begin(self, word)

    monkeypatch.setattr(SequenceMatcher, "set_seq2", counted)
    found = validate_bytes(data, "a.yaml")
    errors = [d for d in found if d.severity is Severity.ERROR]
    assert 1 < len(errors) <= MOST + 1
    assert found[-1].code == ENOUGH
    assert len(guesses) <= 5 * MOST_REPEATED


def test_both_forms_end_with_what_is_not_told(tmp_path: Path) -> None:
    """Text and JSON tell the same mistakes, and last that there are more."""
    path = tmp_path / "a.yaml"
    path.write_text(HOSTILE["unknown names"], "utf-8")
    text = CliRunner().invoke(main, ["validate", str(path)])
    told = json.loads(CliRunner().invoke(main, ["validate", "--format", "json", str(path)]).stdout)["diagnostics"]
    assert text.exit_code == 1
    assert [one["code"] for one in told].count(ENOUGH) == 1
    assert told[-1]["code"] == ENOUGH
    assert text.stdout.count("SR208") == [one["code"] for one in told].count("SR208") == MOST
    assert text.stdout.rindex(ENOUGH) > text.stdout.rindex("SR208")


def test_loading_tells_them_too() -> None:
    """A strategy with too many mistakes is refused with those that were found."""
    with pytest.raises(DocumentError) as caught:
        loads(HOSTILE["unknown names"])
    assert len(caught.value.diagnostics) == MOST + 1


def test_as_many_as_are_told_are_all() -> None:
    """Exactly the most mistakes are told whole; one more is told as `and more`."""
    notes = Report("a.yaml")
    for k in range(MOST):
        notes.error("SR101", f"mistake {k}", SPAN)
    notes.error("SR101", "mistake 0", SPAN)
    notes.warning("SR401", "a warning", SPAN)
    assert notes.count == MOST + 1
    for _ in range(2):
        with pytest.raises(EnoughError) as caught:
            notes.error("SR101", "one more", SPAN)
        assert [d.code for d in caught.value.diagnostics][-2:] == ["SR401", ENOUGH]
        assert notes.count == MOST + 2


def test_one_mistake_found_again_and_again_ends_as_well() -> None:
    """Aliases may repeat one mistake, each time at the cost of the first."""
    notes = Report("a.yaml")
    for _ in range(MOST_REPEATED):
        notes.error("SR101", "the same", SPAN)
    with pytest.raises(EnoughError):
        notes.error("SR101", "the same", SPAN)
    assert [d.code for d in notes.diagnostics()] == ["SR101", ENOUGH]


def test_warnings_are_never_cut() -> None:
    """A comment may silence a warning, so all of them are kept."""
    notes = Report("a.yaml")
    for k in range(2 * MOST_REPEATED):
        notes.warning("SR401", f"warning {k}", SPAN)
    assert notes.count == 2 * MOST_REPEATED
    assert not notes.failed


class Counting(str):
    """A text that counts how often it is searched."""

    searched = 0

    def count(self, *args: object) -> int:  # type: ignore[override]  # it counts its calls
        Counting.searched += 1
        return str.count(self, *args)  # type: ignore[arg-type]  # as they came


@pytest.mark.parametrize(("size", "searched"), [(100, True), (900_000, False)])
def test_a_text_too_long_for_an_expression_is_not_searched(size: int, searched: bool) -> None:
    """Brackets are counted only in what may be a piece of an expression: an alias repeats it for nothing."""
    source = parse("a.yaml", f"a: &x {'y' * size}\nb: [{', '.join(['*x'] * 50)}]\n".encode())
    assert source.root is not None
    node = source.root.get("b")
    assert isinstance(node, ListNode)
    first = node.items[0]
    assert isinstance(first, ScalarNode)
    object.__setattr__(first.text, "value", Counting(first.text.value))
    Counting.searched = 0
    assert split.split_call(node) is None
    assert (Counting.searched > 0) == searched


def test_the_pieces_of_a_call_are_joined_once() -> None:
    """A call that YAML split into thousands of entries is put together in one walk."""
    source = parse("a.yaml", f"a: [max(1, {', '.join(['(2'] * 9_000)}]\n".encode())
    assert source.root is not None
    node = source.root.get("a")
    assert isinstance(node, ListNode)
    found = split.split_call(node)
    assert found is not None
    assert found[1].count("(") == 9_001
