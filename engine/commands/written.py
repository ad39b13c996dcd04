"""What the options of a command write: looked at before its work, so that nothing of the user's is lost to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from ..diagnostics.diagnostic import InputError
from .paths import Written
from .reading import Reads
from .standing import held_at


def check_written(context: click.Context) -> None:
    """Look at every option and argument that is `Written`.

    Raises InputError for a file that cannot be written or is named twice, that the command reads, or in whose place
    stands something else than an earlier output.
    """
    kinds = {_name(one): one.type for one in context.command.params if isinstance(one.type, Written)}
    given = {_name(one): context.params.get(str(one.name)) for one in context.command.params if _name(one) in kinds}
    places = {name: Path(text) for name, text in given.items() if text is not None and _is_file(text, kinds[name])}
    if not places:
        return
    _check_apart(places)
    reads = Reads.of(context)
    for name, path in places.items():
        _check(name, path, kinds[name], reads)


def _name(parameter: click.Parameter) -> str:
    return parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name


def _is_file(text: str, kind: Written) -> bool:
    return "://" not in text and text not in kind.words


def _check_apart(places: Mapping[str, Path]) -> None:
    first: dict[Path, str] = {}
    for name, path in places.items():
        try:
            other = first.setdefault(path.resolve(), name)
        except (OSError, RuntimeError, ValueError):  # told when it is looked at
            continue
        if other != name:
            raise InputError(f"{other} and {name} name the same file, {path}", help="name two files")


def _check(name: str, path: Path, kind: Written, reads: Reads) -> None:
    from ..report.atomic import check_file_path

    if kind.folder:
        return  # the command itself knows what may stand there
    if not kind.grows:
        check_file_path(path)
    if kind.endings and path.suffix.lower() not in kind.endings:
        raise InputError(
            f"{name} {path}: the page's name must end in {' or '.join(kind.endings)}", help=f"write {name} report.html"
        )
    if path in reads:
        raise InputError(f"{name} {path}: the command reads this file and would overwrite it", help="name another one")
    held = held_at(path)
    if held is not None and held not in kind.over:
        raise InputError(f"{name} {path}: the file is not replaced: {held}", help="name another one")
