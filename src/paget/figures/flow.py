"""The flow of patients: who came in, who left by which rule, who is analysed, and how they ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from markupsafe import Markup

from paget.errors import BadInput
from paget.figures.drawn import WIDTH, Drawn, Said, finished, wide_enough
from paget.figures.numbers import Numbers
from paget.figures.shown_numbers import count
from paget.figures.svg import element, line, rect, text
from paget.figures.wrapped import LINE, widest, wrapped, written

Step = Literal["stay", "leave", "of them"]
_BIG: Final = 18.0
"""Size of the numbers of those who stay, px."""


@dataclass(frozen=True, slots=True)
class FlowStep:
    """A line of the flow.

    Attributes:
        number: how many.
        words: who they are, or by which rule they leave.
        kind: who stay; who leave; or a part of those who stayed last.
        unit: what is counted; where it changes, such as from patients to operations, nothing is subtracted.
    """

    number: float
    words: str
    kind: Step = "stay"
    unit: str = "patients"


@dataclass(frozen=True, slots=True)
class Flow:
    """All that the figure shows.

    Attributes:
        said: its words.
        steps: from the top down; the first one stays.
    """

    said: Said
    steps: tuple[FlowStep, ...]


def flow(figure: Flow, width: float = WIDTH) -> Drawn:
    """Draw the flow, each number of those who stay with a bar to scale.

    Args:
        figure: what to show.
        width: px, at least 480.

    Raises:
        BadInput: no step, or numbers that do not add up: who stay less who leave are who stay next, and parts
            are no more than their whole.

    >>> steps = (FlowStep(10, "known"), FlowStep(3, "not operated", "leave"), FlowStep(7, "analysed"))
    >>> flow(Flow(Said("Who is in it"), steps)).numbers.rows[1]
    (3, 'leave', 'not operated')
    """
    width = wide_enough(width)
    _check(figure)
    numbers = [_number(step) for step in figure.steps]
    left = max(36.0, widest(numbers, size=_BIG, bold=True)) + 12
    most = max(step.number for step in figure.steps if step.kind == "stay")
    parts: list[Markup] = []
    y = 0.0
    for place, (step, words) in enumerate(zip(figure.steps, numbers, strict=True)):
        stays = step.kind == "stay"
        y += 8 if stays and place else 0
        foot = y + (18 if stays else 14)
        if stays:
            parts.append(element("text", words, x=left - 12, y=foot, class_="t-b t-big", text_anchor="end"))
        else:
            parts.append(text(left - 12, foot, words, "t-2", "end"))
        lines = wrapped(step.words, width - left)
        parts += written(lines, left, foot, None if stays else "t-2")
        y = foot + LINE * (len(lines) - 1) + 4
        if stays:
            whole = min(width - left, 420.0)
            share = whole * step.number / most if most else 0.0
            parts.append(rect(left, y + 2, whole, 5, "f-wash2"))
            parts.append(rect(left, y + 2, share, 5, "f2"))
            parts.append(line(left + whole, y + 1, left + whole, y + 8, "ax"))
            y += 10
    return finished(
        parts,
        width=width,
        height=y + 4,
        said=figure.said,
        description=" ".join(f"{_number(step)} {step.words}." for step in figure.steps),
        numbers=Numbers(
            ("number", "step", "who"), tuple((step.number, step.kind, step.words) for step in figure.steps)
        ),
    )


def _number(step: FlowStep) -> str:
    return f"−{count(step.number)}" if step.kind == "leave" else count(step.number)


def _check(figure: Flow) -> None:
    """What is written adds up."""
    steps = figure.steps
    if not steps or steps[0].kind != "stay":
        raise BadInput("a flow begins with those who are there", where=figure.said.title)
    left, unit, named = steps[0].number, steps[0].unit, 0.0
    for step in steps[1:]:
        if step.kind == "leave":
            left -= step.number
        elif step.kind == "of them":
            named += step.number
            if named > left:
                raise BadInput(f"{count(named)} are named of {count(left)}", where=step.words)
        else:
            if step.unit == unit and step.number != left:
                raise BadInput(f"{count(step.number)} stay where {count(left)} are left", where=step.words)
            left, unit, named = step.number, step.unit, 0.0
