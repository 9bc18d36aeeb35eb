"""Flow through a vessel by Poiseuille's law: the fourth power of the radius, in series and in parallel.

    Q = pi r^4 dP / (8 mu L),   resistance R = dP / Q = 8 mu L / (pi r^4)

Resistances in series add up; of vessels in parallel the conductances do. A narrowing of the radius to the
share k over the share f of the length leaves the flow 1 / (1 - f + f / k^4) under the same pressure.
Teaching values; no advice on a vessel follows: blood is no Newtonian fluid, arteries branch and yield, and
a graft's supply is judged on the patient.

[1] Source text on salvage surgery of the head and neck: radius 20 % less, flow 0.8^4 = 0.4096.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from paget.biology.chart import Drawing, Line, lines
from paget.biology.declared import Declared, Parameter

PARAMETERS: Final = Declared(
    Parameter("viscosity", "mPa.s", 0, 100, "Viscosity of blood.", above=True),
    Parameter("pressure", "mm[Hg]", 0, 300, "Pressure along the vessel.", above=True),
)
LIMITS: Final = Declared(
    *PARAMETERS.values(),
    Parameter("radius_mm", "mm", 0, 50, "Inner radius."),
    Parameter("length_mm", "mm", 0, 10000, "Length.", above=True),
    Parameter("radius_share", "1", 0, 1, "Radius left, as a share."),
    Parameter("length_share", "1", 0, 1, "Share of the length that is narrowed."),
)
PASCALS_PER_MMHG: Final = 133.322
ML_PER_MINUTE: Final = 60e6  # a cubic metre a second, in mL/min


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight piece of vessel.

    Attributes:
        radius_mm: inner radius.
        length_mm: length.
    """

    radius_mm: float
    length_mm: float

    def __post_init__(self) -> None:
        LIMITS.check(radius_mm=self.radius_mm, length_mm=self.length_mm)


def resistance(segment: Segment, viscosity: float) -> float:
    """Resistance, Pa s / m^3; infinite when closed.

    Args:
        segment: the piece.
        viscosity: mPa s.
    """
    LIMITS.check(viscosity=viscosity)
    fourth = (segment.radius_mm * 1e-3) ** 4
    if fourth == 0:
        return math.inf
    return 8 * viscosity * 1e-3 * segment.length_mm * 1e-3 / (math.pi * fourth)


def flow(segments: Sequence[Segment], *, viscosity: float, pressure: float) -> float:
    """Flow through pieces one after the other, mL/min.

    >>> one = flow([Segment(1, 100)], viscosity=3.5, pressure=90)
    >>> round(flow([Segment(0.8, 100)], viscosity=3.5, pressure=90) / one, 4)
    0.4096
    """
    LIMITS.check(pressure=pressure)
    total = sum(resistance(one, viscosity) for one in segments)
    return pressure * PASCALS_PER_MMHG / total * ML_PER_MINUTE if math.isfinite(total) else 0.0


def parallel_flow(vessels: Sequence[Sequence[Segment]], *, viscosity: float, pressure: float) -> float:
    """Flow through vessels side by side under the same pressure, mL/min: the sum of theirs."""
    return math.fsum(flow(one, viscosity=viscosity, pressure=pressure) for one in vessels)


def through_flap(
    recipients: Mapping[str, Sequence[Segment]],
    pedicle: Sequence[Segment],
    *,
    viscosity: float,
    pressure: float,
) -> dict[str, float]:
    """Flow through a flap's pedicle when it is joined to each of some recipient vessels, mL/min.

    Recipient and pedicle lie in series, so that the narrower of the two rules: where the pedicle's own
    resistance prevails, a recipient's radius matters less than its fourth power. A teaching value; no advice
    on a vessel follows.

    Args:
        recipients: by name the pieces of each vessel, one after the other.
        pedicle: the pieces of the flap's own vessel.
        viscosity: mPa s.
        pressure: mm Hg along both together.

    Returns:
        By name the flow, the largest first.

    >>> side = {"irradiated": [Segment(0.96, 40)], "outside the field": [Segment(1.2, 40)]}
    >>> flows = through_flap(side, [Segment(1.0, 60)], viscosity=3.5, pressure=90)
    >>> list(flows), round(flows["irradiated"] / flows["outside the field"], 3)
    (['outside the field', 'irradiated'], 0.74)
    """
    found = {
        name: flow([*pieces, *pedicle], viscosity=viscosity, pressure=pressure)
        for name, pieces in recipients.items()
    }
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def flow_left(radius_share: ArrayLike, length_share: ArrayLike = 1.0) -> Any:
    """Share of the flow that a narrowing leaves, the pressure being the same: 1 / (1 - f + f / k^4).

    Args:
        radius_share: k, the radius left.
        length_share: f, how much of the length is narrowed.

    >>> round(float(flow_left(0.8)), 4), round(float(flow_left(0.8, 0.1)), 3)
    (0.4096, 0.874)
    """
    LIMITS.check(radius_share=radius_share, length_share=length_share)
    k, f = np.asarray(radius_share, float), np.asarray(length_share, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        more = np.where(f > 0, f / k**4, 0.0)
        return (1 / (1 - f + more))[()]


def draw() -> Drawing:
    """Flow left by a narrowing of the whole vessel, of a tenth and of a hundredth of its length."""
    k = np.linspace(0.2, 1, 120)
    names = ((1.0, "whole length"), (0.1, "a tenth of it"), (0.01, "a hundredth"))
    return lines(
        [Line(name, k, flow_left(k, f)) for f, name in names],
        title="Flow left by a narrowing (Poiseuille)",
        x="radius left, share",
        y="flow left, share",
        marks=[(0.8, "radius 20 % less")],
        y_range=(0, 1),
    )
