"""A calibration in words: what was fitted, how well, what the data tell, and which other tables agree."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from paget.biology.calibration.compared import REACHED

if TYPE_CHECKING:
    from paget.biology.calibration.compared import Compared
    from paget.biology.calibration.result import Calibrated


def said(found: Calibrated) -> str:
    """All of it, for a screen."""
    from paget.biology.calibration.result import NOTE

    tables = found.tables
    head = [
        f"{tables.model.name} calibrated to {tables.name}, seed {found.seed}",
        f"{len(found.draws.z):,} sets of parameters, {found.patients:,} virtual patients each",
        effective(found),
    ]
    if found.interrupted:
        head.append("interrupted: what follows is of what was done by then")
    if not found.draws.weights.sum() > 0:
        return "\n".join([*head, "no set of parameters fits the tables", NOTE])
    return "\n".join(
        [
            *head,
            "",
            *parameters(found),
            "",
            "Data of the fit",
            *lines(found.fit),
            "",
            "Checks: tables that the fit never saw",
            *lines(found.checks),
            *verdict(found),
            "",
            "What the data tell",
            *(f"- {one}" for one in found.sentences()),
            "",
            NOTE,
        ]
    )


def effective(found: Calibrated) -> str:
    """The effective sample size, and whether it suffices."""
    from paget.biology.calibration.result import FEWEST

    enough = (
        ""
        if found.enough
        else f": TOO FEW, {FEWEST} are needed; nothing below is a result, no file is written"
    )
    noise = f"; Monte Carlo error up to {found.noise:.2f} of a table's" if math.isfinite(found.noise) else ""
    return f"effective draws {found.effective:.0f}{enough}{noise}"


def parameters(found: Calibrated) -> list[str]:
    """A line for each parameter: prior, posterior, told or not."""
    wide = max(len(one.name) for one in found.tables.unknowns)
    said = [f"{'Parameter':<{wide}}  {'prior range':<19}  {'median':>8}  {'95 %':<19}  told by the data"]
    for one in found.tables.unknowns:
        low, _, middle, _, high = found.quantiles(one)
        prior, posterior = f"{one.low:.3g} to {one.high:.3g}", f"{low:.3g} to {high:.3g}"
        place = found.identified.names.index(one.name)
        share = min(1.0, max(0.0, found.identified.told[place]))
        said.append(
            f"{one.name:<{wide}}  {prior:<19}  {middle:>8.3g}  {posterior:<19}  "
            f"{share:.2f} {found.identified.word(one.name)}"
        )
    return said


def lines(compared: tuple[Compared, ...]) -> list[str]:
    """A line for each table: figure, prediction with its interval, distance, verdict."""
    if not compared:
        return ["none"]
    wide = max(len(one.table.name) for one in compared)
    left, right = f"{'Table':<{wide}}  {'figure':>7}  {'model':>7}", f"{'distance':>8}  {'shipped':>7}"
    said = [f"{left}  {'predicted, 95 %':<17}  {right}  verdict"]
    for one in compared:
        span = f"{number(one.interval[0])} to {number(one.interval[1])}"
        mark = "" if one.table.confirmed else " (figure unconfirmed)"
        left = f"{one.table.name:<{wide}}  {number(one.table.value):>7}  {number(one.predicted):>7}"
        right = f"{number(one.distance):>8}  {number(one.shipped):>7}"
        said.append(f"{left}  {span:<17}  {right}  {one.verdict}{mark}")
    return said


def verdict(found: Calibrated) -> list[str]:
    """How the checks turned out, against the parameters as shipped."""
    if not found.checked:
        return ["the checks were not done, or at too few draws"]
    agree = sum(one.agrees for one in found.checks)
    missed = [one.table.name for one in found.checks if one.reached >= REACHED and not one.agrees]
    beyond = [one.table.name for one in found.checks if one.reached < REACHED]
    nearer, further, same = found.better()
    said = [f"{agree} of {len(found.checks)} agree"]
    if missed:
        said.append(f"do not agree: {', '.join(missed)}")
    if beyond:
        said.append(f"not reached, hardly any such virtual patient: {', '.join(beyond)}")
    said.append(
        f"beside the parameters as shipped {nearer} come nearer, {further} go further away, {same} stay"
    )
    return said


def number(value: float) -> str:
    """A figure with one decimal.

    >>> number(12.345), number(float("nan"))
    ('12.3', 'none')
    """
    return f"{value:.1f}" if math.isfinite(value) else "none"
