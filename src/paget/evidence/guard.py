"""The guard: groups that are made by what happens after the origin are refused, with the difference.

Who is to be exposed later must first live until then. Time before the exposure cannot hold an event for those
who had it; counted as theirs it is immortal, and makes any exposure look like a treatment that works [1]_.

.. [1] Suissa S. Am J Epidemiol 2008;167:492-499.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import polars as pl

from paget.errors import BadInput, Refused
from paget.evidence import remedies
from paget.evidence.comparison import Comparison
from paget.evidence.exposure import Exposure
from paget.evidence.flags import flags_of, settled, variables
from paget.evidence.followed import ENTRY, Followed, followed_of
from paget.evidence.splitting import EXPOSED_FROM, with_exposure

if TYPE_CHECKING:
    from paget.evidence.derived import Derived
    from paget.figures.drawn import Drawn
    from paget.survival.look import Look

DAYS_A_YEAR = 365.25


class ImmortalTime(Refused):
    """A comparison refused because its groups are made by the future; each way out is one call away.

    Attributes:
        exposed: patients who were exposed after the origin.
        immortal_years: patient-years before their exposure, counted as exposed.
        naive: log hazard ratio of the comparison that was asked for.
        time_dependent_estimate: the same with the exposure from its day.
    """

    def __init__(self, followed: Followed, exposure: Exposure, adjust: str) -> None:
        self._followed, self._exposure, self._adjust = followed, exposure, adjust
        frame = with_exposure(followed, exposure)
        later = frame.filter(pl.col(EXPOSED_FROM) > pl.col(ENTRY))
        self.exposed = later.height
        self.immortal_years = float((later[EXPOSED_FROM] - later[ENTRY]).sum()) / DAYS_A_YEAR
        self.naive = remedies.naive(followed, exposure, adjust).log_hazard_ratio
        self.time_dependent_estimate = self.time_dependent().log_hazard_ratio
        super().__init__(
            f"groups by {exposure.name} are made by what happens after the origin",
            where=f"{followed.name}, {exposure.day}",
            why=(
                f"{self.exposed} of {frame.height} patients were exposed later; the "
                f"{self.immortal_years:.1f} patient-years before that could not end with the event, yet "
                f"would count as exposed. On these data the log hazard ratio would be {self.naive:+.2f}; "
                f"with the exposure from its day it is {self.time_dependent_estimate:+.2f}: a difference of "
                f"{self.naive - self.time_dependent_estimate:+.2f} (a difference, not the bias)"
            ),
            mend=(
                "time_dependent(), landmark([..three days..]), sequential_trials(), "
                "clone_censor_weight(grace=..), simon_makuch() and mantel_byar(), or from_exposure() to "
                "describe the exposed; all are methods of this error. To print the refused one anyway: "
                "analysis(..., override=reason)"
            ),
        )

    def time_dependent(self) -> Comparison:
        """Exposed from the day of exposure: :func:`paget.evidence.remedies.time_dependent`."""
        return remedies.time_dependent(self._followed, self._exposure, self._adjust)

    def landmark(self, days: list[float]) -> list[Comparison]:
        """Groups as they are on given days: :func:`paget.evidence.remedies.landmark`."""
        return remedies.landmark(self._followed, self._exposure, days, self._adjust)

    def sequential_trials(self, controls: int | None = None, seed: int = 0) -> Comparison:
        """A trial on each day of exposure: :func:`paget.evidence.trials.sequential_trials`."""
        from paget.evidence.trials import sequential_trials

        return sequential_trials(self._followed, self._exposure, self._adjust, controls=controls, seed=seed)

    def clone_censor_weight(self, grace: float, repetitions: int = 200, seed: int = 0) -> Comparison:
        """Exposure within a grace period against none: :func:`paget.evidence.cloning.clone_censor_weight`."""
        from paget.evidence.cloning import clone_censor_weight

        return clone_censor_weight(
            self._followed, self._exposure, self._adjust, grace=grace, repetitions=repetitions, seed=seed
        )

    def simon_makuch(self) -> Any:
        """Curves of the exposed and the not yet exposed: :func:`paget.evidence.remedies.simon_makuch`."""
        return remedies.simon_makuch(self._followed, self._exposure)

    def mantel_byar(self) -> Any:
        """The log-rank test to them: :func:`paget.evidence.remedies.mantel_byar`."""
        return remedies.mantel_byar(self._followed, self._exposure)

    def plot(self, *others: Comparison, width: float = 700) -> Drawn:
        """The refused comparison beside the time-dependent one, and others that were made, as a forest.

        Args:
            others: results of the other ways out.
            width: px.
        """
        from paget.evidence.drawing import draw_comparisons

        refused = remedies.naive(self._followed, self._exposure, self._adjust)
        title = f"Hazard ratio of {self._exposure.name}, {self._followed.name}"
        return draw_comparisons([self.time_dependent(), *others], title, [refused], width)

    def plot_curves(self, **look: Unpack[Look]) -> Drawn:
        """The curves of :meth:`simon_makuch` with the table of those at risk, who move between the groups.

        Args:
            look: how it is drawn; see :class:`paget.survival.look.Look`.
        """
        from paget.evidence.drawing import draw_simon_makuch

        return draw_simon_makuch(self._followed, self._exposure, look)

    def from_exposure(self) -> Followed:
        """The exposed alone, followed from their exposure: they are described, nothing is compared."""
        return remedies.from_exposure(self._followed, self._exposure)


class NoDay(Refused):
    """A comparison refused because its groups are made by the future, and nobody wrote down when.

    Attributes:
        naive: log hazard ratio of the comparison that was asked for.
    """

    def __init__(self, followed: Followed, exposure: Exposure, adjust: str) -> None:
        self.naive = remedies.naive(followed, exposure, adjust).log_hazard_ratio
        entered = int((followed.frame[ENTRY] > 0).sum())
        entry = f"with {entered} delayed entries" if entered else "without delayed entry"
        super().__init__(
            f"groups by {exposure.name} are made by what happens after the origin; its day is not recorded",
            where=f"{followed.name}, {exposure.name}",
            why=(
                f"a hazard ratio of {np.exp(self.naive):.2f} ({entry}) would be the ratio of who lived long "
                "enough to who did not; how much of it is that cannot be told from these data"
            ),
            mend="find the day of each; without it no method can put this right",
        )


def analysis(
    endpoint: Followed | Derived,
    exposure: Exposure,
    *,
    adjust: str = "",
    override: str = "",
    overrides: Mapping[str, str] | None = None,
) -> Comparison:
    """Compare patients by an exposure, unless the groups are made by the future.

    Args:
        endpoint: derived, or follow-up as supplied.
        exposure: by what to compare, and when that is decided.
        adjust: covariates of the model, the right side of a formula.
        override: print a comparison refused for immortal time all the same, for this reason; it stands in the
            result.
        overrides: the same for what else is found, by the name of the flag: ``{"intents": reason}``.

    Raises:
        ImmortalTime: the exposure is decided after the origin. The error says how large the difference is on
            these data, and its methods are the ways out.
        NoDay: the same, and there is no day of the exposure: there is no way out.
        Flagged: something else that would mislead; see :mod:`paget.evidence.flags`.
        BadInput: nobody, or everybody, is exposed.

    >>> import numpy as np
    >>> data = {"day": [5, 6, 8, 30, 40, 50, 9, 60], "died": [1, 1, 1, 1, 1, 0, 1, 0],
    ...         "operated": [np.nan, np.nan, np.nan, 10, 12, 20, np.nan, np.nan]}
    >>> from paget.evidence import as_supplied
    >>> followed = as_supplied(data, time="day", event="died")
    >>> try:
    ...     analysis(followed, Exposure.after_origin("operation", day="operated"))
    ... except ImmortalTime as refused:
    ...     print(refused.what, refused.naive < refused.time_dependent_estimate, sep="; ")
    groups by operation are made by what happens after the origin; True
    """
    followed = followed_of(endpoint)
    if not isinstance(exposure, Exposure):
        raise _undecided(exposure)
    at_origin = exposure.decided == "at the origin"
    found = flags_of(followed, by=exposure.name if at_origin else "", covariates=variables(adjust))
    passed = settled(found, overrides or {})
    if not at_origin:
        refused: Refused
        if exposure.day:
            refused = ImmortalTime(followed, exposure, adjust)
        else:
            refused = NoDay(followed, exposure, adjust)
        if not override:
            raise refused
        forced = remedies.naive(followed, exposure, adjust)
        return Comparison(
            f"REFUSED, printed on request ({override}): {forced.method}",
            forced.exposure,
            forced.log_hazard_ratio,
            forced.standard_error,
            forced.patients,
            forced.events,
            forced.cures,
            forced.leaves,
            {"why it was refused": refused.why},
            forced.fitted,
            overridden=passed,
        )
    groups = followed.column(exposure.name)
    if groups.n_unique() < 2:
        raise BadInput(
            "all patients are in one group", where=exposure.name, mend="there is nothing to compare"
        )
    compared = remedies.at_origin(followed, exposure, adjust)
    detail = {**compared.detail, **_day_of_knowledge(followed, exposure.name)}
    return replace(compared, detail=detail, overridden=passed)


def _undecided(exposure: Any) -> BadInput:
    """What was given in place of an exposure: its name, or, of values, their type alone."""
    named = isinstance(exposure, str)
    given = repr(exposure) if named else "column"
    return BadInput(
        "when is the exposure decided?",
        where=exposure if named else type(exposure).__name__,
        mend=f"Exposure.at_origin({given}), or Exposure.after_origin({given}, day=...)",
    )


def _day_of_knowledge(followed: Followed, column: str) -> dict[str, str]:
    """On which day a result of the operation at the origin was known."""
    if column not in followed.about.known:
        return {}
    day = followed.column(followed.about.known[column]).cast(pl.Float64).drop_nulls().to_numpy()
    if not len(day):
        return {}
    return {"known on day": f"{np.median(day):g} (median; {day.max():g} at the latest)"}
