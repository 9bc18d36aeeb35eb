"""What any test may ask for: the shared data and a browser, or a skip that says what is missing."""

from __future__ import annotations

import os
import shutil
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# A slow machine is no failure of a property. (In CI Hypothesis also takes the same examples each time.)
settings.register_profile("paget", parent=settings.default, deadline=None)
settings.load_profile("paget")

REPOSITORY = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public test data beside the repository, or $PAGET_SHARED_DATA."""
    named = os.environ.get("PAGET_SHARED_DATA")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no shared data in {folder}; set PAGET_SHARED_DATA to its folder")
    return folder


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The system's Chromium, or $PAGET_CHROMIUM."""
    named = os.environ.get("PAGET_CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium; `make browser` installs it, or set PAGET_CHROMIUM to its path")
    return Path(found)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Each reason for skipped tests once, with the files concerned, rather than a line for each test."""
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    for report in terminalreporter.stats.get("skipped", ()):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason.removeprefix("Skipped: ")][report.nodeid.split("::")[0]] += 1
    if reasons:
        terminalreporter.section("skipped tests")
    for reason, files in sorted(reasons.items()):
        terminalreporter.write_line(f"{files.total()} skipped: {reason}")
        for file, tests in sorted(files.items()):
            terminalreporter.write_line(f"  {tests:>3}  {file}")
