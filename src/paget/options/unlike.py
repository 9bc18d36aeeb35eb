"""A case that too few virtual patients are like: refused, with what of it makes it so.

It tells no value of the case.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from paget.errors import BadInput
from paget.options.assumed import effective

Floats = NDArray[np.float64]

FEWEST: Final = 200
"""Below this effective sample size there is no forecast."""
ERRORS: Final = 3.0
"""Standard errors by which the effective size may yet grow faster than so far, before hope is given up."""

WORDS: Final[Mapping[str, str]] = {
    "interval_days": "the interval",
    "lesions": "the number of lesions",
    "organs": "the organs they are in",
    "clear": "the organs shown clear",
    "largest_mm": "the size of the largest",
    "sizes": "its sizes over time",
}
"""What is known of a case, in words."""


class Unlike(BadInput):
    """Too few virtual patients are like a case.

    Attributes:
        sentence: the same for a page: one sentence, or two.
    """

    def __init__(self, what: str, *, where: str, why: str, mend: str, sentence: str) -> None:
        super().__init__(what, where=where, why=why, mend=mend)
        self.sentence = sentence


def hopeless(weights: Floats, done: int, most: int) -> bool:
    """Whether the effective sample size will not suffice even when all are run.

    So far it is e; it grows with the patients run, and as a count its error is about its root, so that e is
    surely below e + 3 root e + 3 (the rule of three when nobody fits).

    >>> hopeless(np.ones(0), 1 << 18, 1 << 22), hopeless(np.ones(40), 1 << 18, 1 << 22)
    (True, False)
    """
    if not done:
        return False
    size = effective(weights)
    return (size + ERRORS * math.sqrt(size) + ERRORS) * most / done < FEWEST


def refuse(weights: Floats, fits: Mapping[str, Floats], patients: int, *, first: int) -> None:
    """Refuse a case that too few virtual patients fit, and say what makes it so.

    Args:
        weights: (matched,) of those that fit.
        fits: by what is known (patients,) how well each of the first patients in whom a lesion was seen fits.
        patients: that were run.
        first: of them those of ``fits``.

    Raises:
        Unlike: the effective sample size is under 200.
    """
    size = effective(weights)
    if size >= FEWEST:
        return
    alone = [name for name, fit in fits.items() if not (fit > 0).any()]
    without = {
        name: int(np.prod([other > 0 for key, other in fits.items() if key != name], axis=0).sum())
        for name in fits
        if len(fits) > 1
    }
    if alone:
        why = f"no virtual patient has such {' and no such '.join(alone)}"
    else:
        each = ", ".join(f"{count:,} without {name}" for name, count in without.items())
        why = f"of those in whom a lesion was seen, in the first {first:,}, fit: {each or 'few'}"
    if weights.size == 0:
        raise Unlike(
            "the model does not reach this case",
            where=", ".join(fits),
            why=f"{why}; none of {patients:,} virtual patients fits",
            mend="check the values; there is no forecast for a case unlike all of the model's",
            sentence=f"None of {patients:,} virtual patients is like this case. {_rare(alone, without)}",
        )
    raise Unlike(
        f"too few virtual patients fit this case: effective sample size {size:.0f}, {FEWEST} are needed",
        where=", ".join(fits),
        why=f"{weights.size:,} of {patients:,} fit at all; {why}",
        mend="give ranges for what is not known exactly, or run more (most)",
        sentence=(
            f"Too few virtual patients are like this case: of {patients:,} an effective sample size of "
            f"{size:.0f}, and {FEWEST} are needed. {_rare(alone, without)}"
        ),
    )


def _rare(alone: list[str], without: Mapping[str, int]) -> str:
    """What of the case is rare in the model, in a sentence; "" when nothing is known of it."""
    if alone:
        return f"None shares {' or '.join(WORDS[name] for name in alone)} with it."
    if not without:
        return ""
    most = max(without, key=lambda name: without[name])
    return f"What is rare in the model is {WORDS[most]}."
