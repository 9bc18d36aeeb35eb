"""Evidence as figures: the flow of patients, comparisons beside the refused one, moving exposure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from paget.evidence.comparison import NOT_AN_EFFECT, Comparison
from paget.evidence.followed import ENTRY
from paget.evidence.splitting import EXPOSED_FROM, with_exposure
from paget.figures.drawn import WIDTH, Drawn, Said
from paget.figures.flow import Flow, FlowStep, flow
from paget.figures.forest import Forest, ForestRow, forest
from paget.figures.shown_numbers import Estimate, count

if TYPE_CHECKING:
    from paget.evidence.derived import Derived
    from paget.evidence.exposure import Exposure
    from paget.evidence.followed import Followed
    from paget.survival.look import Look

WHY_REFUSED = "why it was refused"
_STAY = ("patients in the record", "origins", "analysed")
_WITHOUT = "without this origin"
_OF_THEM = ("events", "competing events", "censored")


def draw_flow(derived: Derived, width: float = WIDTH) -> Drawn:
    """Who is in an endpoint: patients, origins, excluded by which rule, analysed, and how they ended."""
    title = f"{derived.rule.title} from {derived.origin.title.lower()}: who is in it"
    return draw_counts(derived.flow, title, derived.notes, width)


def draw_counts(
    counts: Mapping[str, int], title: str, notes: Sequence[str] = (), width: float = WIDTH
) -> Drawn:
    """A flow by its words, as an endpoint carries it."""
    steps, told = [], []
    for words, number in counts.items():
        if words in _STAY:
            said, unit = words, "patients" if words == _STAY[0] else "origins"
            if words == "origins":
                patients = counts[_STAY[0]] - counts.get(_WITHOUT, 0)
                said = "with this origin" if number == patients else f"origins of {count(patients)} patients"
            steps.append(FlowStep(number, said, "stay", unit))
        elif words in _OF_THEM:
            steps.append(FlowStep(number, words, "of them", "origins"))
        elif words == _WITHOUT or words.startswith("excluded"):
            steps.append(FlowStep(number, words.removeprefix("excluded: "), "leave"))
        else:
            told.append(f"{words[:1].upper()}{words[1:]}: {count(number)}.")
    return flow(Flow(Said(title, notes=(*told, *notes)), tuple(steps)), width)


def draw_comparisons(
    comparisons: Sequence[Comparison], title: str, refused: Sequence[Comparison] = (), width: float = WIDTH
) -> Drawn:
    """Hazard ratios of an exposure by several methods, the refused ones dashed and named so."""
    rows = [_row(one, f"Refused: {one.method}", refused=True) for one in refused]
    for one in comparisons:
        name = f"Refused: {one.method.rsplit(': ', 1)[-1]}" if is_forced(one) else one.method
        rows.append(_row(one, name, refused=is_forced(one)))
    forced = [f"{one.method}. {one.detail[WHY_REFUSED]}" for one in comparisons if is_forced(one)]
    passed = dict.fromkeys(said for one in comparisons for said in one.overridden)
    figure = Forest(
        Said(title, notes=(NOT_AN_EFFECT,), overrides=(*forced, *passed)),
        "Hazard ratio",
        tuple(rows),
        what="Method",
        columns=("Patients", "Events"),
        less="lower hazard when exposed",
        more="higher",
    )
    return forest(figure, width)


def draw_simon_makuch(followed: Followed, exposure: Exposure, look: Look) -> Drawn:
    """Curves of the exposed and the not yet exposed; who is exposed moves from the one to the other."""
    from paget.evidence.remedies import simon_makuch
    from paget.survival.drawing import Moved, draw_curves

    frame = with_exposure(followed, exposure)
    moves = frame.filter(pl.col(EXPOSED_FROM) > pl.col(ENTRY))[EXPOSED_FROM].to_list()
    names = {0: f"No {exposure.name} yet", 1: f"After {exposure.name}"}
    title = f"{followed.name} before and after {exposure.name} (Simon-Makuch)"
    note = (
        "Each patient counts for the state in which each day was lived. The curves are no forecast of any "
        "patient, and no effect of a treatment."
    )
    whole: Look = {"names": names, "title": title, **look, "notes": (note, *look.get("notes", ()))}
    return draw_curves(simon_makuch(followed, exposure), whole, {0: Moved(f"Had {exposure.name}", moves)})


def is_forced(comparison: Comparison) -> bool:
    """Whether a comparison was refused and printed all the same."""
    return WHY_REFUSED in comparison.detail


def _row(one: Comparison, name: str, *, refused: bool) -> ForestRow:
    low, high = one.bounds()
    with np.errstate(over="ignore"):
        values = [float(np.exp(value)) for value in (one.log_hazard_ratio, low, high)]
    return ForestRow(
        name[:1].upper() + name[1:],
        Estimate(*values),
        (count(one.patients), count(one.events)),
        refused=refused,
    )
