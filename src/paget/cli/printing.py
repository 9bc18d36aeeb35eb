"""What is printed: texts of records made harmless for a terminal, JSON lines, and a console for tables."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


def printable(text: object, *, lines: bool = False) -> str:
    r"""A text with control characters and direction marks escaped.

    Args:
        text: what to print.
        lines: keep its line breaks.

    >>> printable("P1\x1b[31m\nP2"), printable("a\nb", lines=True)
    ('P1\\x1b[31m\\nP2', 'a\nb')
    """
    return "".join(
        sign if sign.isprintable() or (lines and sign == "\n") else ascii(sign)[1:-1] for sign in str(text)
    )


def note(text: str) -> None:
    """Say something beside the result, on the error stream, so that a pipe gets the result alone."""
    print(printable(text), file=sys.stderr)


def json_line(value: Any) -> str:
    r"""A value as one line of JSON; every sign beyond ASCII stays readable, control characters are escaped.

    >>> json_line({"patient": "Ä\u202e", "value": 1.5})
    '{"patient": "Ä\\u202e", "value": 1.5}'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in text)


def json_text(value: Any) -> str:
    """A value as indented JSON."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False, indent=2)


def console() -> Console:
    """A console that prints texts as they are: no markup is read in them."""
    from rich.console import Console

    class Plain(Console):
        def on_broken_pipe(self) -> None:  # rich would end the process with an error
            raise BrokenPipeError

    wide = None if sys.stdout.isatty() else 140
    return Plain(width=wide, markup=False, highlight=False, emoji=False)
