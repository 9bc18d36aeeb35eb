"""New lesions by organ as rare events: a Poisson process with organotropism and first-pass flow.

    rate_j = arrivals a year x share that arrests in organ j x permissiveness of j
    P(a new lesion in organ j within t) = 1 - exp(-rate_j t)

The portal vein leads colorectal cells to the liver first, so that its share is large; a soil that does not
permit a colony has a small permissiveness however many cells arrive.

[1] Source text on principles: liver-only colorectal disease, probability of a new extrahepatic lesion in
the next year about 0.11. The text gives no rate; 0.11 = 1 - exp(-rate) makes 0.1165, while a rate of 0.11
would give 0.104.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paget.biology.chart import Drawing, Line, lines
from paget.biology.compiling import compiled
from paget.biology.declared import Declared, Parameter
from paget.errors import BadInput
from paget.streams import exponential, patient_key, purpose, seed_key, seed_of, stream_key, unit, word
from paget.units import DAYS_PER_YEAR

PARAMETERS: Final = Declared(
    Parameter("arrivals_per_year", "1/year", 0, 1e12, "Cells that reach a capillary bed in a year."),
    Parameter("arrest_share", "1", 0, 1, "Share of them that arrests in each organ."),
    Parameter("permissiveness", "1", 0, 1, "Share of these that founds a colony in that organ."),
)
LIMITS: Final = Declared(
    *PARAMETERS.values(),
    Parameter("rate", "1/year", 0, 1e6, "New lesions a year."),
    Parameter("probability", "1", 0, 1, "Probability of at least one."),
    Parameter("days", "day", 0, 1e5, "Horizon."),
)


def rates(
    arrivals_per_year: float, arrest_share: ArrayLike, permissiveness: ArrayLike
) -> NDArray[np.float64]:
    """New lesions a year in each organ.

    Raises:
        BadInput: a value outside its range, or shares above 1 in sum.
    """
    PARAMETERS.check(
        arrivals_per_year=arrivals_per_year, arrest_share=arrest_share, permissiveness=permissiveness
    )
    share = np.asarray(arrest_share, float)
    if share.sum() > 1 + 1e-12:
        raise BadInput(
            "arrest_share is above 1 in sum", where="arrest_share", mend="shares of the same cells"
        )
    return np.asarray(arrivals_per_year * share * np.asarray(permissiveness, float))


def of(values: Any) -> dict[str, float]:
    """New lesions a year by organ, of a parameter file."""
    found = rates(values["arrivals_per_year"], values["arrest_share"], values["permissiveness"])
    return dict(zip(values.organs, (float(one) for one in found), strict=True))


def probability(rate: ArrayLike, days: float = DAYS_PER_YEAR) -> Any:
    """Probability of at least one new lesion within a horizon: 1 - exp(-rate t).

    >>> round(float(probability(0.1165)), 2), round(float(probability(0.11)), 3)
    (0.11, 0.104)
    """
    LIMITS.check(rate=rate, days=days)
    return -np.expm1(-np.asarray(rate, float) * days / DAYS_PER_YEAR)[()]


def rate_for(probability: float, days: float = DAYS_PER_YEAR) -> float:
    """The rate a year that makes a probability within a horizon: -ln(1 - p) / t.

    >>> round(rate_for(0.11), 4)
    0.1165
    """
    LIMITS.check(probability=probability, days=days)
    if probability == 1 or days == 0:
        raise BadInput(
            "no finite rate", where="probability", mend="a probability below 1 and a horizon above 0"
        )
    return -math.log1p(-probability) * DAYS_PER_YEAR / days


def outside(by_organ: Mapping[str, float], organ: str, days: float = DAYS_PER_YEAR) -> float:
    """Probability of a new lesion in any organ but one, within a horizon."""
    if organ not in by_organ:
        raise BadInput("no such organ", where="organ", mend=f"there are: {', '.join(by_organ)}")
    return float(probability(math.fsum(rate for name, rate in by_organ.items() if name != organ), days))


def simulate(
    by_organ: Mapping[str, float], patients: int, *, days: float = DAYS_PER_YEAR, seed: int = 0
) -> NDArray[np.int64]:
    """New lesions of each patient in each organ, event by event.

    Returns:
        (patients, organs) counts.
    """
    LIMITS.check(days=days, rate=list(by_organ.values()))
    out = np.zeros((patients, len(by_organ)), np.int64)
    shares = np.cumsum(list(by_organ.values()))
    if shares.size and shares[-1] > 0:
        _events(seed_of(seed), purpose("colonisation"), shares, days / DAYS_PER_YEAR, out)
    return out


@compiled
def _events(seed: Any, why: Any, shares: Any, years: Any, out: Any) -> None:
    base, total = seed_key(seed), shares[-1]
    for patient in range(out.shape[0]):
        key = stream_key(patient_key(base, np.uint64(patient)), why)
        place, time = np.uint64(0), 0.0
        while True:
            time += exponential(word(key, place)) / total
            if time > years:
                break
            pick, organ = unit(word(key, place + np.uint64(1))) * total, 0
            while organ < shares.size - 1 and pick > shares[organ]:
                organ += 1
            out[patient, organ] += 1
            place += np.uint64(2)


def draw(by_organ: Mapping[str, float], organ: str) -> Drawing:
    """Probability of a new lesion in one organ and outside it, over five years."""
    years = np.linspace(0, 5, 100)
    inside = by_organ[organ]
    other = math.fsum(rate for name, rate in by_organ.items() if name != organ)
    return lines(
        [
            Line(f"in the {organ}", years, 1 - np.exp(-inside * years)),
            Line(f"outside the {organ}", years, 1 - np.exp(-other * years)),
        ],
        title="Probability of a new lesion (illustrative set)",
        x="years",
        y="probability",
        y_range=(0, 1),
        marks=[(1, "1 year")],
    )
