"""Simulation against theory for the models of biology, each figure with its Monte Carlo error, at 1e7.

python benchmarks/biology_theory.py [--patients 10000000]
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator

import numpy as np
from measure import Line, save

from paget.biology import (
    bias_lab,
    cascade,
    colonisation,
    counts,
    network,
    network_course,
    parameters,
    virtual_patient,
)

FAR = 4.0
"""Standard errors: one figure in 16,000 lies further by luck; the seeds are fixed."""


def share(what: str, found: float, theory: float, n: int) -> Line:
    error = math.sqrt(max(theory * (1 - theory), 1 / n) / n)
    return of(what, found, theory, error)


def mean(what: str, values: np.ndarray, theory: float) -> Line:
    return of(what, float(values.mean()), theory, float(values.std(ddof=1)) / math.sqrt(values.size))


def of(what: str, found: float, theory: float, error: float) -> Line:
    off = (found - theory) / error
    note = f"{found:.6g} simulated, standard error {error:.2g}: {off:+.1f} errors off"
    return Line(f"theory: {what}", found, "", f"{theory:.6g}", abs(off) < FAR, note)


def branching(n: int) -> Iterator[Line]:
    shipped = network.of(parameters("network_illustrative"))
    for place, organ in enumerate(shipped.organs):
        start = [int(place == other) for other in range(len(shipped.organs))]
        ever = shipped.simulate(start, n, seed=1 + place, most=300)
        died = float((ever <= 300).mean())
        yield share(
            f"branching, extinction from one in the {organ}", died, float(shipped.extinction()[place]), n
        )
    below = shipped.treated(0.6)
    ever = below.simulate([1, 0, 0], n, seed=9).astype(float)
    yield mean(f"branching, lesions ever, R_m {below.r_m:.2f}", ever, float(below.ever([1, 0, 0]).sum()))
    for days in (365.0, 1095.0):
        found = network_course.standing(shipped, [1, 0, 0], n, days=days, seed=11)
        for place, organ in enumerate(shipped.organs):
            expected = float(shipped.expected([1, 0, 0], days)[0, place])
            yield mean(f"mean growth, standing in the {organ} on day {days:.0f}", found[:, place], expected)


def thinning(n: int) -> Iterator[Line]:
    chain = cascade.Cascade(20.0, (0.5, 0.4, 0.3), ((0.8, 0.5), (0.2, 3.0)))
    found = cascade.simulate(chain, n, seed=2)
    yield mean("Poisson thinning, mean colonies", found, chain.mean)
    for count, p in enumerate(chain.colonies(6)):
        yield share(f"Poisson thinning, {count} colonies", float((found == count).mean()), float(p), n)
    rates = colonisation.of(parameters("colonisation_illustrative"))
    seen = colonisation.simulate(rates, n, days=2 * 365.25, seed=4)
    for place, (organ, rate) in enumerate(rates.items()):
        chance = float(colonisation.probability(rate, 2 * 365.25))
        yield share(
            f"colonisation, any in the {organ} in 2 years", float((seen[:, place] > 0).mean()), chance, n
        )


def clones(n: int) -> Iterator[Line]:
    for q in (1.0, 0.1):
        found = cascade.simulate_clones(1.3, q, n, seed=3)
        theory = counts.probabilities_of(counts.thinned(counts.luria_delbrueck(1.3), q), 12)
        for count in (0, 1, 2, 5, 12):
            what = f"Luria-Delbrück, passing {q:g}, {count} cells"
            yield share(what, float((found == count).mean()), float(theory[count]), n)
        beyond = float(1 - theory.sum())
        yield share(f"Luria-Delbrück, passing {q:g}, more than 12", float((found > 12).mean()), beyond, n)


def two_states(n: int) -> Iterator[Line]:
    model = virtual_patient.of("virtual_colorectal").with_(primary_seeding=0.0)
    found = model.simulate(n, seed=5)
    hazard, slope = model.values["other_hazard"], math.log(2) / model.values["other_doubling"]
    for day in (365, 1826, 3652):
        expected = math.exp(-hazard * math.expm1(slope * day) / slope)
        yield share(f"two-state survival, alive on day {day}", found.alive_at(day), expected, n)
    constant = model.with_(other_doubling=0).simulate(n, seed=6)
    yield share("two-state survival, constant hazard", constant.alive_at(3652), math.exp(-hazard * 3652), n)


def engine(n: int) -> Iterator[Line]:
    alike = {"seeding_log_sd": 0, "primary_log_sd": 0, "patient_log_sd": 0, "lesion_log_sd": 0}
    none = {"seeding": [0, 0, 0], "largest_at_start": 1e15, "best_sensitivity": 0, "lethal_cells": 1e15}
    model = virtual_patient.of("virtual_colorectal").with_(**alike, **none, symptom_cells=1e12)
    found = model.simulate(n, seed=7).tables.counts[0] / n
    v = model.values
    rate = math.log(2) / v["primary_doubling_time"]
    expected = v["primary_seeding"] * v["primary_cells"] ** (2 / 3) / (2 / 3 * rate)
    for count in range(4):
        chance = math.exp(-expected) * expected**count / math.factorial(count)
        yield share(f"virtual patients, {count} lesions of the primary", float(found[count]), chance, n)
    for name, ceiling, doubling in (("exponential", 0, 60.0), ("Gompertz", 13, 50.0)):
        yield founded(model, n, name, ceiling, doubling)


def founded(model: virtual_patient.VirtualPatients, n: int, name: str, ceiling: int, doubling: float) -> Line:
    """Lesions founded by lesions: the integral of c N(t)^(2/3), so few that children have hardly any."""
    horizon, c = 300.0, 2e-6
    own = model.with_(
        horizon=horizon, primary_doubling_time=25.0, visits=[horizon], other_hazard=1e-12, other_doubling=0,
        doubling_time=[doubling] * 3, ceiling_log10=ceiling, seeding=[c] * 3,
    )  # fmt: skip
    ever = own.simulate(n, seed=8)
    first = own.with_(seeding=[0, 0, 0]).simulate(n, seed=8)
    back, r, limit = 2 / 3 * math.log(2) / 25, math.log(2) / doubling, ceiling * math.log(10)
    ages = np.linspace(0, 20 / back, 200_001) + horizon
    size = (1 - np.exp(-r * ages / limit)) * limit if ceiling else r * ages
    start = np.linspace(0, horizon, 20_001)
    early = (1 - np.exp(-r * start / limit)) * limit if ceiling else r * start
    until = float(np.trapezoid(np.exp(early * 2 / 3), start))
    rise = np.exp(size * 2 / 3)
    by_age = c * (until + np.concatenate([[0], np.cumsum(0.5 * (rise[1:] + rise[:-1]) * np.diff(ages))]))
    theory = float(np.trapezoid(by_age * back * np.exp(-back * (ages - horizon)), ages))
    count = ever.total("lesions") - first.total("lesions")
    per = count / first.total("lesions")
    # counts of single children: their error is that of a Poisson count
    return of(
        f"virtual patients, children of a lesion, {name} growth",
        per,
        theory,
        math.sqrt(count) / first.total("lesions"),
    )


def biases(n: int) -> Iterator[Line]:
    for one in bias_lab.every(parameters("bias_lab"), n, seed=5):
        yield of(f"bias lab, {one.name}, naive", one.naive, one.theory, one.standard_error)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=10_000_000)
    n = parser.parse_args().patients
    lines = [line for part in (branching, thinning, clones, two_states, engine, biases) for line in part(n)]
    save("biology_theory", lines, " ".join(["python", "benchmarks/biology_theory.py", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
