"""What a forecast holds: what comes with the lesions removed and with them left alone, and what differs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from paget.biology import Drawing
from paget.biology.chart import Line, lines
from paget.biology.kept import OF_CANCER
from paget.biology.simulated import NOTE
from paget.biology.virtual_patient import VirtualPatients
from paget.errors import BadInput
from paget.options.assumed import MIDDLE_HALF, OF_PATIENTS, OF_SIMULATION, Assumed, effective, mean, quantiles
from paget.options.assumed import share as weighted_share
from paget.options.known import Known
from paget.units import DAYS_PER_YEAR

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Events:
    """When things happen to virtual patients, in days from the first detection; infinite: not by the horizon.

    Attributes:
        lesion: (patients,) the next new lesion is seen.
        organ: (patients,) a lesion is seen in an organ that had none.
        death: (patients,) death of the cancer.
        organ_or_death: (patients,) one of these two, whichever is first.
    """

    lesion: Floats
    organ: Floats
    death: Floats
    organ_or_death: Floats

    @classmethod
    def of(cls, rows: Mapping[str, Floats], horizon_days: float) -> Events:
        """From rows by column."""

        def waited(days: Floats, happened: NDArray[np.bool_]) -> Floats:
            after = days - rows["first_seen"]
            return np.where(happened & (after <= horizon_days), after, math.inf)

        lesion, organ = (waited(rows[name], rows[name] >= 0) for name in ("next_new_day", "new_organ_day"))
        death = waited(rows["end_day"], rows["cause"] == OF_CANCER)
        return cls(lesion, organ, death, np.minimum(organ, death))


@dataclass(frozen=True, slots=True)
class Outlook:
    """What comes after the first detection in one of the two runs; days are counted from it.

    Attributes:
        arm: removed or left.
        weights: (patients,) of those that fit the case.
        events: of those.
        prior: events of all virtual patients in whom a lesion was seen.
        horizon_days: up to which they were followed.
    """

    arm: str
    weights: Floats
    events: Events
    prior: Events
    horizon_days: float

    def next_lesion(self) -> Assumed:
        """Days to the next new lesion that is seen: median, and the quartiles."""
        middle = (0.5, 0.25, 0.75)
        value, low, high = quantiles(self.events.lesion, self.weights, middle)
        prior = quantiles(self.prior.lesion, np.ones(self.prior.lesion.size), middle)
        what = f"days to the next lesion, lesions {self.arm}"
        return Assumed(what, value, low, high, MIDDLE_HALF, (prior[0], prior[1], prior[2]), "day")

    def lesion_by(self, days: float) -> Assumed:
        """Probability that a new lesion is seen within some days."""
        return self._by(days, f"a new lesion within {days:g} days", self.events.lesion, self.prior.lesion)

    def other_organ_by(self, days: float) -> Assumed:
        """Probability that a lesion is seen in another organ within some days."""
        return self._by(
            days, f"a lesion in another organ within {days:g} days", self.events.organ, self.prior.organ
        )

    def death_by(self, days: float) -> Assumed:
        """Probability of death of the cancer within some days; who dies has no time for new lesions."""
        return self._by(
            days, f"death of the cancer within {days:g} days", self.events.death, self.prior.death
        )

    def _by(self, days: float, what: str, found: Floats, prior: Floats) -> Assumed:
        within(days, self.horizon_days)
        own = weighted_share(found <= days, self.weights)
        all_of_them = weighted_share(prior <= days, np.ones(prior.size))
        return Assumed(f"{what}, lesions {self.arm}", *own, OF_SIMULATION, all_of_them)


@dataclass(frozen=True, slots=True)
class Forecast:
    """The forecast of a case; each figure is a :class:`paget.options.Assumed`: note, interval, prior.

    Attributes:
        known: of the case.
        model: that was run.
        seed: of its streams.
        patients: virtual patients that were run.
        matched: of them those with any weight.
        horizon_days: after the first detection.
        removed, left: what comes when the lesions are removed, and when they are left alone.
        reproduction: (matched,) seeding over growth of each, times the median's: what R_m is multiplied by.
        prior_reproduction: (all,) the same of all in whom a lesion was seen.
        note: what has to stand beside every figure.
    """

    known: Known
    model: VirtualPatients
    seed: int
    patients: int
    matched: int
    horizon_days: float
    removed: Outlook
    left: Outlook
    reproduction: Floats
    prior_reproduction: Floats
    note: str = field(default=NOTE)

    @property
    def effective(self) -> float:
        """Effective sample size of the weights."""
        return effective(self.removed.weights)

    def r_m(self, arm: str) -> Assumed:
        """R_m when lesions are ``removed`` as soon as they can be seen, ``left`` until one alone is lethal.

        R_m of a virtual patient is that of the model times its seeding over its growth.
        """
        whole, shares = self.whole(arm), (0.5, 0.025, 0.975)
        own = quantiles(whole * self.reproduction, self.removed.weights, shares)
        prior = quantiles(whole * self.prior_reproduction, np.ones(self.prior_reproduction.size), shares)
        said = {"removed": "as soon as they can be seen", "left": "until one alone is lethal"}[arm]
        what = f"R_m, lesions {arm} {said}"
        return Assumed(what, own[0], own[1], own[2], OF_PATIENTS, (prior[0], prior[1], prior[2]))

    def whole(self, arm: str) -> float:
        """R_m of the model's median patient, by theory."""
        if arm not in ("removed", "left"):
            raise BadInput("no such arm", where="arm", mend="removed or left")
        until = None if arm == "removed" else float(self.model.values["lethal_cells"])
        return self.model.reproduction(until_cells=until)

    def changed_by_removal(self, days: float) -> Assumed:
        """By how much removal changes the probability of a lesion in another organ or death of the cancer.

        Each virtual patient is compared with itself, so that chance is shared. Death counts, because who dies
        of lesions left alone has no time for new ones.
        """
        within(days, self.horizon_days)
        own, prior = (
            (one.organ_or_death <= days).astype(float) - (other.organ_or_death <= days)
            for one, other in (
                (self.removed.events, self.left.events),
                (self.removed.prior, self.left.prior),
            )
        )
        what = f"change by removal: a lesion in another organ, or death of the cancer, within {days:g} days"
        weights = self.removed.weights
        return Assumed(what, *mean(own, weights), OF_SIMULATION, mean(prior, np.ones(prior.size)))

    def figures(self) -> tuple[Assumed, ...]:
        """All figures, with the horizon as the number of days."""
        days = self.horizon_days
        return (
            *(one.next_lesion() for one in (self.removed, self.left)),
            *(one.lesion_by(days) for one in (self.removed, self.left)),
            *(one.other_organ_by(days) for one in (self.removed, self.left)),
            *(one.death_by(days) for one in (self.removed, self.left)),
            self.changed_by_removal(days),
            self.r_m("removed"),
            self.r_m("left"),
        )

    def __str__(self) -> str:
        first = (
            f"{self.patients:,} virtual patients of {self.model.name}, seed {self.seed}; {self.matched:,} "
            f"fit {', '.join(self.known.items) or 'a case of which nothing is known'}; "
            f"effective sample size {self.effective:.0f}"
        )
        return "\n".join([first, *(str(one) for one in self.figures()), self.note])

    def draw(self) -> Drawing:
        """The next lesion over time, with lesions removed and left, and before anything was known."""
        days = np.linspace(0, self.horizon_days, 121)
        series = []
        for one in (self.removed, self.left):
            for name, found, weights in (
                (one.arm, one.events.lesion, one.weights),
                (f"{one.arm}, prior", one.prior.lesion, np.ones(one.prior.lesion.size)),
            ):
                shares = [float(weights[found <= day].sum() / weights.sum()) for day in days]
                series.append(Line(name, days / DAYS_PER_YEAR, shares))
        title, x = f"A new lesion ({self.note})", "years since the first lesion was seen"
        return lines(series, title=title, x=x, y="probability", y_range=(0, 1))


def within(days: float, horizon: float) -> None:
    """Refuse days beyond those that were followed."""
    if not 0 < days <= horizon:
        raise BadInput("beyond the horizon of this forecast", where="days", mend="a larger horizon_days")
