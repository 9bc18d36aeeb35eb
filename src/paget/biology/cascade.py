"""The metastatic cascade: shed, survive, arrest, extravasate, colonise; a chain of thinnings.

Each step passes a cell with its probability; clones differ by a factor on the step that fitness decides,
the niche and immune surveillance stand in the last. The product q of the steps thins the count: a Poisson
number of shed cells of mean m leaves a Poisson number of colonies of mean m q. Patients who differ (gamma
of shape k) make it negative binomial; competence that arose by mutation while the primary grew makes it
Luria-Delbrueck.

    G_colonies(z) = G_shed(1 - q + q z)

[1] Source text on principles: a series of probabilistic bottlenecks; millions shed, a tiny fraction
establish.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from paget.biology import counts
from paget.biology.chart import Drawing, bars
from paget.biology.compiling import compiled
from paget.biology.declared import Declared, Parameter
from paget.errors import BadInput
from paget.streams import exponential, patient_key, purpose, seed_key, seed_of, stream_key, unit, word

PARAMETERS: Final = Declared(
    Parameter("shed_cells", "cell", 0, 1e15, "Cells shed while the primary stood."),
    Parameter("survive", "1", 0, 1, "Share that survives in the circulation."),
    Parameter("arrest", "1", 0, 1, "Share of these that arrests in a capillary bed."),
    Parameter("extravasate", "1", 0, 1, "Share of these that leaves the vessel."),
    Parameter("colonise", "1", 0, 1, "Share of these that founds a growing colony in that niche."),
    Parameter("escape", "1", 0, 1, "Share of these that the immune system does not remove."),
    Parameter("shape", "1", 0, 1e9, "How alike patients are: shape of the gamma of the mean.", above=True),
)
_ROUNDED: Final = 1e-9  # by how much shares may miss 1
STEPS: Final = ("survive", "arrest", "extravasate", "colonise", "escape")


@dataclass(frozen=True, slots=True)
class Cascade:
    """A chain of thinnings.

    Attributes:
        shed_cells: mean number of cells shed.
        steps: probability of each step.
        fitness: (share, factor) of each clone; the factor multiplies the probability of founding a colony.
    """

    shed_cells: float
    steps: tuple[float, ...]
    fitness: tuple[tuple[float, float], ...] = ((1.0, 1.0),)

    def __post_init__(self) -> None:
        PARAMETERS.check(shed_cells=self.shed_cells)
        for value in self.steps:
            counts.LIMITS.check(q=value)
        counts.LIMITS.check(q=[share for share, _ in self.fitness])
        if not self.steps:
            raise BadInput("a chain has steps", where="steps", mend="a probability from 0 to 1 for each")
        if abs(math.fsum(share for share, _ in self.fitness) - 1) > _ROUNDED:
            raise BadInput("shares of clones do not add up to 1", where="fitness", mend="shares of all cells")
        if not all(0 <= self.steps[-1] * factor <= 1 for _, factor in self.fitness):
            raise BadInput(
                "a clone's probability of the last step is none",
                where="fitness",
                mend="factors of 0 or more with which the last step stays from 0 to 1",
            )

    @property
    def passing(self) -> float:
        """The share of shed cells that found a colony, over all clones."""
        return math.prod(self.steps) * math.fsum(share * factor for share, factor in self.fitness)

    @property
    def mean(self) -> float:
        """Expected colonies."""
        return self.shed_cells * self.passing

    def after(self) -> tuple[float, ...]:
        """Expected cells that are left: shed, then after each step."""
        left, found = self.shed_cells, [self.shed_cells]
        for step in self.steps[:-1]:
            left *= step
            found.append(left)
        return (*found, self.mean)

    def colonies(self, most: int, shape: float = math.inf) -> NDArray[np.float64]:
        """Probability of 0 to ``most`` colonies.

        Args:
            most: largest count.
            shape: how alike patients are; infinite: all alike (Poisson).

        >>> chain = Cascade(1e6, (1e-3, 0.1, 0.1, 0.1, 0.5))
        >>> round(chain.mean, 3), round(float(chain.colonies(3)[0]), 4)       # exp(-0.5)
        (0.5, 0.6065)
        """
        if math.isinf(shape):  # thinned Poisson is Poisson; written so, no digits are lost in 1 - q
            return counts.probabilities_of(counts.poisson(self.mean), most)
        return counts.probabilities_of(counts.negative_binomial(self.mean, shape), most)

    def draw(self) -> Drawing:
        """Cells left after each step, as powers of ten."""
        names = ("shed", *STEPS[: len(self.steps)])
        found = [
            (name, math.log10(max(left, 1e-3)) + 3) for name, left in zip(names, self.after(), strict=True)
        ]
        shown = {name: left for (name, _), left in zip(found, self.after(), strict=True)}
        return bars(
            [(f"{name} {shown[name]:.3g}", height) for name, height in found],
            title="Cells left after each step, in powers of ten above a thousandth",
            y="powers of ten",
            words="{:.1f}",
        )


def of(values: Any) -> Cascade:
    """The chain of a parameter file."""
    return Cascade(float(values["shed_cells"]), tuple(float(values[step]) for step in STEPS))


def simulate(chain: Cascade, patients: int, *, seed: int = 0) -> NDArray[np.int64]:
    """Colonies of each patient, cell by cell through each step; for chains of few thousand cells.

    Returns:
        (patients,) counts.
    """
    out = np.zeros(patients, np.int64)
    shares = np.cumsum([share for share, _ in chain.fitness])
    factors = np.asarray([factor for _, factor in chain.fitness], float)
    _through(
        seed_of(seed), purpose("cascade"), chain.shed_cells, np.asarray(chain.steps), shares, factors, out
    )
    return out


def simulate_clones(
    clones: float, q: float, patients: int, *, seed: int = 0, most: int = 10_000
) -> NDArray[np.int64]:
    """Colonies when competence arose by mutation while the primary grew exponentially (Luria-Delbrueck).

    Each clone's size is n with probability 1 / (n (n + 1)), the law of a clone that began at a random
    doubling of its parent population; each of its cells founds a colony with probability q.

    Args:
        clones: expected competent clones.
        q: share of competent cells that found a colony.
        patients: how many.
        seed: of the streams.
        most: counting stops there.
    """
    counts.LIMITS.check(clones=clones, q=q)
    out = np.zeros(patients, np.int64)
    _of_clones(seed_of(seed), purpose("clones"), clones, q, most, out)
    return out


@compiled
def _through(seed: Any, why: Any, mean: Any, steps: Any, shares: Any, factors: Any, out: Any) -> None:
    base = seed_key(seed)
    for patient in range(out.size):
        key = stream_key(patient_key(base, np.uint64(patient)), why)
        place, waited = np.uint64(0), 0.0
        while True:
            place += np.uint64(1)
            waited += exponential(word(key, place))
            if waited > mean:
                break
            place += np.uint64(1)
            pick, clone = unit(word(key, place)) * shares[-1], 0
            while clone < shares.size - 1 and pick > shares[clone]:
                clone += 1
            passed = True
            for step in range(steps.size):
                place += np.uint64(1)
                chance = steps[step] * (factors[clone] if step == steps.size - 1 else 1.0)
                if unit(word(key, place)) >= chance:
                    passed = False
                    break
            if passed:
                out[patient] += 1


@compiled
def _of_clones(seed: Any, why: Any, clones: Any, q: Any, most: Any, out: Any) -> None:
    base = seed_key(seed)
    miss = math.log1p(-q) if q < 1.0 else -np.inf
    for patient in range(out.size):
        key = stream_key(patient_key(base, np.uint64(patient)), why)
        place, waited = np.uint64(0), 0.0
        while out[patient] < most:
            place += np.uint64(1)
            waited += exponential(word(key, place))
            if waited > clones:
                break
            place += np.uint64(1)
            size, reached = math.floor(1.0 / unit(word(key, place))), 0.0
            while out[patient] < most and q > 0.0:
                place += np.uint64(1)
                skipped = 0.0 if q >= 1.0 else math.floor(-exponential(word(key, place)) / miss)
                reached += skipped + 1.0
                if reached > size:
                    break
                out[patient] += 1


def draw_counts(means: Sequence[float] = (0.5, 2.0), shape: float = 0.5, most: int = 8) -> Drawing:
    """Probability of counts: all patients alike, against patients who differ; the mean being the same."""
    mean = means[-1]
    alike = counts.probabilities_of(counts.poisson(mean), most)
    differ = counts.probabilities_of(counts.negative_binomial(mean, shape), most)
    return bars(
        [(str(n), float(p)) for n, p in enumerate(alike)],
        others=[("", float(p)) for p in differ],
        title=f"Colonies, mean {mean:g}: patients alike (dark) and different (light)",
        y="probability",
        words="{:.2f}",
    )
