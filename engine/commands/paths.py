"""Names of files and folders as options and arguments take them."""

from __future__ import annotations

import os
from typing import Any

import click


class Named(click.Path):
    """A path that has a name: an empty one is a variable that was never set, and would be taken for left out."""

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        if not str(value).strip():
            self.fail("the name is empty; name a file or folder, or leave it out", param, ctx)
        return super().convert(value, param, ctx)


PATH: Any = Named()
PATH_OR_DASH: Any = Named(allow_dash=True)
