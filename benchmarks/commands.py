"""Cold commands: what a user waits for from the prompt to the answer, each in a fresh process.

python benchmarks/commands.py
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path

from measure import Line, at_most, command_seconds, save

PAGET = Path(sys.executable).with_name("paget")


def main() -> None:
    if importlib.util.find_spec("paget.cli") is None:
        print("paget has no commands yet: nothing to measure.")
        return
    paget = [str(PAGET)] if PAGET.exists() else [sys.executable, "-m", "paget"]
    with tempfile.TemporaryDirectory() as folder:
        page = str(Path(folder) / "brief.html")
        lines = [
            at_most("paget --help", command_seconds([*paget, "--help"]), "s", 0.3),
            at_most(
                "paget brief, HTML, cold",
                command_seconds([*paget, "brief", "--example", "--output", page]),
                "s",
                1.5,
            ),
            Line("python -c pass", command_seconds([sys.executable, "-c", "pass"]), "s", note="floor"),
            Line(
                "python -c 'import polars, narwhals, pydantic, yaml'",
                command_seconds([sys.executable, "-c", "import polars, narwhals, pydantic, yaml"]),
                "s",
                note="floor of what a brief needs",
            ),
        ]
    save("commands", lines, "python benchmarks/commands.py")


if __name__ == "__main__":
    sys.exit(main())
