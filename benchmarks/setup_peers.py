"""Create benchmarks/.peers/{pandas,polars}: two environments with the peers, apart from stratrun's own."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent
PEERS = HERE / ".peers"


def python_of(environment: str) -> Path:
    folder = PEERS / environment
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def main() -> None:
    for wanted in sorted((HERE / "requirements").glob("*.txt")):
        if not python_of(wanted.stem).exists():
            venv.create(PEERS / wanted.stem, with_pip=True)
        command = [python_of(wanted.stem), "-m", "pip", "install", "--quiet", "-r", wanted]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
