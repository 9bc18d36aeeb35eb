"""What does not apply, by the reason: "disease: colorectal" of all findings that ask for another disease."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from paget.brief.found import Finding
from paget.brief.tables import Aside
from paget.brief.words import capital, listed

_ASKED: Final = re.compile(r"[^;()]+ is not so \(([^()]*)\)")
_ELSE: Final = "Does not belong to this disease"


def asides(absent: Sequence[Finding]) -> tuple[Aside, ...]:
    """The findings that do not apply, those together that one answer excludes; the commonest reason first.

    >>> from types import SimpleNamespace as Absent
    >>> lung = Absent(title="Lung score", why="Disease: lung is not so (disease: rectum)")
    >>> asides([lung])
    (Aside(because='Disease: rectum', titles=('Lung score',)),)
    """
    found: dict[str, list[str]] = {}
    for finding in absent:
        found.setdefault(_because(finding.why), []).append(finding.title)
    commonest = sorted(found.items(), key=lambda one: -len(one[1]))
    return tuple(Aside(because, tuple(titles)) for because, titles in commonest)


def _because(why: str) -> str:
    """What of the case excludes it."""
    return capital(listed(_ASKED.findall(why))) or capital(why) or _ELSE
