"""The shipped strategies as templates: each is a file of `strategies/` with its tests beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from ..diagnostics.diagnostic import InputError
from ..language.document import load
from ..language.expression.units import written
from ..language.scope import Value
from ..language.strategy import Param, Strategy

SHIPPED = Path(__file__).resolve().parents[2] / "strategies"
_TEST = ".test"


@dataclass(frozen=True, slots=True)
class Template:
    """A shipped strategy; `name` is its file's, without the ending."""

    name: str
    path: Path
    test: Path

    def text(self) -> str:
        return self.path.read_text("utf-8")

    def strategy(self) -> Strategy:
        """The strategy as it is shipped."""
        return load(self.path)


def templates(folder: Path = SHIPPED) -> Sequence[Template]:
    """All templates, by name."""
    found = (path for path in sorted(folder.glob("*.yaml")) if not path.stem.endswith(_TEST))
    return [Template(path.stem, path, path.with_name(f"{path.stem}{_TEST}.yaml")) for path in found]


def find_template(name: str, folder: Path = SHIPPED) -> Template:
    """The template of that name; dashes and capitals do not matter. Raises InputError, naming near ones."""
    known = {template.name: template for template in templates(folder)}
    wanted = name.strip().lower().replace("-", "_").replace(" ", "_")
    if wanted in known:
        return known[wanted]
    near = get_close_matches(wanted, known, 2) or [other for other in known if wanted and wanted in other]
    words = " or ".join(f"`{other}`" for other in near)
    help_ = f"did you mean {words}?" if near else "`stratrun new --list` shows all of them"
    raise InputError(f"there is no template `{name}`", help_)


def param_texts(param: Param) -> dict[str, str | None]:
    """A parameter as a form shows it, its values as a file writes them."""
    numbers = {"default": param.value, "low": param.low, "high": param.high, "step": param.step}
    texts = {name: None if value is None else written(Value(value, param.unit)) for name, value in numbers.items()}
    return {"name": param.name, "label": param.label, **texts}
