"""A laboratory of biases: cohorts of known truth, what a naive comparison makes of them, and the truth.

Times are exponential, so that each naive estimate has a closed form as well:

- immortal time: an operation after a waiting time of rate mu changes nothing. Comparing those ever operated
  with the others from diagnosis gives the rate ratio lambda / (2 lambda + mu), below one half; the truth is
  1.
- lead time: a test finds the disease L days earlier and changes nothing; survival from detection is longer
  by L.
- length time: examinations every D days find those who stay long in the silent phase; with mean m and x = D
  / m the mean of those found is m (2 - x e^-x / (1 - e^-x)); the truth is m.
- reset clocks: those with recurrence and salvage are counted anew from the salvage; disease-free time seems
  to last 1 / rho + p / rho2 on the mean; the truth is 1 / rho.

[1] Source texts: immortal time bias when survival of a salvage cohort counts from the first diagnosis;
resetting the clock after salvage.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from paget.biology.chart import Drawing, bars
from paget.biology.declared import Declared, Parameter
from paget.streams import exponentials, uniforms

Floats = NDArray[np.float64]

PARAMETERS: Final = Declared(
    Parameter("mean_survival", "day", 0, 1e5, "Mean survival from diagnosis.", above=True),
    Parameter("mean_wait", "day", 0, 1e5, "Mean wait for the operation.", above=True),
    Parameter("lead", "day", 0, 1e5, "Days by which a test finds the disease earlier."),
    Parameter("mean_sojourn", "day", 0, 1e5, "Mean days in the silent phase.", above=True),
    Parameter("between_tests", "day", 0, 1e5, "Days between two examinations.", above=True),
    Parameter("mean_to_recurrence", "day", 0, 1e5, "Mean days to recurrence.", above=True),
    Parameter("salvaged", "1", 0, 1, "Share of recurrences that is salvaged."),
    Parameter(
        "mean_to_second", "day", 0, 1e5, "Mean days from salvage to the second recurrence.", above=True
    ),
)


@dataclass(frozen=True)
class Experiment:
    """A cohort whose truth is known.

    Attributes:
        name: of the bias.
        measure: what is estimated.
        truth: its true value.
        theory: what the naive estimate tends to, in closed form.
        naive: the naive estimate in this cohort.
        standard_error: of the naive estimate.
        corrected: an estimate without the bias, in the same cohort.
        columns: a row a patient; days and 0/1.
    """

    name: str
    measure: str
    truth: float
    theory: float
    naive: float
    standard_error: float
    corrected: float
    columns: Mapping[str, NDArray[Any]]

    def __str__(self) -> str:
        return (
            f"{self.name}: {self.measure} {self.naive:.3g} (standard error {self.standard_error:.1g}), "
            f"by theory {self.theory:.3g}; the truth is {self.truth:.3g}, "
            f"without the bias {self.corrected:.3g}"
        )


def immortal_time(patients: int, *, mean_survival: float, mean_wait: float, seed: int = 0) -> Experiment:
    """Operated against not operated from diagnosis, where the operation changes nothing.

    >>> lab = immortal_time(20_000, mean_survival=400, mean_wait=400)      # theory: 1 / (2 + 1)
    >>> abs(lab.naive - 1 / 3) < 0.02, abs(lab.corrected - 1) < 0.05
    (True, True)
    """
    PARAMETERS.check(mean_survival=mean_survival, mean_wait=mean_wait)
    chance = exponentials(seed, range(patients), "immortal time", 2)
    death, wait = chance[:, 0] * mean_survival, chance[:, 1] * mean_wait
    done = wait < death
    rate_operated, rate_not = 1 / death[done].mean(), 1 / death[~done].mean()
    after, before = done.sum() / (death - wait)[done].sum(), (~done).sum() / np.minimum(death, wait).sum()
    ratio = float(rate_operated / rate_not)
    # each mean's own spread: those operated are no exponential sample
    relative = [one.std(ddof=1) / one.mean() / math.sqrt(one.size) for one in (death[done], death[~done])]
    error = ratio * math.hypot(*(float(one) for one in relative))
    columns = {"day": death, "died": np.ones(patients), "operated": np.where(done, wait, np.nan)}
    theory = mean_wait / (2 * mean_wait + mean_survival)
    return Experiment(
        "immortal time", "rate ratio", 1.0, theory, ratio, error, float(after / before), columns
    )


def lead_time(patients: int, *, mean_survival: float, lead: float, seed: int = 0) -> Experiment:
    """Mean survival from detection gained by a test that finds the disease earlier and changes nothing."""
    PARAMETERS.check(mean_survival=mean_survival, lead=lead)
    chance = exponentials(seed, range(2 * patients), "lead time", 1)[:, 0] * mean_survival
    tested = np.arange(2 * patients) < patients
    survival = chance + np.where(tested, lead, 0.0)
    gain = float(survival[tested].mean() - survival[~tested].mean())
    error = float(
        math.hypot(*(one.std(ddof=1) / math.sqrt(patients) for one in (survival[tested], survival[~tested])))
    )
    columns = {
        "day": survival,
        "died": np.ones(2 * patients),
        "tested": tested.astype(float),
        "lead": np.full(2 * patients, float(lead)),
    }
    from_symptoms = float(chance[tested].mean() - chance[~tested].mean())
    return Experiment(
        "lead time", "days gained from detection", 0.0, lead, gain, error, from_symptoms, columns
    )


def length_time(patients: int, *, mean_sojourn: float, between_tests: float, seed: int = 0) -> Experiment:
    """Mean silent phase of those whom regular examinations find."""
    PARAMETERS.check(mean_sojourn=mean_sojourn, between_tests=between_tests)
    sojourn = exponentials(seed, range(patients), "length time", 1)[:, 0] * mean_sojourn
    until_test = uniforms(seed, range(patients), "day of test", 1)[:, 0] * between_tests
    found = until_test < sojourn
    naive = float(sojourn[found].mean())
    x = between_tests / mean_sojourn
    theory = mean_sojourn * (2 - x * math.exp(-x) / -math.expm1(-x))
    error = float(sojourn[found].std(ddof=1) / math.sqrt(found.sum()))
    # weights undo the selection: the chance to be found is min(1, s / D)
    weight = 1 / np.minimum(1, sojourn[found] / between_tests)
    corrected = float((sojourn[found] * weight).sum() / weight.sum())
    columns = {"silent_days": sojourn, "found_by_test": found.astype(float)}
    return Experiment(
        "length time", "mean silent days", mean_sojourn, theory, naive, error, corrected, columns
    )


def reset_clock(
    patients: int, *, mean_to_recurrence: float, salvaged: float, mean_to_second: float, seed: int = 0
) -> Experiment:
    """Mean disease-free days when those with salvage are counted anew from the salvage."""
    PARAMETERS.check(mean_to_recurrence=mean_to_recurrence, salvaged=salvaged, mean_to_second=mean_to_second)
    chance = exponentials(seed, range(patients), "reset clock", 2)
    again = uniforms(seed, range(patients), "salvaged", 1)[:, 0] < salvaged
    first = chance[:, 0] * mean_to_recurrence
    last = first + np.where(again, chance[:, 1] * mean_to_second, 0.0)
    error = float(last.std(ddof=1) / math.sqrt(patients))
    columns = {"recurrence": first, "salvage": np.where(again, first, np.nan), "last_recurrence": last}
    theory = mean_to_recurrence + salvaged * mean_to_second
    return Experiment(
        "reset clock",
        "mean disease-free days",
        mean_to_recurrence,
        theory,
        float(last.mean()),
        error,
        float(first.mean()),
        columns,
    )


def every(values: Mapping[str, Any], patients: int = 20_000, *, seed: int = 0) -> tuple[Experiment, ...]:
    """The four experiments with the parameters of a file."""
    own = {name: float(values[name]) for name in PARAMETERS}

    def of(*names: str) -> dict[str, float]:
        return {name: own[name] for name in names}

    return (
        immortal_time(patients, seed=seed, **of("mean_survival", "mean_wait")),
        lead_time(patients, seed=seed, **of("mean_survival", "lead")),
        length_time(patients, seed=seed, **of("mean_sojourn", "between_tests")),
        reset_clock(patients, seed=seed, **of("mean_to_recurrence", "salvaged", "mean_to_second")),
    )


def draw(experiments: tuple[Experiment, ...]) -> Drawing:
    """The naive estimate as a multiple of the truth; lead time as days gained over mean survival."""
    pairs = []
    for one in experiments:
        scale = one.truth or float(np.mean(one.columns["day"]))
        pairs.append((one.name, one.naive / scale, one.corrected / scale))
    return bars(
        [(name, naive) for name, naive, _ in pairs],
        others=[("", fair) for _, _, fair in pairs],
        title="Naive estimate (dark) and one without the bias (light), truth = 1 (lead time: 0)",
        y="relative",
        words="{:.2f}",
    )
