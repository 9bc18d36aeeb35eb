"""Where the lesions are: the body from the front, the liver's segments beside it, diameters to scale.

Filled: tumour of known size. Dashed and amber: its nature, number or size is unknown. A cross: removed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from paget.figures import body_outline as body
from paget.figures.canvas import cross
from paget.figures.lanes import spread
from paget.figures.liver_inset import liver_inset
from paget.figures.spots import SINGLE, Spot, around, mark, one_line, radius_of, together
from paget.figures.svg import element, figure, line, named, number, path, text, width_of


@dataclass(frozen=True, slots=True)
class Primary:
    """The primary tumour, with one or two lines about it."""

    organ: str
    location: str
    laterality: str
    says: tuple[str, ...]
    gone: bool


@dataclass(frozen=True, slots=True)
class BodyMap:
    """All that the map shows, with what it says to someone who cannot see it."""

    spots: tuple[Spot, ...]
    primaries: tuple[Primary, ...]
    title: str
    description: str


@dataclass(slots=True)
class _Label:
    x: float
    y: float
    radius: float
    words: str
    more: str
    colour: str


WIDTH: Final = 432
_HEIGHT: Final = 318
_COLUMN: Final = 236
_LINE: Final = 15
_SIDE: Final = "side unknown"
_CORNER: Final = 96.0  # px beside the neck
_SIDED: Final = frozenset({"lung", "kidney", "adrenal"})


def body_map(shown: BodyMap, key: str) -> Markup:
    """Draw the map.

    Args:
        shown: what to draw.
        key: names the figure, unique in its page.
    """
    return _Map(shown, key).draw()


class _Map:
    """The drawing under way."""

    def __init__(self, shown: BodyMap, key: str) -> None:
        self.shown, self.key = shown, key
        self.organs = {spot.organ for spot in shown.spots} | {primary.organ for primary in shown.primaries}
        self.has_head = any(body.is_in_head(organ) for organ in self.organs)
        self.has_inset = any(spot.organ == "liver" and not spot.gone for spot in shown.spots)
        self.parts: list[Markup] = []
        self.leaders: list[Markup] = []
        self.labels: list[_Label] = []
        self.top = float(body.HEAD_TOP) if self.has_head else 0.0
        self.bottom = float(_HEIGHT)
        self.under_inset = float(_HEIGHT)

    def draw(self) -> Markup:
        self._outlines()
        under = len(self.parts)
        for primary in self.shown.primaries:
            self._primary(primary)
        self._spots()
        if self.has_inset:
            inset, self.under_inset = liver_inset(
                [s for s in self.shown.spots if s.organ == "liver"], self.key
            )
            self.parts += inset
        self._place_labels()
        self.parts[under:under] = self.leaders  # under the lesions, over the organs
        self.parts.append(text(0, self.bottom - 6, "R", "t-3"))
        self.parts.append(text(214, self.bottom - 6, "L", "t-3"))
        if any(spot.mm is not None and not spot.gone for spot in self.shown.spots):
            self.parts.append(text(WIDTH, self.bottom - 6, "Diameters to scale", "t-s t-3", "end"))
        return figure(
            self.parts, width=WIDTH, height=self.bottom - self.top, top=self.top, key=self.key,
            title=self.shown.title, description=self.shown.description,
        )  # fmt: skip

    def _outlines(self) -> None:
        draw = self.parts.append
        if self.has_head:
            draw(path(body.HEAD, "body-l"))
            draw(path(body.BRAIN, "organ"))
            draw(path(body.BRAIN_MIDLINE, "seg"))
        for outline in body.BODY:
            draw(path(outline, "body-l"))
        if self.organs & {"bone", "bone marrow", "spinal cord"}:
            draw(path(body.SPINE, "seg"))
        for outline in body.LUNGS:
            draw(path(outline, "organ"))
        draw(path(body.FISSURES, "seg"))
        for organ, outlines in body.PAIRED.items():
            if organ in self.organs or (organ == "kidney" and "adrenal" in self.organs):
                for outline in outlines:
                    draw(path(outline, "organ"))
        liver = element("path", d=body.LIVER, class_="organ-2")
        at = f"translate({number(body.LIVER_AT[0])},{number(body.LIVER_AT[1])}) scale({body.PX_PER_MM})"
        draw(element("g", liver, transform=at))
        if self.organs & {"rectum", "rectosigmoid junction", "anus", "colon"}:
            draw(path(body.RECTUM, "l-thin"))

    def _primary(self, primary: Primary) -> None:
        x, y = body.place_of(primary.organ, primary.location, primary.laterality)
        if primary.gone:
            self.parts.append(cross(x, y, 5))
        else:
            self.parts.append(path(f"M{number(x)} {number(y - 6)} l6 6 l-6 6 l-6 -6z", "les"))
        side = body.is_side_unknown(primary.organ, primary.location, primary.laterality)
        name = f"{primary.says[0]}, {_SIDE}" if side else primary.says[0]
        self.labels.append(_Label(x, y, 6, name, ", ".join(primary.says[1:]), "t-2"))

    def _spots(self) -> None:
        """Lesions at their places, beside each other where two share one; a label each, or one an organ."""
        organs = [spot.organ for spot in self.shown.spots]
        crowded = [organ for organ in dict.fromkeys(organs) if organs.count(organ) > SINGLE]
        in_inset = {"liver"} if self.has_inset else set()
        taken: dict[tuple[float, float], int] = {}
        for spot in self.shown.spots:
            place = body.place_of(spot.organ, spot.location, spot.laterality)
            turn = taken.get(place, 0)
            taken[place] = turn + 1
            radius = radius_of(spot, body.PX_PER_MM)
            x, y = around(place, turn, 7 if spot.organ == "adrenal" else 9)
            self.parts.append(mark(spot, x, y, radius))
            if spot.organ not in in_inset and spot.organ not in crowded:
                words, more, colour = _words(spot)
                if body.is_side_unknown(spot.organ, spot.location, spot.laterality):
                    more = f"{more}, {_SIDE}" if more else _SIDE
                self.labels.append(_Label(x, y, radius, words, more, colour))
        for organ in crowded:
            if organ not in in_inset:
                x, y = body.place_of(organ, "", "right" if organ in _SIDED else "")
                self.labels.append(_Label(x, y, 3, *together(organ, self.shown.spots)))

    # Labels

    def _place_labels(self) -> None:
        """Above the right shoulder for the patient's right side, else in a column at the reader's right."""
        left = [one for one in self.labels if one.x < 100 and one.y < 170 and _width(one) <= _CORNER]
        right = [label for label in self.labels if label not in left]
        high = [label for label in right if label.y < 140 or not self.has_inset]
        low = [label for label in right if label not in high]
        self._corner(left)
        self._column(high, self.top + 13, 42.0 if self.has_inset else 292.0)
        self._below(low)

    def _corner(self, labels: list[_Label]) -> None:
        """One below the other above the shoulder; the figure grows upward when they need it."""
        rows = sum(2 if label.more else 1 for label in labels)
        y = 13.0 if not self.has_head else self.top + 13
        if labels and y + (rows - 1) * _LINE > 30:
            y = 28.0 - (rows - 1) * _LINE
            self.top = min(self.top, y - 13)
        for label in sorted(labels, key=lambda label: label.y):
            bottom = y + (_LINE if label.more else 0)
            self._leader(label, min(_width(label) * 0.7, 40.0), bottom + 4)
            self._label(label, 0, y)
            y = bottom + _LINE

    def _column(self, labels: list[_Label], low: float, high: float) -> None:
        """In a column, each as near to its place as there is room."""
        ordered = sorted(labels, key=lambda label: label.y)
        apart = _LINE * (2 if any(label.more for label in labels) else 1) + 2.0
        low = min(low, high - apart * (len(labels) - 1))
        self.top = min(self.top, low - 13) if labels else self.top
        wanted = [min(max(label.y, low), high) for label in ordered]
        placed = spread(wanted, apart, low, high)
        for label, y in zip(ordered, placed, strict=True):
            self._leader(label, _COLUMN - 4, y - 4)
            self._label(label, _COLUMN, y)

    def _below(self, labels: list[_Label]) -> None:
        """One line each, under the liver; the figure grows downward when they need it."""
        y = self.under_inset + 22
        for label in sorted(labels, key=lambda label: label.y):
            self._leader(label, _COLUMN - 4, y - 4)
            if _COLUMN + width_of(label.words, bold=True) + 6 + width_of(label.more) > WIDTH:
                self._label(label, _COLUMN, y)
                y += _LINE
            else:
                self.parts.append(named(_COLUMN, y, label.words, label.more, colour=label.colour))
            y += _LINE + 2
        if labels:
            self.bottom = max(self.bottom, y + 12)

    def _leader(self, label: _Label, x: float, y: float) -> None:
        distance = math.hypot(x - label.x, y - label.y) or 1.0
        start_x = label.x + (x - label.x) * label.radius / distance
        start_y = label.y + (y - label.y) * label.radius / distance
        class_ = "l-u-thin" if label.colour == "t-u" else "l-thin"
        self.leaders.append(line(start_x, start_y, x, y, class_))

    def _label(self, label: _Label, x: float, y: float) -> None:
        self.parts.append(text(x, y, label.words, f"t-b halo {label.colour}".strip()))
        if label.more:
            self.parts.append(text(x, y + _LINE, label.more, f"halo {label.colour or 't-2'}"))


def _width(label: _Label) -> float:
    return max(width_of(label.words, bold=True), width_of(label.more))


def _words(spot: Spot) -> tuple[str, str, str]:
    """What stands beside a lesion: its name and size, a second line where it is unknown, and the colour."""
    if spot.gone:
        return one_line(spot), "", "t-2"
    if spot.known:
        return one_line(spot), "", "" if spot.mm is not None else "t-u"
    return (one_line(spot), "unknown", "t-u") if spot.mm is not None else (spot.name, spot.says, "t-u")
