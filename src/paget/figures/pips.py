"""A score as a row of squares: filled is sure, hatched depends on what is missing, empty is not given."""

from __future__ import annotations

from markupsafe import Markup

from paget.figures.glyphs import HATCH
from paget.figures.svg import beside, rect

_STEP = 2  # px between two squares


def pips(low: int, high: int, most: int, *, size: float = 12) -> Markup:
    """Squares for a score between ``low`` and ``high`` points of ``most``.

    Args:
        low: the smallest score still possible, in points.
        high: the largest score still possible.
        most: the largest score that there is.
        size: side of a square, px.

    Raises:
        ValueError: not 0 <= low <= high <= most.

    >>> str(pips(1, 2, 3)).count("<rect")
    4
    """
    if not 0 <= low <= high <= most:
        raise ValueError("a score lies between 0 and its largest value")
    squares: list[Markup] = []
    for index in range(most):
        x = 0.8 + index * (size + 1 + _STEP)
        if index < low:
            squares.append(rect(x, 0.8, size, size, "f"))
        elif index < high:
            squares.append(rect(x, 0.8, size, size, None, fill=HATCH))
            squares.append(rect(x, 0.8, size, size, "none-u", dash="3 2"))
        else:
            squares.append(rect(x, 0.8, size, size, "l-thin"))
    return beside(squares, width=most * (size + 1 + _STEP) - 1.5, height=size + 1.5)


def share_bar(share: float, *, width: float = 404) -> Markup:
    """A hatched bar for how much hangs on something missing, as a share of the whole.

    Args:
        share: between 0 and 1.
        width: of the whole, px.
    """
    filled = max(0.0, min(1.0, share)) * width
    return beside(
        [
            rect(0, 0, width, 6, "f-wash2"),
            rect(0, 0, filled, 6, None, fill=HATCH),
            rect(0.8, 0.8, max(filled - 0.8, 0), 4.5, "none-u"),
        ],
        width=width,
        height=6,
        stretched=True,
    )
