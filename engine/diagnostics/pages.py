"""The page of one diagnostic code, as words for a terminal or as Markdown: what it means, a wrong and a right way."""

from __future__ import annotations

from .choose import nearest
from .code import Code
from .codes import CODES
from .diagnostic import Severity


def page(code: str) -> str:
    """The page of a code such as `SR208`. Raises KeyError for one that is not there (see `near`)."""
    row = CODES[code]
    parts = [f"{row.code}: {row.title}", row.explanation, _block("Wrong", row.wrong), _block("Right", row.right)]
    return "\n\n".join([*parts, _after(row)]) + "\n"


def markdown(code: str) -> str:
    """The same in Markdown."""
    row = CODES[code]
    parts = [f"**{row.code}: {row.title}**", row.explanation, _fenced("Wrong", row.wrong), _fenced("Right", row.right)]
    return "\n\n".join([*parts, _after(row)]) + "\n"


def near(code: str) -> str | None:
    """The code that may have been meant."""
    return nearest(code, CODES)


def _after(row: Code) -> str:
    """What becomes of a file with it, and how to silence it."""
    if row.severity is Severity.ERROR:
        return "This is an error: the file does not run until it is mended."
    kind = "a warning" if row.severity is Severity.WARNING else "for information only"
    if row.code.startswith(("SR43", "SR509")):
        return f"This is {kind}: the file runs all the same. `stratrun validate --ignore {row.code}` leaves it out."
    return (
        f"This is {kind}: the file runs all the same. To silence it, end its line with\n"
        f"`# stratrun: ignore[{row.code}] why it does not matter here`."
    )


def _block(title: str, text: str) -> str:
    return "\n".join([f"{title}:", *(f"  {line}" for line in text.splitlines())])


def _fenced(title: str, text: str) -> str:
    return f"{title}:\n\n```yaml\n{text}\n```"
