"""Parts of the plan with a row a decision and name: many values of which a record holds few.

As columns of one row a decision, thirty blood values would be thirty times four columns, most of them blank
for all of a registry. As rows they cost what is there; :mod:`paget.facts.parts` puts them in their places.
"""

from __future__ import annotations

from dataclasses import dataclass

from paget.plans import Plan


@dataclass(frozen=True, slots=True, eq=False)
class ByName:
    """Rows of a plan, at most one a decision and name, read as columns ``NAME_value`` of one row a decision.

    Attributes:
        rows: with ``decision``, the name, and the values.
        name: the column of the name; rows with another name, or none, are not read.
        names: those that are read.
        values: the columns that are read of each.

    >>> from paget.plans import source
    >>> rows = source("last values", ("decision", "what", "low", "high"))
    >>> ByName(rows, "what", ("cea", "inr"), ("low", "high")).columns
    ('decision', 'cea_low', 'cea_high', 'inr_low', 'inr_high')
    """

    rows: Plan
    name: str
    names: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of one row a decision."""
        return "decision", *(f"{name}_{value}" for name in self.names for value in self.values)


Part = Plan | ByName
"""What a group of facts reads: at most one row a decision, or a decision and name."""


def rows_of(part: Part) -> Plan:
    """The plan of a part."""
    return part.rows if isinstance(part, ByName) else part
