"""Metastases seed metastases: a branching process between organs, and what treating the few does to it.

K[i, j] is the expected number of metastases that one in organ i founds in organ j over its life (the
next-generation matrix). Its spectral radius is the reproduction number R_m: above 1 the disease can grow
without bound, at or below 1 it dies out. With Poisson offspring the probabilities q of extinction, by organ
of the founder, are the smallest solution of

    q_i = exp(-sum_j K_ij (1 - q_j))

With lives of mean L_i and offspring spread evenly over them, expected numbers follow dn/dt = n (B - D),
B_ij = K_ij / L_i, D = diag(1 / L_i). Treating a share f of all lesions before they seed leaves (1 - f) R_m,
so that f = 1 - 1 / R_m is needed. R_m is a teaching value: for a patient no clinical estimate exists.

[1] Source text on oligometastatic disease: R_m > 1 spreads, the goal of metastasis-directed therapy is R_m
< 1.
[2] Diekmann O, Heesterbeek JAP, Roberts MG. J R Soc Interface 2010;7:873-885 (next-generation matrices).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paget.biology.chart import Drawing, Line, lines
from paget.biology.compiling import compiled
from paget.biology.declared import Declared, Parameter, probabilities
from paget.errors import BadInput
from paget.streams import (
    exponential,
    normals,
    patient_key,
    purpose,
    seed_key,
    seed_of,
    stream_key,
    unit,
    word,
)

Floats = NDArray[np.float64]

PARAMETERS: Final = Declared(
    Parameter("founded", "1", 0, 1e6, "Metastases that one in each organ founds over its life."),
    Parameter("spread", "1", 0, 1, "To which organ they go: a row for each organ of origin."),
    Parameter("life", "day", 0, 1e5, "Mean days for which a metastasis seeds, by organ.", above=True),
    Parameter("log_sd", "1", 0, 3, "Uncertainty: standard deviation of the log of each founded number."),
)
LIMITS: Final = Declared(
    *PARAMETERS.values(),
    Parameter("next_generation", "1", 0, 1e6, "Expected offspring by organ of parent and child."),
    Parameter("treated", "1", 0, 1, "Share of the lesions of an organ that is treated before it seeds."),
    Parameter("r_m", "1", 0, 1e6, "Reproduction number."),
    Parameter("rate", "1/day", 0, 10, "Growth rate of a lesion.", above=True),
    Parameter("delay", "day", 0, 1e5, "Days from detection to treatment."),
    Parameter("days", "day", 0, 1e5, "Time."),
    Parameter("founders", "1", 0, 1e6, "Lesions at the start, by organ."),
)
SURFACE: Final = 2 / 3  # seeding goes with the surface of a lesion: cells to the power 2/3


@dataclass(frozen=True)
class Network:
    """Organs that seed each other.

    Attributes:
        organs: names.
        next_generation: (organs, organs) expected offspring, parent by child.
        life: (organs,) mean days of seeding.
    """

    organs: tuple[str, ...]
    next_generation: Floats
    life: Floats

    def __post_init__(self) -> None:
        matrix, life = np.asarray(self.next_generation, float), np.asarray(self.life, float)
        LIMITS.check(next_generation=matrix, life=life)
        if matrix.shape != (len(self.organs),) * 2 or life.shape != (len(self.organs),):
            raise BadInput(
                "the matrix does not fit the organs",
                where="next_generation",
                mend="a row and a column an organ",
            )
        object.__setattr__(self, "next_generation", matrix)
        object.__setattr__(self, "life", life)

    @property
    def r_m(self) -> float:
        """The reproduction number: the spectral radius of the next-generation matrix.

        >>> round(Network(("liver", "lung"), [[0.5, 0.5], [0.5, 0.5]], [100, 100]).r_m, 12)
        1.0
        """
        return float(np.abs(np.linalg.eigvals(self.next_generation)).max())

    def treated(self, shares: ArrayLike) -> Network:
        """The network when a share of each organ's lesions is treated before it seeds: rows times 1 -
        share.
        """
        LIMITS.check(treated=shares)
        left = 1 - np.broadcast_to(np.asarray(shares, float), self.life.shape)
        return Network(self.organs, self.next_generation * left[:, None], self.life)

    def without(self, organ: str) -> Network:
        """The network whose lesions in one organ are all treated before they seed."""
        if organ not in self.organs:
            raise BadInput("no such organ", where="organ", mend=f"there are: {', '.join(self.organs)}")
        return self.treated([1.0 if name == organ else 0.0 for name in self.organs])

    @property
    def share_needed(self) -> float:
        """Share of all lesions to be treated before they seed so that R_m falls to 1: 1 - 1 / R_m, or 0."""
        return max(0.0, 1 - 1 / self.r_m) if self.r_m > 0 else 0.0

    def extinction(self) -> Floats:
        """(organs,) probability that the descent of one lesion dies out, Poisson offspring.

        >>> one = Network(("liver",), [[1.5]], [100])      # q = exp(-1.5 (1 - q)) has the root 0.4172
        >>> round(float(one.extinction()[0]), 4)
        0.4172
        """
        q = np.zeros(len(self.organs))
        if self.r_m <= 1:
            return q + 1.0
        for _ in range(
            100_000
        ):  # from below to the smallest solution; each step comes nearer by a factor below 1
            new = np.exp(-self.next_generation @ (1 - q))
            if np.abs(new - q).max() < 1e-15:
                return np.asarray(new)
            q = new
        return q

    def dies_out(self, founders: ArrayLike) -> float:
        """Probability that all of some present lesions and their descent die out: the product of q."""
        LIMITS.check(founders=founders)
        return float(np.prod(self.extinction() ** np.asarray(founders, float)))

    def expected(self, founders: ArrayLike, days: ArrayLike) -> Floats:
        """(times, organs) expected standing lesions over time, from some at the start."""
        LIMITS.check(founders=founders, days=days)
        from scipy.linalg import expm

        drift = self.next_generation / self.life[:, None] - np.diag(1 / self.life)
        start = np.asarray(founders, float)
        return np.asarray(
            [start @ expm(drift * float(day)) for day in np.atleast_1d(np.asarray(days, float))]
        )

    def ever(self, founders: ArrayLike) -> Floats:
        """(organs,) expected lesions ever, the founders included; infinite from R_m = 1 on."""
        start = np.asarray(founders, float)
        if self.r_m >= 1:
            return np.full(start.shape, math.inf)
        return np.asarray(start @ np.linalg.inv(np.eye(start.size) - self.next_generation))

    def simulate(
        self, founders: Sequence[int], patients: int, *, seed: int = 0, most: int = 2_000
    ) -> NDArray[np.int64]:
        """Lesions ever of each patient, generation after generation; counting stops above ``most``.

        Returns:
            (patients,) counts; one above ``most`` says that the disease did not die out.
        """
        LIMITS.check(founders=list(founders))
        out = np.zeros(patients, np.int64)
        sums = self.next_generation.sum(axis=1)
        shares = np.cumsum(self.next_generation, axis=1)
        start = np.asarray(founders, np.int64)
        _generations(seed_of(seed), purpose("network"), sums, shares, start, most, out)
        return out


def of(values: Any) -> Network:
    """The network of a parameter file: founded numbers times the matrix of spread.

    Raises:
        BadInput: a value outside its range, or a matrix that is none of probabilities.
    """
    PARAMETERS.check(founded=values["founded"], life=values["life"])
    spread = probabilities("spread", values["spread"])
    return Network(
        tuple(values.organs), np.asarray(values["founded"], float)[:, None] * spread, values["life"]
    )


def r_m_interval(
    network: Network, log_sd: float, *, draws: int = 4_000, seed: int = 0
) -> tuple[float, float, float]:
    """2.5 %, 50 % and 97.5 % of R_m when each organ's founded number is uncertain by a log-normal factor.

    This is the interval of an assumption, not of a measurement.
    """
    PARAMETERS.check(log_sd=log_sd)
    factors = np.exp(log_sd * normals(seed, range(draws), "uncertain r_m", len(network.organs)))
    found = [np.abs(np.linalg.eigvals(row[:, None] * network.next_generation)).max() for row in factors]
    low, middle, high = np.quantile(found, [0.025, 0.5, 0.975])
    return float(low), float(middle), float(high)


def cost_of_delay(delay: ArrayLike, *, rate: float, days_to_detection: float) -> Any:
    """By what factor a lesion founds more when it is treated some days after its detection.

    A lesion of exp(r t) cells seeds with its surface, so that it has founded in proportion to
    exp(2/3 r t) - 1 by day t; the factor is (exp(2/3 r (T + delay)) - 1) / (exp(2/3 r T) - 1).

    >>> float(cost_of_delay(0, rate=0.008, days_to_detection=2590))
    1.0
    """
    LIMITS.check(delay=delay, rate=rate, days=days_to_detection)
    later = np.expm1(SURFACE * rate * (days_to_detection + np.asarray(delay, float)))
    return (later / np.expm1(SURFACE * rate * days_to_detection))[()]


@compiled
def _generations(seed: Any, why: Any, sums: Any, shares: Any, founders: Any, most: Any, out: Any) -> None:
    base, organs = seed_key(seed), sums.size
    for patient in range(out.size):
        key = stream_key(patient_key(base, np.uint64(patient)), why)
        place, ever = np.uint64(0), 0
        now = founders.copy()
        while now.sum() > 0 and ever <= most:
            ever += now.sum()
            following = np.zeros(organs, np.int64)
            for organ in range(organs):
                # the offspring of n lesions together are Poisson of n times the mean of one
                mean, waited = now[organ] * sums[organ], 0.0
                while ever <= most:
                    waited += exponential(word(key, place))
                    place += np.uint64(1)
                    if waited > mean:
                        break
                    pick, child = unit(word(key, place)) * sums[organ], 0
                    place += np.uint64(1)
                    while child < organs - 1 and pick > shares[organ, child]:
                        child += 1
                    following[child] += 1
                    if following.sum() > most:
                        break
            now = following
        out[patient] = min(ever, most + 1)


def draw(network: Network, title: str = "Treating the few (teaching values)") -> Drawing:
    """R_m and the probability that one lesion's descent dies out, by the share that is treated."""
    shares = np.linspace(0, 1, 81)
    treated = [network.treated(share) for share in shares]
    q = [float(one.extinction()[0]) for one in treated]
    return lines(
        [
            Line("R_m", shares, [one.r_m for one in treated]),
            Line(f"dies out from one in the {network.organs[0]}", shares, q),
        ],
        title=title,
        x="share of lesions treated before they seed",
        y="R_m; probability",
        levels=[(1.0, "R_m = 1")],
        marks=[(network.share_needed, f"needed: {network.share_needed:.2f}")],
    )
