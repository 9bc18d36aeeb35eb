"""Signs that stand for a state everywhere: yes, no, unknown, and the hatch of what depends on the unknown.

A state is a shape and a word, and only then a colour. The shapes are drawn once a page (:func:`sprite`)
and referred to from then on.
"""

from __future__ import annotations

from typing import Final, Literal

from markupsafe import Markup

from paget.figures.svg import element

State = Literal["yes", "no", "unknown"]

HATCH: Final = "url(#hatch)"
"""Fill of what depends on something unknown."""

_IDS: Final = {"yes": "g-yes", "no": "g-no", "unknown": "g-unk"}

_SPRITE: Final = Markup(
    '<svg class="sprite" aria-hidden="true"><defs>'
    '<symbol id="g-yes" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" class="f"/>'
    '<path d="M4.6 8.3 7 10.7 11.4 5.7" class="ck"/></symbol>'
    '<symbol id="g-no" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.4" class="l-no"/>'
    '<path d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2" class="l-no"/></symbol>'
    '<symbol id="g-unk" viewBox="0 0 16 16">'
    '<circle cx="8" cy="8" r="6.6" class="l-u" stroke-dasharray="3.3 1.9"/>'
    '<path d="M5.9 6.3c0-1.3 1-2.1 2.2-2.1s2.1.8 2.1 1.9c0 1.5-2 1.6-2 3.2" class="l-u"/>'
    '<circle cx="8.2" cy="11.7" r="1" class="f-u"/></symbol>'
    '<pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<line x1="0" y1="0" x2="0" y2="4" class="hatch-l"/></pattern>'
    "</defs></svg>"
)


def sprite() -> Markup:
    """The shapes that a page refers to; stands once, first in its body."""
    return _SPRITE


def glyph(state: State, label: str = "") -> Markup:
    """The shape of a state; hidden from screen readers when its word stands beside it.

    Args:
        state: yes, no or unknown.
        label: what it says when no word stands beside it.

    >>> glyph("yes")
    Markup('<svg class="g" aria-hidden="true"><use href="#g-yes"/></svg>')
    """
    shape = element("use", href=f"#{_IDS[state]}")
    if label:
        return element("svg", shape, class_="g", role="img", aria_label=label)
    return element("svg", shape, class_="g", aria_hidden="true")
