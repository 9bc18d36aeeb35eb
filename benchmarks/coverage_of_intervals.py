"""Do intervals hold what they promise? Cohorts of known truth, the refused comparison and each remedy on all.

python benchmarks/coverage_of_intervals.py [--repetitions 500] [--rows 300] [--samples 25] [--only ANALYSIS]

Patients die at a constant rate, and are exposed at another; exposure multiplies the hazard of death. In the
first world nothing else matters and exposure helps; in the second it does nothing, but who is ill is exposed
later and dies sooner. What each analysis tends to in a cohort without end is worked out from the rates
(``limit``), for the refused comparison too: that is its bias, and the means of the simulations must meet it.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from measure import Line, save
from scipy.special import stdtrit

from paget.errors import PagetError
from paget.evidence import Exposure, Followed, as_supplied
from paget.evidence.cloning import clone_censor_weight
from paget.evidence.remedies import landmark, naive, time_dependent
from paget.evidence.trials import sequential_trials

Floats = np.ndarray[Any, np.dtype[np.float64]]

END = 1500.0  # days, when all that are left are censored
LANDMARK = 300.0
GRACE = 300.0
STEPS = 3000  # of the integrals


@dataclass(frozen=True)
class World:
    """Rates a day by illness (none, ill), each with half of the patients."""

    name: str
    adjust: str
    death: tuple[float, float]
    exposure: tuple[float, float]
    effect: float  # log hazard ratio of the exposure


WORLDS = (
    World("exposure helps", "", (1 / 800, 1 / 800), (1 / 600, 1 / 600), -0.5),
    World("the ill are exposed later", "ill", (1 / 1400, 1 / 500), (1 / 400, 1 / 1000), 0.0),
)


@dataclass(frozen=True)
class Pattern:
    """Patients alike in a model: at risk and dying at each time, in a cohort without end."""

    x: tuple[float, ...]
    at_risk: Floats
    dying: Floats


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=500)
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--samples", type=int, default=25, help="of the bootstrap of clone, censor, weight")
    parser.add_argument("--only", default="", help="one analysis, such as landmark; nothing is kept then")
    given = parser.parse_args()
    lines: list[Line] = []
    for world in WORLDS:
        began = time.perf_counter()
        lines += measured(world, given.repetitions, given.rows, given.samples, given.only)
        print(f"{world.name}: {time.perf_counter() - began:.0f} s")
    if given.only:
        for line in lines:
            print(line)
        return
    save("coverage_of_intervals", lines, "python benchmarks/coverage_of_intervals.py")


def measured(world: World, repetitions: int, rows: int, samples: int, only: str = "") -> list[Line]:
    """The refused comparison against its limit; each remedy's mean and coverage of what it tends to."""
    truth = {name: value for name, value in limits(world).items() if only in {"", name}}
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in truth}
    for repetition in range(repetitions):
        followed, exposure = cohort(world, rows, repetition)
        for name, analysis in analyses(world, samples, repetition).items():
            if name not in truth:
                continue
            try:
                one = analysis(followed, exposure)
            except PagetError:
                continue
            found[name].append((one.log_hazard_ratio, *bounds(name, one, samples)))
    lines = []
    for name, values in found.items():
        estimate, low, high = np.array(values).T
        mean, error = float(estimate.mean()), float(estimate.std(ddof=1) / math.sqrt(len(estimate)))
        covered = float(((low <= truth[name]) & (truth[name] <= high)).mean())
        nominal = 3 * math.sqrt(0.95 * 0.05 / len(estimate))
        off = (mean - truth[name]) / error
        note = (
            f"{len(estimate)} cohorts of {rows}; limit {truth[name]:+.3f}, {off:+.1f} Monte Carlo errors off"
        )
        what = f"coverage: {world.name}: {name}"
        # Small cohorts: log hazard ratios have a bias of the order of 1/events beside the Monte Carlo error.
        near = abs(mean - truth[name]) < 3 * error + 0.02
        lines.append(Line(f"{what}, mean log hazard ratio", mean, "", f"{truth[name]:+.3f}", near, note))
        if name == "refused":
            bias = (
                f"the effect is {world.effect:+.2f}; the interval covers it in {covers(low, high, world):.0%}"
            )
            lines.append(Line(f"{what}, bias", mean - world.effect, "", note=bias))
            continue
        met = abs(covered - 0.95) <= nominal + 0.005
        lines.append(
            Line(f"{what}, coverage", 100 * covered, "%", f"95 ± {100 * nominal:.1f}", met, "of the limit")
        )
    return lines


def bounds(name: str, one: Any, samples: int) -> tuple[float, float]:
    """The interval; of few bootstrap samples that by their standard error, since they have no tails."""
    if not name.startswith("clone"):
        return one.bounds()
    half = float(stdtrit(samples - 1, 0.975)) * one.standard_error
    return one.log_hazard_ratio - half, one.log_hazard_ratio + half


def covers(low: Floats, high: Floats, world: World) -> float:
    return float(((low <= world.effect) & (world.effect <= high)).mean())


def analyses(world: World, samples: int, seed: int) -> dict[str, Callable[[Followed, Exposure], Any]]:
    """The refused comparison, and each remedy."""
    a = world.adjust
    return {
        "refused": lambda f, e: naive(f, e, a),
        "time-dependent": lambda f, e: time_dependent(f, e, a),
        "landmark": lambda f, e: landmark(f, e, [LANDMARK / 2, LANDMARK, LANDMARK * 2], a)[1],
        "sequential trials": lambda f, e: sequential_trials(f, e, a),
        "clone, censor, weight": lambda f, e: clone_censor_weight(
            f, e, a, grace=GRACE, repetitions=samples, seed=seed
        ),
    }


def cohort(world: World, rows: int, repetition: int) -> tuple[Followed, Exposure]:
    """Whole days; who dies or ends before the exposure never has it."""
    random = np.random.Generator(np.random.Philox(key=[20, repetition]))
    ill = np.arange(rows) % 2
    death, exposure = np.array(world.death)[ill], np.array(world.exposure)[ill]
    exposed = random.exponential(1 / exposure)
    before = random.exponential(1 / death)
    after = exposed + random.exponential(1 / (death * math.exp(world.effect)))
    died = np.where(before < exposed, before, after)
    end = np.minimum(died, END)
    had = exposed < end
    day = np.ceil(end)
    of_exposure = np.where(had, np.floor(exposed), np.nan)  # from its day on; a death that day was after it
    data = {"day": day, "died": (died <= END).astype(int), "exposed": of_exposure, "ill": ill}
    followed = as_supplied(
        {key: list(map(float, values)) for key, values in data.items()} | {"died": data["died"]},
        time="day",
        event="died",
    )
    frame = followed.frame.with_columns(followed.frame["exposed"].fill_nan(None))
    followed = Followed(frame, followed.name, followed.derived)
    return followed, Exposure.after_origin("exposed_then", day="exposed")


def limits(world: World) -> dict[str, float]:
    """What each analysis tends to, by illness where the model adjusts for it."""
    parts: dict[str, list[Pattern]] = {
        name: [] for name in ("refused", "time-dependent", "landmark", "clone, censor, weight")
    }
    for ill in (0, 1):
        x = (float(ill),) if world.adjust else ()
        for name, patterns in of_group(world, ill).items():
            own = () if name.startswith("clone") else x
            parts[name] += [Pattern((*p.x, *own), p.at_risk, p.dying) for p in patterns]
    found = {name: limit(patterns) for name, patterns in parts.items()}
    # Each trial compares a hazard with itself times the effect, however the patients came into it.
    return found | {"sequential trials": world.effect}


def of_group(world: World, ill: int) -> dict[str, list[Pattern]]:
    """Exposed and unexposed of patients alike, in each analysis."""
    a, m = world.death[ill], world.exposure[ill]
    b = a * math.exp(world.effect)
    t = (np.arange(STEPS) + 0.5) * END / STEPS

    def unexposed(u: Any) -> Any:
        return np.exp(-(a + m) * u)

    def crossed(u: Any) -> Any:
        """Exposed since the start of u, and alive."""
        return m / (a + m - b) * (np.exp(-b * u) - np.exp(-(a + m) * u))

    free, later = unexposed(t), crossed(t)
    ever = m / (a + m) * (1 - unexposed(END))
    died_exposed = np.cumsum(b * later) * END / STEPS  # of those exposed later
    never_dying = a * free
    naive_parts = [
        Pattern((1.0,), ever - died_exposed, b * later),
        Pattern((0.0,), unexposed(END) + never_dying[::-1].cumsum()[::-1] * END / STEPS, never_dying),
    ]
    u = np.maximum(t - LANDMARK, 0.0)
    after = t > LANDMARK
    stayed, moved = unexposed(LANDMARK) * unexposed(u), unexposed(LANDMARK) * crossed(u)
    had = crossed(LANDMARK) * np.exp(-b * u)
    landmark_parts = [
        Pattern((1.0,), had * after, b * had * after),
        Pattern((0.0,), (stayed + moved) * after, (a * stayed + b * moved) * after),
    ]
    # Exposed by the end of grace: all until then; from then on the exposed, who stand for all alive.
    g = np.maximum(t - GRACE, 0.0)
    grace, rest = t <= GRACE, t > GRACE
    share = 1 - math.exp(-m * GRACE)
    stands = crossed(GRACE) / share * np.exp(-b * g)
    one = Pattern(
        (1.0,),
        np.where(grace, free + later, stands),
        np.where(grace, a * free + b * later, b * stands),
    )
    # Not exposed by then: alive without exposure; some are exposed after it.
    alone = np.exp(-a * np.minimum(t, GRACE))
    zero = Pattern(
        (0.0,),
        np.where(rest, alone * (unexposed(g) + crossed(g)), alone),
        np.where(rest, alone * (a * unexposed(g) + b * crossed(g)), a * alone),
    )
    return {
        "refused": naive_parts,
        "time-dependent": [Pattern((1.0,), later, b * later), Pattern((0.0,), free, a * free)],
        "landmark": landmark_parts,
        "clone, censor, weight": [one, zero],
    }


def limit(patterns: list[Pattern]) -> float:
    """The first coefficient at which the partial likelihood of a cohort without end is largest."""
    x = np.array([p.x for p in patterns])
    risk, dying = (np.array([getattr(p, name) for p in patterns]) for name in ("at_risk", "dying"))
    beta = np.zeros(x.shape[1])
    for _ in range(50):
        weight = risk * np.exp(x @ beta)[:, None]
        total = weight.sum(0)
        share = np.where(total > 0, weight / np.where(total > 0, total, 1.0), 0.0)
        mean = share.T @ x
        deaths = dying.sum(0)
        slope = x.T @ dying.sum(1) - deaths @ mean
        bend = np.einsum("kt,ki,kj,t->ij", share, x, x, deaths) - (mean * deaths[:, None]).T @ mean
        step = np.linalg.solve(bend, slope)
        beta = beta + step
        if np.abs(step).max() < 1e-12:
            break
    return float(beta[0])


if __name__ == "__main__":
    main()
