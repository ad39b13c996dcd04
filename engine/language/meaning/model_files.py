"""The `onnx:` of a model in, what is known of its file out: there, small enough, and the one that was meant."""

from __future__ import annotations

from pathlib import Path

from ...diagnostics.report import Report
from ...learning.model_file import hash_of, read_model
from ...learning.spec import Made
from ..structure.part import Part
from ..text import cut


def read_made(part: Part, path: str, report: Report) -> tuple[Made | None, str]:
    """What the file gives and where it is; None where the report says what is wrong with it."""
    shown, span = f"`{cut(part.string('file'))}`", part.span("file")
    place = Path(Path(path).parent, part.string("file"))
    if part.get("file") is None or part.get("sha256") is None or part.get("gives") is None:
        return None, ""
    try:
        found = hash_of(read_model(place))
    except (OSError, ValueError) as error:  # a path with a nul byte, a file that is too large
        reason = getattr(error, "strerror", None) or error
        help_ = "write its path from this file's folder, such as `./model.onnx`"
        if isinstance(error, ValueError) and "\0" not in str(place):
            help_ = "write a smaller model"
        report.error("SR476", f"{shown} cannot be read: {reason}", span, help_)
        return None, ""
    if found != part.string("sha256"):
        message = f"{shown} is another file than the one meant: its SHA-256 is {found}"
        report.error("SR476", message, part.span("sha256"), "if you trust the file, write that")
        return None, ""
    return Made(found, part.string("gives") == "probability", part.string("output")), str(place)
