"""Words in lines: none is wider than there is room, and none is lost unless a number of lines is given."""

from __future__ import annotations

from markupsafe import Markup

from paget.figures.svg import text, width_of

LINE = 15.0
"""From one line of text to the next, px."""


_MARGIN = 1.045
"""How much wider letters may be than :func:`paget.figures.svg.width_of` takes them for."""

_WIDE = {"−": 0.24, "→": 0.25, "←": 0.25, "…": 0.4, "%": 0.35, "=": 0.24, "<": 0.24, ">": 0.24, "+": 0.24}
"""What some signs are wider than a letter, em."""


def text_width(words: str, size: float = 12, *, bold: bool = False) -> float:
    """The width of a text in the widest of the fonts, px.

    >>> text_width("−0.33") > text_width("0.33")
    True
    """
    more = sum(_WIDE.get(letter, 0.42 if letter >= "\u2e80" else 0.0) for letter in words)
    return _MARGIN * width_of(words, size, bold=bold) + more * size


def wrapped(words: str, room: float, *, size: float = 12, bold: bool = False, most: int = 0) -> list[str]:
    """The lines of a text.

    Args:
        words: the text.
        room: width in px.
        size: of the letters, px.
        bold: whether they are.
        most: at most so many lines, the last one ending in an ellipsis when words were lost; 0: any number.

    >>> wrapped("Overall survival by risk", 110)
    ['Overall survival', 'by risk']
    >>> wrapped("Overall survival by risk", 90, most=1)
    ['Overall sur…']
    """

    def fits(line: str) -> bool:
        return text_width(line, size, bold=bold) <= room

    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if fits(longer):
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:  # a word that is wider than the line is cut
            if lines[-1] and not fits(lines[-1] + letter):
                lines.append("")
            lines[-1] += letter
    if most and len(lines) > most:
        last = " ".join(lines[most - 1 :])
        while last and not fits(last + "…"):
            last = last[:-1].rstrip()
        lines = [*lines[: most - 1], last + "…"]
    return lines


def written(
    lines: list[str], x: float, y: float, class_: str | None = None, anchor: str | None = None
) -> list[Markup]:
    """The lines drawn, the first one's foot at y."""
    return [text(x, y + LINE * place, line, class_, anchor) for place, line in enumerate(lines) if line]


def widest(labels: list[str], size: float = 12, *, bold: bool = False) -> float:
    """The width of the widest of some labels, px."""
    return max((text_width(label, size, bold=bold) for label in labels), default=0.0)
