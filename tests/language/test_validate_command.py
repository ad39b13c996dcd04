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


WARNED = DOCUMENTS / "invalid" / "no_exit.yaml"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((WARNED,), 0),
        ((WARNED, "--strict"), 1),
        ((WARNED, "--strict", "--ignore", "SR409"), 0),
        ((WARNED, "--strict", "--select", "SR2"), 0),
        ((BAD, "--select", "SR4"), 0),
        ((BAD, "--ignore", "SR1,SR2"), 0),
        ((BAD, "--ignore", "SR1", "--ignore", "SR2"), 0),
        ((BAD, "--select", "SR2"), 1),
        ((DOCUMENTS / "invalid" / "not_utf8.yaml", "--ignore", "SR", "--select", "SR4"), 1),
        (("nowhere.yaml", "--ignore", "SR0"), 2),
        ((GOOD, "--select", "SR280"), 2),
        ((GOOD, "--ignore", ""), 2),
        ((GOOD, "--format", "xml"), 2),
        ((GOOD, "--output", "no/such/folder/x.json"), 2),
        ((GOOD, "--output", ""), 2),
    ],
)
def test_what_counts_as_a_finding(arguments: tuple[object, ...], code: int) -> None:
    """--select, --ignore and --strict decide what counts; what could not be read always does."""
    assert run(*arguments).exit_code == code


def test_an_unknown_code_names_the_near_one() -> None:
    """A selector that chooses nothing would hide everything: it is refused."""
    assert "did you mean SR208?" in run(GOOD, "--select", "SR280").stderr


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_a_file_is_written_whole(form: str, tmp_path: Path) -> None:
    """--output holds what standard output would have held; the summary is told beside it."""
    printed = run(BAD, "--format", form)
    path = tmp_path / "out"
    written = run(BAD, "--format", form, "--output", path)
    assert path.read_text("utf-8") == printed.stdout
    assert written.exit_code == printed.exit_code == 1
    assert written.stdout == ""
    assert f"errors in 1; written to {path}" in written.stderr


def test_sarif_tells_what_could_not_be_read() -> None:
    """A run with an unreadable file was not successful, and says about which."""
    (log,) = json.loads(run("nowhere.yaml", BAD, "--format", "sarif").stdout)["runs"]
    assert log["invocations"] == [{"executionSuccessful": False}]
    assert [r["ruleId"] for r in log["results"]] == ["SR109", "SR101", "SR208", "SR102", "SR102", "SR001"]


def test_annotations_end_with_a_summary() -> None:
    """GitHub shows the commands beside the lines, people read the last line of the log."""
    lines = run(BAD, "--format", "github").stdout.splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["::error"] * 5 + ["1"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_a_name_that_is_no_text_is_told(form: str, tmp_path: Path) -> None:
    """A file name of any bytes can be reported in every form."""
    path = os.fsencode(tmp_path) + b"/\xff\n.yaml"
    Path(os.fsdecode(path)).write_bytes(BAD.read_bytes())
    ran = subprocess.run(
        [sys.executable, "-m", "stratrun", "validate", tmp_path, "--format", form], capture_output=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (1, b"")


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
