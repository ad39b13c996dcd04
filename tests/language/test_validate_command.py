"""`stratrun validate` from the outside: exit codes, JSON, standard input, Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stratrun.cli import main

DOCUMENTS = Path(__file__).parents[1] / "documents"
GOOD = DOCUMENTS / "valid" / "beginner.yaml"
BAD = DOCUMENTS / "invalid" / "many_at_once.yaml"


def run(*arguments: object, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(main, ["validate", *map(str, arguments)], input=stdin)


@pytest.mark.parametrize(
    ("paths", "code"), [((GOOD,), 0), ((GOOD, BAD), 1), ((BAD, "nowhere.yaml"), 2), (("nowhere.yaml",), 2)]
)
def test_exit_codes(paths: tuple[Path, ...], code: int) -> None:
    """0 for sound files, 1 for findings, 2 when a file could not be read."""
    assert run(*paths).exit_code == code


def test_standard_input_is_a_document() -> None:
    """`-` reads one document from standard input, beside files if there are any."""
    assert run("-", stdin=GOOD.read_bytes()).exit_code == 0
    done = run("-", GOOD, "--format", "json", stdin=b"stratrun: 2\n")
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert told["files"] == 2
    assert {d["path"] for d in told["diagnostics"]} == {"<stdin>"}


def test_json_is_sorted_by_path() -> None:
    """The same files give the same JSON, however they were named."""
    one = run(DOCUMENTS / "invalid", GOOD, "--format", "json")
    files = sorted(DOCUMENTS.glob("invalid/*.*"), reverse=True)
    other = run(*(f for f in files if f.suffix in (".yaml", ".yml", ".json")), GOOD, "--format", "json")
    assert one.exit_code == other.exit_code == 1
    assert one.stdout == other.stdout
    paths = [d["path"] for d in json.loads(one.stdout)["diagnostics"]]
    assert paths == sorted(paths)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere one process does the work")
def test_an_interrupt_ends_all_processes(tmp_path: Path) -> None:
    """Ctrl-C ends with code 130 and one word, also while others do the work."""
    for number in range(3_000):
        (tmp_path / f"{number}.yaml").write_bytes(GOOD.read_bytes())
    code = (
        "import os, signal, sys\n"
        "from stratrun.engine.language import batch\n"
        "from stratrun.cli import main\n"
        "inner = batch._shared_out\n"
        "def watched(*given):\n"
        "    for found in inner(*given):\n"
        "        print('begun', flush=True)\n"
        "        yield found\n"
        "batch._shared_out, batch._processors = watched, lambda: 2\n"
        "main(['validate', sys.argv[1]])\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said.strip()) == (130, "interrupted")
