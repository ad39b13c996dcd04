"""Requests and answers as lines of JSON: bytes from outside in, checked values out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from .commands import Command, decode, encode

LONGEST = 64 * 1024
"""Bytes of a request's line."""
LONGEST_ANSWER = 16 * 1024 * 1024
_TEXT = 1_000


@dataclass(frozen=True, slots=True)
class Request:
    """`token` proves that the sender may read the note beside the ledger."""

    token: str = field(repr=False)
    command_id: str
    who: str
    why: str
    command: Command


@dataclass(frozen=True, slots=True)
class Answer:
    """`done`: carried out, or answered; `data` is JSON."""

    done: bool
    code: str
    words: str
    data: Any = None


class MalformedError(ValueError):
    """A line that is no request, or no answer."""


def request_line(request: Request) -> bytes:
    data = {
        "token": request.token, "command_id": request.command_id, "who": request.who, "why": request.why,
        "command": encode(request.command),
    }  # fmt: skip
    return json.dumps(data).encode() + b"\n"


def read_request(line: bytes) -> Request:
    """Raises MalformedError."""
    data = _object(line, {"token", "command_id", "who", "why", "command"})
    for name in ("token", "command_id", "who", "why"):
        text = data[name]
        if not isinstance(text, str) or len(text) > _TEXT or not text.isprintable():
            raise MalformedError(f"`{name}` is no plain text of at most {_TEXT:,} characters")
    if not data["command_id"]:
        raise MalformedError("`command_id` is empty")
    try:
        command = decode(data["command"])
    except ValueError as error:
        raise MalformedError(str(error)) from None
    return Request(data["token"], data["command_id"], data["who"], data["why"], command)


def answer_line(answer: Answer) -> bytes:
    data = {"done": answer.done, "code": answer.code, "words": answer.words, "data": answer.data}
    return json.dumps(data).encode() + b"\n"


def read_answer(line: bytes) -> Answer:
    """Raises MalformedError."""
    data = _object(line, {"done", "code", "words", "data"})
    if not isinstance(data["done"], bool) or not isinstance(data["code"], str) or not isinstance(data["words"], str):
        raise MalformedError("the answer's fields are of other types")
    return Answer(data["done"], data["code"], data["words"], data["data"])


def _object(line: bytes, names: set[str]) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        raise MalformedError("the line is no JSON") from None
    if not isinstance(data, dict) or data.keys() != names:
        raise MalformedError("the line has other fields")
    return data
