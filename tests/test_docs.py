"""The documentation says what the program does: pages, commands, files, links and excerpts are held to it."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import click
import pytest

from stratrun.cli import main
from stratrun.engine.language.document import validate
from stratrun.engine.market.candles import Candles
from stratrun.engine.report.tables import Column, write_table

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
TUTORIAL = ROOT / "docs" / "tutorial.md"
PAGES = [
    README,
    ROOT / "CHANGELOG.md",
    *sorted(path for folder in ("docs", "examples") for path in (ROOT / folder).rglob("*.md")),
]
INSTALL_AND_RUN = (
    "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/stratrun run examples/quickstart/strategy.yaml"
)
INSTALL_AND_TEST = "python3 -m venv .venv && .venv/bin/pip install -e '.[dev]' && .venv/bin/pytest"

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


class Block(NamedTuple):
    """A fenced block: the words behind its fence, and what it holds."""

    kind: str
    text: str


def blocks(page: Path) -> list[Block]:
    found = re.findall(r"^```([^\n]*)\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [Block(kind.strip(), text) for kind, text in found]


def strategies(page: Path, kind: str = "yaml") -> list[str]:
    """Whole strategy files among the blocks."""
    return [
        block.text
        for block in blocks(page)
        if block.kind == kind and "stratrun: 2\n" in block.text and "\nsize:" in block.text
    ]


def command_lines() -> Iterator[tuple[Path, str]]:
    """Every `stratrun …` line of the blocks without a language, with its page."""
    for page in PAGES:
        for block in blocks(page):
            for line in block.text.replace("\\\n", "").splitlines() if not block.kind else ():
                if line.startswith("stratrun ") and "[OPTIONS]" not in line:
                    yield page, line


def anchors(page: Path) -> set[str]:
    """What GitHub calls the headings of a page."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def told(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """A command, run as its users do."""
    return subprocess.run(
        [sys.executable, "-m", "stratrun", *arguments], cwd=cwd, env=os.environ | {"PYTHONUTF8": "1", "NO_COLOR": "1"},
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


def lines(text: str) -> set[str]:
    return {line.rstrip() for line in text.splitlines()}


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "docs")
        spec.loader.exec_module(module)
    return module


@pytest.fixture
def desk(tmp_path: Path, sample: Callable[..., Candles], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as the pages assume it: the tutorial's strategy, a file of candles, the examples."""
    candles = sample("BTC/USDT", "1h", 2_000)
    columns = [Column(name, getattr(candles, name)) for name in ("open", "high", "low", "close", "volume")]
    write_table(tmp_path / "BTCUSDT-1h.csv", [Column("time", candles.time, is_time=True), *columns])
    (tmp_path / "my-first.yaml").write_text(strategies(TUTORIAL)[0], "utf-8")
    example = tmp_path / "examples" / "quickstart"
    example.mkdir(parents=True)
    (example / "strategy.yaml").write_bytes((ROOT / "examples" / "quickstart" / "strategy.yaml").read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_reference_is_up_to_date(generator: ModuleType) -> None:
    """Each generated page is what `python docs/generate.py` would write now."""
    assert [path.name for path in generator.stale()] == []


def test_every_command_and_option_is_documented() -> None:
    """Each command has a section in the reference that names all of its options, and stands in the README."""
    sections = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", (ROOT / "docs/reference/commands.md").read_text("utf-8"),
                               re.MULTILINE | re.DOTALL))  # fmt: skip
    root = click.Context(main)
    assert set(sections) == set(main.list_commands(root))
    for name, section in sections.items():
        command = main.get_command(root, name)
        assert command is not None
        assert f"`stratrun {name} " in README.read_text("utf-8")
        for option in command.params:
            for word in option.opts if isinstance(option, click.Option) else ():
                assert f"`{word}`" in section, f"{name} {word}"


def test_every_help_has_an_example() -> None:
    """The help of each command, and of each command of a group, shows a line that can be typed."""
    root = click.Context(main, info_name="stratrun")
    left = [(root, main.get_command(root, name), name) for name in main.list_commands(root)]
    while left:
        above, command, name = left.pop()
        assert command is not None
        context = click.Context(command, parent=above, info_name=name)
        text = " ".join(command.get_help(context).partition("\n")[2].split())
        assert f"{context.command_path}" in text or name == "completion", context.command_path
        if isinstance(command, click.Group):
            left += [(context, command.get_command(context, inner), inner) for inner in command.list_commands(context)]


def test_every_command_line_is_one() -> None:
    """Each `stratrun …` line in the pages is accepted by that command's own parser."""
    found = list(command_lines())
    assert len(found) > 30
    for page, line in found:
        name, *arguments = shlex.split(line)[1:]
        if name.startswith("-"):
            assert any(name in option.opts for option in main.params), f"{page.name}: {line}"
            continue
        command = main.get_command(click.Context(main), name)
        assert command is not None, f"{page.name}: {line}"
        command.make_context(name, arguments)


@pages
def test_links_lead_somewhere(page: Path) -> None:
    """Each relative link names a file or folder that exists, and an anchor that is a heading there."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        goal = (page.parent / path).resolve() if path else page
        assert goal.exists(), target
        assert not anchor or anchor in anchors(goal), target


@pages
def test_strategies_in_the_pages_are_sound(page: Path, tmp_path: Path) -> None:
    """Each whole strategy shown is valid, and without warnings."""
    for text in strategies(page):
        path = tmp_path / "strategy.yaml"
        path.write_text(text, "utf-8")
        assert validate(str(path)) == []


def test_pages_show_strategies() -> None:
    """The README and the tutorial hold whole strategies, so that the test above is not vacuous."""
    assert strategies(README)
    assert len(strategies(TUTORIAL)) >= 2


def test_the_tutorials_mistake_is_told_as_shown(desk: Path) -> None:
    """`validate` says of the tutorial's wrong file exactly what stands below it."""
    (desk / "my-first.yaml").write_text(strategies(TUTORIAL, "yaml wrong")[0], "utf-8")
    shown = next(block.text for block in blocks(TUTORIAL) if block.kind == "text")
    done = told("validate", "my-first.yaml", cwd=desk)
    assert done.returncode == 1
    assert done.stdout.strip() == shown.strip()


def test_the_tutorials_run_is_told_as_shown(desk: Path) -> None:
    """The trades the tutorial shows are those of its strategy on the sample venue."""
    shown = next(block.text for block in blocks(TUTORIAL) if "enter long" in block.text)
    assert lines(shown) <= lines(told("run", "my-first.yaml", cwd=desk).stderr)


def test_the_readme_holds_the_commands_that_are_checked() -> None:
    """The README's two commands are the ones that the gates run from nothing."""
    gates = (ROOT / ".ci" / "run").read_text("utf-8")
    for command in INSTALL_AND_RUN, INSTALL_AND_TEST:
        assert command in README.read_text("utf-8")
        assert command in gates


def test_the_readmes_command_gives_what_it_shows() -> None:
    """`stratrun run` on the quickstart ends well and prints every line of the README's excerpt."""
    command = INSTALL_AND_RUN.partition(".venv/bin/stratrun ")[2]
    done = told(*command.split())
    assert done.returncode == 0, done.stderr
    shown = lines(next(block.text for block in blocks(README) if block.kind == "text"))
    assert shown <= lines(done.stdout + done.stderr)


@pytest.mark.parametrize("page", [README, ROOT / "docs" / "how-to" / "use-from-python.md"], ids=lambda page: page.name)
def test_python_in_the_pages_runs(page: Path, desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The Python blocks of a page run one after the other and print something."""
    code = "\n".join(block.text for block in blocks(page) if block.kind == "python")
    exec(compile(code, page.name, "exec"), {})
    assert capsys.readouterr().out


def test_the_changelog_is_kept() -> None:
    """What is unreleased stands on top, and changes of the strategy file have a heading of their own."""
    heads = re.findall(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert heads[0] == "Unreleased"
    assert "### Schema" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_decisions_are_numbered() -> None:
    """Architecture decisions are numbered without holes, and each title repeats its number."""
    for number, path in enumerate(sorted((ROOT / "docs" / "adr").glob("*.md")), 1):
        assert path.name.startswith(f"{number:04}-")
        assert path.read_text("utf-8").startswith(f"# {number:04}: ")
