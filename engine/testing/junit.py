"""Outcomes in, a JUnit report out: a suite for each file, a test case for each case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ..diagnostics import render
from .outcome import CaseOutcome, Tally
from .text import failure_lines

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(outcomes: Sequence[CaseOutcome]) -> str:
    """The XML document, without characters XML cannot hold."""
    root = _counted("testsuites", outcomes)
    for path, members in groupby(outcomes, key=lambda outcome: outcome.path):
        cases = list(members)
        suite = _counted("testsuite", cases, name=path)
        suite.set("skipped", "0")
        root.append(suite)
        for outcome in cases:
            _add_case(suite, outcome)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _counted(tag: str, outcomes: Sequence[CaseOutcome], name: str = "stratrun test") -> Element:
    tally = Tally.of(outcomes)
    seconds = sum(outcome.seconds for outcome in outcomes)
    counts = {"tests": len(outcomes), "failures": tally.failed, "errors": tally.broken}
    return Element(tag, {"name": _text(name), **{k: str(v) for k, v in counts.items()}, "time": f"{seconds:.3f}"})


def _add_case(suite: Element, outcome: CaseOutcome) -> None:
    name, time = _text(outcome.name or "the file loads"), f"{outcome.seconds:.3f}"
    case = SubElement(suite, "testcase", {"classname": _text(outcome.path), "name": name, "time": time})
    if outcome.mistakes:
        told = render.as_text(outcome.mistakes)
        _add(case, "error", [mistake.message for mistake in outcome.mistakes], told)
    elif outcome.failures:
        lines = [line for failure in outcome.failures for line in failure_lines(outcome.path, failure)]
        _add(case, "failure", [f"{f.expected}: {f.happened}" for f in outcome.failures], "\n".join(lines))


def _add(case: Element, tag: str, messages: Iterable[str], told: str) -> None:
    SubElement(case, tag, {"message": _text("; ".join(messages)), "type": tag}).text = _text(told)


def _text(text: str) -> str:
    return _NOT_XML.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
