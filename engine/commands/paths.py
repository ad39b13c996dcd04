"""Names of files and folders as options and arguments take them: what is read, and what is written."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Any

import click
from click.types import StringParamType

from .standing import Held


class Named(click.Path):
    """A path that has a name: an empty one is a variable that was never set, and would be taken for left out."""

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        if not str(value).strip():
            self.fail("the name is empty; name a file or folder, or leave it out", param, ctx)
        return super().convert(value, param, ctx)


class Mentioned(StringParamType):
    """A text that may name a file to read: `PATH`, `SYMBOL=PATH`, or something else, such as a URL."""


class Written(Named):
    """A file that the command writes; `written.check_written` guards what stands there before the command begins.

    `endings`: those that its name may have, any where there are none. `over`: what it may replace. `grows`: it is added
    to, not replaced. `words`: values that name no file. `folder`: it is a folder, which the command itself judges.
    """

    def __init__(
        self, *, endings: Collection[str] = (), over: Collection[Held] = (), grows: bool = False,
        words: Collection[str] = (), folder: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self.endings, self.over, self.grows, self.words, self.folder = endings, over, grows, words, folder

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        return os.path.expanduser(super().convert(value, param, ctx))  # noqa: PTH111 - a word or a URL stays what it is


PATH: Any = Named()
PATH_OR_DASH: Any = Named(allow_dash=True)
SPEC: Any = Mentioned()
OUT: Any = Written()
PAGE: Any = Written(endings=(".html", ".htm"))
DOCUMENT: Any = Written(over={Held.DOCUMENT})
CANDLES: Any = Written(over={Held.CANDLES})
FOLDER: Any = Written(folder=True)
STUDY: Any = Written(over={Held.DATABASE}, grows=True)
LOG: Any = Written(grows=True, words={"console", "json"})
