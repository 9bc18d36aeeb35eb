"""Runs a command line and turns whatever happens into an exit code and one clear message.

0: done. 2: an input that cannot be accepted. 3: something named does not exist. 70: our fault. A message of
our own fault names the kind of error and its place in paget, never its text, which may quote a patient's
values; with PAGET_DEBUG=1 the traceback is printed as well.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from paget.cli.printing import printable
from paget.errors import BadInput, NotFound, PagetError

OK: Final = 0
BAD_INPUT: Final = 2
NOT_FOUND: Final = 3
OUR_FAULT: Final = 70
INTERRUPTED: Final = 130  # as shells say it
_ROOM: Final = Path(__file__).parents[1]
_MENDS: Final = {
    errno.EACCES: "ask for the right to read or write it, or name another",
    errno.EPERM: "ask for the right to read or write it, or name another",
    errno.EROFS: "write to another place",
    errno.ENOSPC: "free some space, or write to another place",
    errno.ENAMETOOLONG: "name a shorter path",
    errno.ENOENT: "check the path",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `paget` with some arguments, those of the process when left out.

    Returns:
        The exit code.

    >>> main(["--version"])  # doctest: +ELLIPSIS
    0...
    0
    """
    _ready_to_print()
    try:
        code = _run(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read our output has enough, as in `paget assess FOLDER | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        return _say("stopped", INTERRUPTED)
    except PagetError as error:
        _if_debugging()
        return _say(str(error), error.exit_code)
    except OSError as error:  # no permission, a full disk: the user's to mend
        _if_debugging()
        return _say(str(_of_system(error)), _of_system(error).exit_code)
    except SystemExit:
        raise
    except BaseException as error:  # the last door; a panic of an engine is no Exception
        _if_debugging()
        return _say(_our_fault(error), OUR_FAULT)
    return code


def _ready_to_print() -> None:
    """Print what a terminal can show, and nothing where the stream was closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115, open to the end
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _of_system(error: OSError) -> PagetError:
    """What the operating system refused, as an error that says how to mend it."""
    kind = NotFound if isinstance(error, FileNotFoundError) else BadInput
    said = error.strerror or type(error).__name__
    where = "" if error.filename is None else str(error.filename)
    return kind(f"{said[:1].lower()}{said[1:]}", where=where, mend=_MENDS.get(error.errno or 0, ""))


def _run(arguments: list[str]) -> int:
    from cyclopts import CycloptsError

    from paget.cli.commands import app

    try:
        code = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        said = " ".join(str(error).split())
        command = " ".join(("paget", *(error.command_chain or ())))
        return _say(f"{said}\n  mend:  see `{command} --help`", BAD_INPUT)
    return code if isinstance(code, int) else OK


def _say(text: str, code: int) -> int:
    print(printable(text, lines=True), file=sys.stderr)
    return code


def _if_debugging() -> None:
    if os.environ.get("PAGET_DEBUG") == "1":
        traceback.print_exc()


def _our_fault(error: BaseException) -> str:
    """What to tell us, in one line.

    >>> _our_fault(ValueError("a patient's value"))
    "a fault of paget (ValueError): please report this line with what `paget doctor` prints, ..."
    """
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _ROOM in Path(frame.filename).parents]
    place = f" at {Path(ours[-1].filename).relative_to(_ROOM)}:{ours[-1].lineno}" if ours else ""
    return (
        f"a fault of paget ({type(error).__name__}{place}): please report this line with what "
        "`paget doctor` prints, and no patient's data; PAGET_DEBUG=1 shows more"
    )
