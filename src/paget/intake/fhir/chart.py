"""One patient's record in the making: rows by table, what became of each resource, and what is to be said."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from paget.intake.fhir.elements import Json, day, printable, text
from paget.intake.fhir.references import Entry, Index, address_of
from paget.record.problems import ImportReport, Problem, ProblemKind
from paget.record.tables import TABLES

Row = dict[str, Any]
Rows = dict[str, list[Row]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a resource: read, ignored or not understood, with the reason for the last two."""

    kind: str
    reason: str = ""


READ: Final = Outcome("read")


@lru_cache(maxsize=512)
def ignored(reason: str) -> Outcome:
    """A resource that has nothing for the record, and why."""
    return Outcome("ignored", reason)


@lru_cache(maxsize=512)
def not_understood(reason: str) -> Outcome:
    """A resource that belongs in the record and could not be read, and why."""
    return Outcome("not understood", reason)


def count(report: ImportReport, kind: str, outcome: Outcome, many: int = 1) -> None:
    """Count a resource once: under its type where read, else under its type with the reason."""
    shown = printable(kind) or "no resourceType"
    if outcome.kind == "read":
        report.read[shown] += many
    elif outcome.kind == "ignored":
        report.ignored[f"{shown}: {outcome.reason}"] += many
    else:
        report.not_understood[f"{shown}: {outcome.reason}"] += many


@dataclass(slots=True)
class Primary:
    """A primary tumour as far as other resources ask for it."""

    tumour_id: str
    site: str
    histology: str
    entry: Entry
    row: Row


@dataclass(slots=True)
class Secondary:
    """A secondary cancer condition: the site or lesions that it became, and its primary."""

    site_id: str
    tumour_id: str
    organ: str
    laterality: str
    entry: Entry
    row: Row
    lesions: list[str] = field(default_factory=list)


class Chart:
    """One patient's rows and report.

    Attributes:
        patient_id: the patient.
        index: the patient's resources, by reference.
        report: where resources are counted and problems named.
        rows: the rows so far, by table.
        primaries, secondaries: by the name of their Condition.
        issued: the day on which a report with an observation in it was issued, by observation.
        revised: the day on which a resource was changed, where another version of it is in the source: what
            it says now was not known before.
    """

    def __init__(self, patient_id: str, index: Index, report: ImportReport) -> None:
        self.patient_id, self.index, self.report = patient_id, index, report
        self.rows: Rows = defaultdict(list)
        self.primaries: dict[str, Primary] = {}
        self.secondaries: dict[str, Secondary] = {}
        self.issued: dict[str, str] = {}
        self.revised: dict[str, str] = {}
        self._named: Counter[tuple[str, str]] = Counter()
        self._not_found: dict[str, set[str]] = {}
        self._tallies: dict[str, list[Entry]] = {}

    def add(self, table: str, entry: Entry, known: str = "", own_day: str = "", **values: Any) -> Row:
        """Add a row with what is known of it; blank values are left out.

        Args:
            table: its table.
            entry: the resource that it was read from.
            known: the day on which it became known, when the resource tells one.
            own_day: its own day: a known day before it would let the future be seen, and is left out.
            values: its columns.
        """
        row: Row = {"patient_id": self.patient_id}
        if TABLES[table].key is None:
            row["row_id"] = self._row_id(table, entry)
        known = max(known, self.revised.get(entry.name, ""))
        for name, value in values.items():
            if value or not (value is None or isinstance(value, str | list)):  # 0 and no are values
                row[name] = value
        if known and not (own_day and known < own_day):
            row["known_day"] = known
        row["source"] = entry.source
        self.rows[table].append(row)
        return row

    def _row_id(self, table: str, entry: Entry) -> str:
        """The resource's own name, so that a problem of the row names it; a number from its second row on."""
        rows = self._named[table, entry.name] = self._named[table, entry.name] + 1
        return entry.name if rows == 1 else f"{entry.name}#{rows}"

    def say(
        self,
        kind: ProblemKind,
        what: str,
        entry: Entry | None = None,
        mend: str = "",
        *,
        table: str = "",
        row: str = "",
        column: str = "",
    ) -> None:
        """Name a problem, or something worth knowing, of a resource and its row."""
        source = entry.source if entry is not None else ""
        problem = Problem(kind, what, mend, table, row, column, self.patient_id, source)
        self.report.problems.append(problem)

    def tally(self, what: str, entry: Entry) -> None:
        """Remember what is to be said of several resources at once."""
        self._tallies.setdefault(what, []).append(entry)

    def find(self, reference: Any, within: Entry, element: str) -> Entry | None:
        """The resource that a reference names; one that is not here is noted, with the element."""
        found = self.index.find(reference, within)
        if found is None and (address := address_of(reference)):
            self._not_found.setdefault(f"{within.kind}.{element}", set()).add(address)
        return found

    def missing(self, reference: Any, within: Entry) -> str:
        """The address of a reference that names nothing here, fit to be printed; "" when it is found."""
        address = address_of(reference)
        return printable(address) if address and self.index.find(reference, within) is None else ""

    def primary(self, reference: Any, within: Entry, element: str) -> Primary | None:
        """The primary tumour that a reference names."""
        found = self.find(reference, within, element)
        known = self.primaries.get(found.name) if found is not None else None
        return known if known is not None and known.entry is found else None

    def secondary(self, reference: Any, within: Entry, element: str) -> Secondary | None:
        """The secondary cancer that a reference names."""
        found = self.find(reference, within, element)
        known = self.secondaries.get(found.name) if found is not None else None
        return known if known is not None and known.entry is found else None

    def only_primary(self) -> Primary | None:
        """The patient's primary tumour, when there is exactly one."""
        return next(iter(self.primaries.values())) if len(self.primaries) == 1 else None

    def known(self, entry: Entry, *named: str) -> str:
        """The day on which a resource became known: the first of the named elements that it has.

        ``meta.lastUpdated`` is not among them: it dates the copy. :func:`last_updated` serves what
        nothing else dates.
        """
        for name in named:
            if found := day(entry.resource.get(name)):
                return found
        return ""

    def close(self) -> None:
        """Say what is said once: what was tallied, and what each element refers to that is not here."""
        for what, entries in self._tallies.items():
            self.say("note", f"{len(entries)} {what}", entries[0])
        for element, addresses in sorted(self._not_found.items()):
            shown = ", ".join(printable(one) for one in sorted(addresses)[:3])
            more = f" and {len(addresses) - 3} more" if len(addresses) > 3 else ""
            self.say(
                "note",
                f"{element} refers to what is not among the resources here: {shown}{more}",
            )


def last_updated(resource: Json) -> str:
    """The day on which a resource was last written, for things that nothing else dates."""
    meta = resource.get("meta")
    return day(text(meta, "lastUpdated")) if isinstance(meta, dict) else ""
