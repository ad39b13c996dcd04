"""What checking a document costs to start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = ("numpy", "numba", "polars", "pydantic", "ccxt", "jsonschema", "talipp")
DOCUMENT = Path(__file__).parents[1] / "documents" / "valid" / "beginner.yaml"


def test_validating_imports_nothing_heavy() -> None:
    """A file is checked without the libraries that take long to import."""
    code = (
        "import sys\n"
        "from stratrun.engine.language.document import validate\n"
        "assert validate(sys.argv[1]) == []\n"
        f"print([name for name in {HEAVY} if name in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(DOCUMENT)], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
