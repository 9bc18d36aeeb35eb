"""Forest plot: ratios or differences with intervals, a row each, on one axis with a line of no difference."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from paget.errors import BadInput
from paget.figures.drawn import WIDTH, Drawn, Said, finished, wide_enough
from paget.figures.numbers import Cell, Numbers
from paget.figures.ratio_axis import RatioAxis, ratio_axis
from paget.figures.shown_numbers import Estimate, ratio, signed
from paget.figures.svg import line, number, path, rect, text
from paget.figures.wrapped import LINE, text_width, widest, wrapped, written

_ROW: Final = 25.0
_LARGEST: Final = 16.0
"""Side of the largest square, px."""
_SMALLEST: Final = 5.0
_INDENT: Final = 12.0
_NARROWEST: Final = 110.0
"""The least width of the plot, px."""


@dataclass(frozen=True, slots=True)
class ForestRow:
    """A row.

    Attributes:
        name: of what is compared.
        estimate: the ratio or difference; None for a heading.
        cells: what stands in the columns beside the name.
        weight: area of the square; None for all alike.
        reference: the level with which others are compared; it has no estimate of its own.
        pooled: of all rows together, drawn as a diamond.
        refused: not to be believed: dashed, in the colour of refusal.
        level: of the factor whose heading stands above.
    """

    name: str
    estimate: Estimate | None = None
    cells: tuple[str, ...] = ()
    weight: float | None = None
    reference: bool = False
    pooled: bool = False
    refused: bool = False
    level: bool = False


@dataclass(frozen=True, slots=True)
class Forest:
    """All that the figure shows.

    Attributes:
        said: its words.
        measure: what is estimated: "Hazard ratio".
        rows: from the top down.
        what: heading of the names.
        columns: headings of the cells.
        interval: of the bounds.
        log: whether it is a ratio, on a log axis around 1; else a difference around 0.
        less, more: what lies left and right of no difference, or "".
        weighs: what the weights are.
    """

    said: Said
    measure: str
    rows: tuple[ForestRow, ...]
    what: str = "Factor"
    columns: tuple[str, ...] = ()
    interval: str = "95 %"
    log: bool = True
    less: str = ""
    more: str = ""
    weighs: str = "the weight"


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where each column stands, px."""

    name: float
    cells: tuple[float, ...]
    left: float
    right: float
    value: float
    bounds: float
    width: float


def forest(figure: Forest, width: float = WIDTH) -> Drawn:
    """Draw the rows.

    Args:
        figure: what to show.
        width: px, at least 480; the figure is wider when its words leave no room for the plot.

    Raises:
        BadInput: no row, or a ratio that is not above 0.

    >>> rows = (ForestRow("CEA over 200", Estimate(1.47, 1.14, 1.89)),)
    >>> "1.14 to 1.89" in forest(Forest(Said("Hazard of death"), "Hazard ratio", rows)).svg
    True
    """
    width = wide_enough(width)
    estimates = [row.estimate for row in figure.rows if row.estimate]
    if not figure.rows:
        raise BadInput("there is nothing to compare", where=figure.said.title)
    if figure.log and any(one.value < 0 for one in estimates):
        raise BadInput("a ratio is below 0", where=figure.said.title, mend="log=False for differences")
    place = _columns(figure, width)
    width = place.width
    axis = ratio_axis(estimates, place.left, place.right, log=figure.log)
    parts = [text(0, 12, figure.what, "t-2")]
    parts += [text(x, 12, name, "t-2", "end") for x, name in zip(place.cells, figure.columns, strict=True)]
    parts.append(text(place.value, 12, f"{figure.measure}, {figure.interval}", "t-2"))
    top = 20.0
    parts.append(line(0, top, width, top, "ax"))
    foot = top + 4
    rows: list[Markup] = []
    most = max((row.weight or 0.0 for row in figure.rows), default=0.0)
    for row in figure.rows:
        drawn, foot = _row(figure, row, place, axis, foot, most)
        rows += drawn
    foot += 4
    for tick in axis.ticks:
        none = tick == axis.none
        parts.append(line(axis.x(tick), top, axis.x(tick), foot, "ax" if none else "grid"))
        parts.append(text(axis.x(tick), foot + 15, axis.label(tick), "t-2", "middle"))
    foot += 20
    words, foot = _directions(figure, axis, foot)
    said = Said(
        figure.said.title,
        figure.said.description,
        (*_notes(figure, axis), *figure.said.notes),
        figure.said.overrides,
    )
    return finished(
        [*parts, *rows, *words],
        width=width,
        height=foot,
        said=said,
        description=_description(figure),
        numbers=_numbers(figure),
    )


def _columns(figure: Forest, width: float) -> _Columns:
    values = [_value(figure, row.estimate) for row in figure.rows if row.estimate]
    bounds = [_bounds(figure, row.estimate) for row in figure.rows if row.estimate]
    value = text_width(figure.measure + figure.interval) + 12
    bold = widest(values, bold=True) + 8
    right = max(value, bold + widest(bounds), 60.0)
    names = max(widest([row.name for row in figure.rows], bold=True) + _INDENT, text_width(figure.what) + 8)
    cells = [
        max(text_width(name), widest([row.cells[k] for row in figure.rows if row.cells])) + 14
        for k, name in enumerate(figure.columns)
    ]
    room = max(90.0, min(names, width - right - max(150.0, width * 0.3) - sum(cells) - 40))
    width = max(width, room + sum(cells) + _NARROWEST + right + 40)
    at, ends = room, []
    for each in cells:
        at += each
        ends.append(at)
    left = at + 20
    return _Columns(
        room - 4, tuple(ends), left, width - right - 20, width - right, width - right + bold, width
    )


def _row(
    figure: Forest, row: ForestRow, place: _Columns, axis: RatioAxis, top: float, most: float
) -> tuple[list[Markup], float]:
    indent = _INDENT if row.level else 0.0
    bold = not row.level
    names = wrapped(row.name, place.name - indent, bold=bold)
    height = max(_ROW, LINE * len(names) + 8)
    middle = top + height / 2
    class_ = "t-no" if row.refused else None
    name_class = " ".join(part for part in (class_, "t-b" if bold else "") if part) or None
    foot = middle + 4 - LINE * (len(names) - 1) / 2
    parts = written(names, indent, foot, name_class)
    for x, cell in zip(place.cells, row.cells, strict=False):
        parts.append(text(x, middle + 4, cell, None, "end"))
    if row.reference:
        parts.append(text(place.value, middle + 4, "reference", "t-2"))
        parts.append(line(axis.x(axis.none), middle - 4, axis.x(axis.none), middle + 4, "l"))
    elif row.estimate is not None:
        value_class = "t-b t-no" if row.refused else "t-b"
        parts.append(text(place.value, middle + 4, _value(figure, row.estimate), value_class))
        parts.append(text(place.bounds, middle + 4, _bounds(figure, row.estimate), "t-2"))
        parts += _mark(row, row.estimate, axis, middle, most)
    return parts, top + height


def _mark(row: ForestRow, one: Estimate, axis: RatioAxis, y: float, most: float) -> list[Markup]:
    """The interval with its square, diamond or circle; arrows where it leaves the axis."""
    if not math.isfinite(one.value):
        return []
    kind = "l-no" if row.refused else "l"
    parts = []
    x = axis.x(one.value)
    if one.has_interval:
        low, high = axis.x(one.lower), axis.x(one.upper)
        if row.pooled:
            corners = (
                f"M{number(low)} {number(y)}L{number(x)} {number(y - 6)}"
                f"L{number(high)} {number(y)}L{number(x)} {number(y + 6)}Z"
            )
            return [path(corners, "f")]
        parts.append(line(low, y, high, y, kind, "4 3" if row.refused else None))
        if axis.is_below(one.lower):
            parts.append(path(f"M{number(low + 5)} {number(y - 4)}l-5 4l5 4", kind))
        if axis.is_above(one.upper):
            parts.append(path(f"M{number(high - 5)} {number(y - 4)}l5 4l-5 4", kind))
    if axis.is_below(one.value) or axis.is_above(one.value):
        return parts
    side = _LARGEST * 0.6 if row.weight is None or most <= 0 else _LARGEST * math.sqrt(row.weight / most)
    side = max(_SMALLEST, side)
    parts.append(rect(x - side / 2, y - side / 2, side, side, "f-no" if row.refused else "f"))
    return parts


def _directions(figure: Forest, axis: RatioAxis, foot: float) -> tuple[list[Markup], float]:
    """What lies left and right of no difference, under the axis, in as many lines as that needs."""
    parts: list[Markup] = []
    none, lines = axis.x(axis.none), 0
    for words, anchor, at, room in (
        (figure.less, "end", none - 8, max(none - 8, 60.0)),
        (figure.more, "start", none + 8, max(axis.right + 150 - none, 60.0)),
    ):
        if words:
            arrow = f"← {words}" if anchor == "end" else f"{words} →"
            told = wrapped(arrow, room, size=11)
            parts += written(told, at, foot + 12, "t-3 t-s", anchor)
            lines = max(lines, len(told))
    return parts, foot + LINE * lines + 2


def _value(figure: Forest, one: Estimate) -> str:
    if math.isnan(one.value):
        return "not estimated"
    return ratio(one.value, fine=_is_fine(one)) if figure.log else signed(one.value)


def _bounds(figure: Forest, one: Estimate) -> str:
    if math.isnan(one.value) or math.isnan(one.lower) or math.isnan(one.upper):
        return ""
    if figure.log:
        return " to ".join(ratio(bound, fine=_is_fine(one)) for bound in (one.lower, one.upper))
    return f"{signed(one.lower)} to {signed(one.upper)}"


def _is_fine(one: Estimate) -> bool:
    """Whether two decimals are too few: a ratio near 1 with a narrow interval, as of a year of age."""
    return one.upper - one.lower < 0.06 and 0.9 < one.value < 1.1


def _notes(figure: Forest, axis: RatioAxis) -> list[str]:
    notes = ["Log axis."] if figure.log else []
    if any(row.weight is not None for row in figure.rows):
        notes.append(f"Square: its area is {figure.weighs}.")
    bounds = [b for r in figure.rows if r.estimate for b in (r.estimate.lower, r.estimate.upper)]
    if any(axis.is_below(bound) or axis.is_above(bound) for bound in bounds):
        notes.append("Arrow: the interval goes on.")
    return [" ".join(notes)] if notes else []


def _description(figure: Forest) -> str:
    said = []
    for row in figure.rows:
        if row.estimate:
            bounds = _bounds(figure, row.estimate)
            value = _value(figure, row.estimate)
            said.append(f"{row.name}: {value} ({bounds})." if bounds else f"{row.name}: {value}.")
    return f"{figure.measure}, {figure.interval} interval. " + " ".join(said)


def _numbers(figure: Forest) -> Numbers:
    columns = (figure.what, *figure.columns, figure.measure, "lower", "upper", "weight")
    rows: list[tuple[Cell, ...]] = []
    heading = ""
    for row in figure.rows:
        one = row.estimate or Estimate(axis_none(figure) if row.reference else math.nan)
        cells = row.cells or ("",) * len(figure.columns)
        name = f"{heading}, {row.name}" if row.level and heading else row.name
        if not row.level:
            heading = row.name
        if row.estimate or row.reference:
            rows.append((name, *cells, one.value, one.lower, one.upper, row.weight))
    return Numbers(columns, tuple(rows))


def axis_none(figure: Forest) -> float:
    """The value of no difference."""
    return 1.0 if figure.log else 0.0
