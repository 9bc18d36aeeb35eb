"""`paget doctor`: versions, machine, knowledge and browser, each with ok or how to mend it."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from paget.cli.printing import console, json_text, printable
from paget.errors import PagetError

OLDEST: Final = (3, 11)
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
_REQUIREMENT: Final = re.compile(r"([A-Za-z0-9._-]+)\s*>=\s*([0-9.]+)\s*$")
_GB: Final = 2**30


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what was found, and how to mend it when it is not as needed."""

    name: str
    found: str
    mend: str = ""
    needed: bool = True


def run(overlays: Sequence[Path], as_json: bool) -> int:
    """Look at everything and say it; the exit code is 2 when something needed is not there."""
    checks = [*_python(), *_packages(), *_machine(), *_knowledge(overlays), *_tools()]
    bad = any(check.mend and check.needed for check in checks)
    if as_json:
        print(json_text({"ok": not bad, "checks": [{**asdict(one), "ok": not one.mend} for one in checks]}))
        return 2 if bad else 0
    from rich.text import Text

    screen, width = console(), max(len(check.name) for check in checks)
    for check in checks:
        state = Text("ok      ", "green")
        if check.mend:
            state = Text("mend    " if check.needed else "optional", "yellow")
        said = f"{check.found}: {check.mend}" if check.mend else check.found
        screen.print(state, Text(f"{check.name:<{width}}"), Text(printable(said)), soft_wrap=True)
    return 2 if bad else 0


def _python() -> Iterator[Check]:
    yield Check("paget", metadata.version("paget"))
    mend = "" if sys.version_info >= OLDEST else "install Python 3.11 or newer"
    yield Check("python", f"{platform.python_version()} on {platform.system()} {platform.machine()}", mend)


def _packages() -> Iterator[Check]:
    """The packages that paget needs, with the oldest version that it declares."""
    for line in metadata.requires("paget") or ():
        found = _REQUIREMENT.match(line)
        if found is None:  # of an extra
            continue
        name, oldest = found[1], found[2]
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield Check(name, "not installed", f"pip install '{name}>={oldest}'")
            continue
        old = _numbers(version) < _numbers(oldest)
        yield Check(name, version, f"pip install '{name}>={oldest}'" if old else "")


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers of a version; a suffix such as rc1 is left out.

    >>> _numbers("2.10.1rc1"), _numbers("2.9")
    ((2, 10, 1), (2, 9))
    """
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(map(int, found[0].split("."))) if found else ()


def _machine() -> Iterator[Check]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    yield Check("cores", str(cores))
    memory = memory_bytes()
    if memory is None:
        yield Check("memory", "not known")
    else:
        mend = "1 GB or more is wanted; close other programs" if memory < _GB else ""
        yield Check("memory", f"{memory / _GB:.1f} GB", mend, needed=False)
    encoding = sys.stdout.encoding or "none"
    wide = encoding.lower().replace("-", "") == "utf8"
    yield Check("terminal", encoding, "" if wide else "set PYTHONUTF8=1 to see every sign", needed=False)
    try:
        with tempfile.TemporaryFile() as file:
            file.write(b"paget")
        yield Check("temporary files", "can be written")
    except OSError as error:
        yield Check(
            "temporary files", error.strerror or "cannot be written", "set TMPDIR to a folder that can"
        )


def memory_bytes() -> int | None:
    """Bytes of memory that this process may use: of the machine or, when less, of its container."""
    limits = []
    try:
        limits.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):
        return None
    for place in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            limits.append(int(Path(place).read_text(encoding="ascii")))
        except (OSError, ValueError):
            continue
    return min(limits)


def _knowledge(overlays: Sequence[Path]) -> Iterator[Check]:
    from paget.knowledge import Knowledge

    try:
        knowledge = Knowledge.load(overlays)
    except PagetError as error:
        yield Check("knowledge", " ".join(str(error).split()), error.mend or "mend or leave out the overlay")
        return
    yield Check("knowledge", f"{len(knowledge)} files, {knowledge.hash}")
    for change in knowledge.overlays:
        yield Check("overlay", str(change))
    if not knowledge.overlays:
        yield Check("overlays", "none")
    from paget.cli.knowing import problems_of

    problems = problems_of(knowledge)
    if problems:
        yield Check("rules", f"{len(problems)} problems", "see `paget knowledge check`")
    else:
        yield Check("rules", "every example comes out")


def _tools() -> Iterator[Check]:
    named = os.environ.get("PAGET_CHROMIUM")
    path = shutil.which(named) if named else next(filter(None, map(shutil.which, BROWSERS)), None)
    mend = "" if path else "only the browser tests need it: install Chromium, or set PAGET_CHROMIUM"
    yield Check("chromium", "present" if path else "not found", mend, needed=False)
