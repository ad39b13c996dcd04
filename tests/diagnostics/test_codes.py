"""The registry of codes."""

from __future__ import annotations

import re

from stratrun.engine.diagnostics.codes import CODES


def test_codes_are_unique_sorted_and_said_in_full() -> None:
    """Every code has a form, a title, one sentence, a wrong and a right example."""
    assert list(CODES) == sorted(CODES)
    for name, code in CODES.items():
        assert re.fullmatch(r"SR[0-9]{3}", name)
        assert code.title
        assert not code.title.endswith(".")
        assert code.explanation.endswith((".", ".)"))
        assert code.wrong
        assert code.right
        assert code.wrong != code.right
