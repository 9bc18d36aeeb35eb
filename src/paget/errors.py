"""What went wrong, in one clear message: what, where, why, and how to mend it.

Every error that a user of paget can cause is a :class:`PagetError`. A message names tables, rows
and columns; it never carries a patient's values, because it may reach a log.
"""

from __future__ import annotations


class PagetError(Exception):
    """An error that a user can understand and mend.

    Args:
        what: what is wrong, one clause without a full stop.
        where: the file, table, row, column or option concerned.
        why: why that cannot be accepted, when it is not plain.
        mend: what the user can do about it.

    >>> print(PagetError("no such fact", where="rules/fong", mend="did you mean cea?"))
    no such fact
      where: rules/fong
      mend:  did you mean cea?
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", why: str = "", mend: str = "") -> None:
        self.what, self.where, self.why, self.mend = what, where, why, mend
        super().__init__(what)

    def __str__(self) -> str:
        parts = [("where", self.where), ("why", self.why), ("mend", self.mend)]
        lines = [f"  {f'{name}:':<6} {text}" for name, text in parts if text]
        return "\n".join([self.what, *lines])


class BadInput(PagetError):
    """A file, a record or an option that cannot be accepted (exit code 2)."""


class NotFound(PagetError):
    """Something named does not exist: a file, a patient, a knowledge file (exit code 3)."""

    exit_code = 3


class UnitError(BadInput):
    """A quantity in a unit that paget does not know, or of another dimension than wanted."""


class KnowledgeError(BadInput):
    """A knowledge file that does not follow its schema."""


class Refused(PagetError):
    """An analysis that would mislead, refused with the reason and the ways out."""
