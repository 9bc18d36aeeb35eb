"""Make the pictures of docs/figures.md: run its lines from top to bottom where its pictures lie.

make docs-figures
"""

from __future__ import annotations

import os
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "figures.md"


def main() -> None:
    """Run the blocks of Python of the page in docs/images/figures/."""
    folder = HERE / "figures"
    folder.mkdir(exist_ok=True)
    os.chdir(folder)
    names: dict[str, object] = {"__name__": "page"}
    for block in re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S):
        exec(compile(block, str(PAGE), "exec"), names)  # noqa: S102 - our own page
    for table in (*folder.glob("*.html"), *folder.glob("*.csv")):
        table.unlink()


if __name__ == "__main__":
    main()
