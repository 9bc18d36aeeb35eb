"""Curves of followed patients: survival or incidence, unless the curve would say what is not so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from paget.errors import BadInput
from paget.evidence.flags import COMPETING, Flagged, flags_of, settled
from paget.evidence.followed import ENTRY, EVENT, TIME, Followed, followed_of

if TYPE_CHECKING:
    from paget.evidence.derived import Derived

_CAUSE = "_cause"


@dataclass(frozen=True, slots=True, eq=False)
class GuardedCurves:
    """Curves with what was overridden to print them.

    Attributes:
        name: of the endpoint.
        curves: as :mod:`paget.survival` gives them.
        overridden: what was found and printed all the same, with its reason.
    """

    name: str
    curves: Any
    overridden: tuple[str, ...]

    def summary(self) -> str:
        """The curves in words, after what was overridden."""
        return "\n".join([*self.overridden, str(self.curves)])

    def __str__(self) -> str:
        return self.summary()

    def to_frame(self) -> Any:
        """All steps of the curves, a row a group and time."""
        return self.curves.to_frame()

    def plot(self, **look: Any) -> Any:
        """The figure; what was overridden is printed on it.

        Args:
            look: how it is drawn; see :class:`paget.survival.look.Look`.
        """
        given = {"title": self.name, **look}
        given["overrides"] = (*self.overridden, *look.get("overrides", ()))
        return self.curves.plot(**given)


class Complement(Flagged):
    """1-KM where other events compete; :meth:`incidence` is the way out.

    Attributes:
        complement: 1 - Kaplan-Meier at the end of follow-up, the largest of the groups.
        incidence_then: the cumulative incidence there.
    """

    def __init__(self, followed: Followed, by: str, competing: int) -> None:
        self._followed, self._by = followed, by
        from paget.survival import kaplan_meier

        curves = kaplan_meier(followed.frame, time=TIME, event=EVENT, entry=ENTRY, by=by or None)
        self.complement = max(1.0 - float(curve.survival[-1]) for curve in curves if len(curve.time))
        found = _incidence(followed, by)
        self.incidence_then = max(float(one.of(1)[-1]) for one in found if len(one.time))
        super().__init__(
            COMPETING,
            "1-KM is no probability where other events compete",
            where=followed.name,
            why=f"{competing} of {len(followed)} patients had a competing event; in the end 1-KM says "
            f"{self.complement:.1%}, the cumulative incidence is {self.incidence_then:.1%}",
            mend='kind="incidence", or incidence() of this error',
        )

    def incidence(self) -> GuardedCurves:
        """The cumulative incidence, with the competing events as what they are."""
        return GuardedCurves(self._followed.name, _incidence(self._followed, self._by), ())


def curves(
    endpoint: Followed | Derived,
    by: str = "",
    *,
    kind: Literal["survival", "1-KM", "incidence"] = "survival",
    overrides: Mapping[str, str] | None = None,
) -> GuardedCurves:
    """Curves by group.

    Args:
        endpoint: derived, or follow-up as supplied.
        by: column of the groups, known at the origin.
        kind: survival; its complement (1-KM), which is refused where other events compete; or the cumulative
            incidence of the event (Aalen-Johansen).
        overrides: by flag the reason to print it all the same; it stands on the figure.

    Raises:
        Flagged: the curve would mislead: mixed intents, delayed entry ignored, an event that is not what
            its name says, groups that were not looked at equally often, a change of staging.
        Complement: 1-KM in the presence of competing events.

    >>> from paget.evidence import as_supplied
    >>> followed = as_supplied({"day": [5, 9, 12], "died": [1, 0, 1]}, time="day", event="died")
    >>> curves(followed).overridden
    ()
    """
    if kind not in ("survival", "1-KM", "incidence"):
        raise BadInput(f"no such curve: {kind}", where="kind", mend="survival, 1-KM or incidence")
    from paget.survival import kaplan_meier

    followed = followed_of(endpoint)
    found: list[Flagged] = list(flags_of(followed, by=by))
    competing = followed.competing()
    if kind == "1-KM" and competing:
        found.append(Complement(followed, by, competing))
    told = settled(found, overrides or {})
    if kind == "incidence":
        return GuardedCurves(followed.name, _incidence(followed, by), told)
    fitted = kaplan_meier(followed.frame, time=TIME, event=EVENT, entry=_entry(followed), by=by or None)
    return GuardedCurves(followed.name, fitted, told)


def _incidence(followed: Followed, by: str) -> Any:
    from paget.survival import aalen_johansen

    column = followed.about.competing
    other = pl.col(column).cast(pl.Int64) == 1 if column else pl.lit(value=False)
    event = pl.col(EVENT) == 1
    frame = followed.frame.with_columns(
        pl.when(event).then(pl.lit(1)).when(other).then(pl.lit(2)).otherwise(pl.lit(0)).alias(_CAUSE)
    )
    return aalen_johansen(frame, time=TIME, event=_CAUSE, entry=_entry(followed), by=by or None)


def _entry(followed: Followed) -> str | None:
    """The column of delayed entry, where there is one: only then a figure says who is yet to enter."""
    return ENTRY if bool((followed.frame[ENTRY] > 0).any()) else None
