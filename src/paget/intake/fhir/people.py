"""Who each resource is about: resources gathered by patient, in memory or, when they are many, on disk."""

from __future__ import annotations

import marshal
import re
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import IO, Final

from paget.errors import BadInput, NotFound
from paget.intake.fhir.chart import Outcome, count, ignored, not_understood
from paget.intake.fhir.elements import children, printable, text
from paget.intake.fhir.files import Document
from paget.intake.fhir.observation import UNUSED, is_read
from paget.intake.fhir.references import Entry, address_of, entry_of
from paget.record.problems import ImportReport, Problem

KINDS: Final = frozenset(
    {
        "Patient", "Condition", "BodyStructure", "Specimen", "Observation", "Procedure", "Medication",
        "MedicationAdministration", "MedicationRequest", "MedicationStatement", "DiagnosticReport",
        "ImagingStudy",
    }
)  # fmt: skip
"""The types of resource that the record has a place for."""

IN_MEMORY: Final = 64 * 1024 * 1024
"""Bytes of JSON that are gathered in memory; beyond, resources wait on disk until their patient's turn."""

PARTS: Final = 256  # files on disk, each with the patients of one share; open at once

_LENGTH: Final = 8  # bytes that tell the length of a packed resource
_PATIENT: Final = re.compile(r"(?:(.+)/)?Patient/([^/?#\s]+)")
_UNUSED: Final = ignored("has no place in the record")
_OTHER: Final = ignored("of another patient")
_NO_SUBJECT: Final = not_understood("no subject")
_NOT_HERE: Final = not_understood("its subject cannot be found here, and no address is followed")


class Gathering:
    """Resources by patient.

    Args:
        report: where what belongs to nobody is counted.
        many: whether several patients are expected: a folder or NDJSON.
        wanted: the one patient asked for.
    """

    def __init__(self, report: ImportReport, *, many: bool, wanted: str | None) -> None:
        self._report, self._many, self._wanted = report, many, wanted
        self._held: dict[str, list[Entry]] = {}
        self._parts: list[IO[bytes]] = []
        self._bytes = 0
        self._servers: dict[str, str] = {}
        self._patients: set[str] = set()
        self._subjects: dict[str, None] = {}
        self._seen: Counter[tuple[str, Outcome]] = Counter()
        self._without_subject = 0
        self.shared: list[Entry] = []

    def add(self, document: Document) -> None:
        """Take in the resources of a document.

        Raises:
            BadInput: two servers' patients share an identifier.
        """
        self._bytes += document.size
        if self._many and self._bytes > IN_MEMORY and not self._parts:
            self._spill()
        if document.empty:
            count(self._report, "Bundle", ignored("entry without a resource"), document.empty)
        names = self._name_patients(document)
        only = next(iter(names.values())) if len(set(names.values())) == 1 else ""
        for entry in document.entries:
            if entry.kind not in KINDS:
                self._seen[entry.kind, _UNUSED] += 1
            elif entry.kind == "Medication":
                self._hold(only, entry) if only else self.shared.append(entry)
            else:
                self._assign(entry, names, only if document.kind == "Bundle" else "")

    def _name_patients(self, document: Document) -> dict[str, str]:
        """The addresses under which the document's patients are referred to, each with the patient's key."""
        names: dict[str, str] = {}
        for entry in document.entries:
            if entry.kind != "Patient":
                continue
            key = entry.key
            if self._many and not entry.id and entry.url.startswith("entry-"):
                key = f"{document.file}-{entry.url}"
            self._patients.add(key)
            if entry.url:
                names[entry.url] = key
            if entry.id:
                names.setdefault(f"Patient/{entry.id}", key)
            for identifier in children(entry.resource, "identifier"):
                value = text(identifier, "value")
                names.setdefault(f"Patient?identifier={text(identifier, 'system')}|{value}", key)
            server = entry.url if entry.url.startswith(("http://", "https://")) else ""
            if server and self._servers.setdefault(key, server) != server:
                raise BadInput(
                    "two servers' patients share one identifier",
                    where=f"{printable(document.file)}: patient {printable(key)}",
                    why="they may be two people",
                    mend="read what comes from each server on its own",
                )
        return names

    def _assign(self, entry: Entry, names: dict[str, str], only: str) -> None:
        if entry.kind == "Patient":
            key = names[entry.url] if entry.url else names[f"Patient/{entry.id}"]
        else:
            subject = entry.resource.get("patient" if entry.kind == "BodyStructure" else "subject")
            written = subject.get("reference") if isinstance(subject, dict) else None
            key = names.get(written, "") if isinstance(written, str) else ""
            if not key:
                key = self._elsewhere(entry, address_of(subject), names, only)
            if not key:
                return
        if entry.kind == "Observation" and not is_read(entry.resource):
            self._seen[entry.kind, UNUSED] += 1
            if not self._many:
                self._subjects[key] = None
        else:
            self._hold(key, entry)

    def _elsewhere(self, entry: Entry, address: str, names: dict[str, str], only: str) -> str:
        """The key of a subject whom the document does not name just so; "" for nobody, and counted."""
        if not address:
            if only:
                self._without_subject += 1
            else:
                self._seen[entry.kind, _NO_SUBJECT] += 1
            return only
        key = names.get(address) or _key(address, names, self._servers)
        if not key:
            self._seen[entry.kind, _NOT_HERE] += 1
        return key

    def _hold(self, key: str, entry: Entry) -> None:
        if self._wanted is not None and key != self._wanted:
            self._seen[entry.kind, _OTHER] += 1
        elif self._parts:
            packed = marshal.dumps((key, entry.resource, entry.url, entry.file))
            share = self._parts[zlib.crc32(key.encode("utf-8", "replace")) % PARTS]
            share.write(len(packed).to_bytes(_LENGTH, "big"))
            share.write(packed)
        else:
            self._held.setdefault(key, []).append(entry)

    def _spill(self) -> None:
        self._parts = [tempfile.TemporaryFile() for _ in range(PARTS)]  # noqa: SIM115  # closed by __iter__
        held, self._held = self._held, {}
        for key, entries in held.items():
            for entry in entries:
                self._hold(key, entry)

    def check(self, where: str) -> None:
        """Refuse what cannot be one patient's record, or holds no patient.

        Args:
            where: the source, for messages.

        Raises:
            BadInput: no patient, or two in one document.
            NotFound: the patient asked for is not there.
        """
        for (kind, outcome), many in self._seen.items():
            count(self._report, kind, outcome, many)
        self._seen.clear()
        if not self._patients:
            raise BadInput(
                "no patient",
                where=where,
                why="none of the resources is a Patient",
                mend="include the Patient that the resources are about",
            )
        if self._wanted is not None:
            if self._wanted not in self._patients:
                raise NotFound(
                    f"no patient {printable(self._wanted)}",
                    where=where,
                    mend=f"there is: {_few(self._patients)}",
                )
            return
        subjects = list(dict.fromkeys([*self._held, *self._subjects]))
        if not self._many and len(subjects) > 1:
            raise BadInput(
                "two patients in one bundle"
                if len(subjects) == 2
                else f"{len(subjects)} patients in one bundle",
                where=f"{where}: {_few(subjects)}",
                why="a bundle is one patient's record",
                mend="pick one with --patient ID, or give a folder or NDJSON",
            )
        if self._without_subject:
            self._report.problems.append(
                Problem(
                    "note",
                    f"{self._without_subject} resources name no subject: taken to be about the one patient "
                    "of their bundle",
                )
            )

    def __iter__(self) -> Iterator[tuple[str, list[Entry]]]:
        """Each patient's key and resources; those of a patient who is not in the source are counted."""
        for key, entries in self._groups():
            if key in self._patients:
                yield key, entries
                continue
            for entry in entries:
                count(self._report, entry.kind, not_understood("its patient is not in this source"))

    def _groups(self) -> Iterator[tuple[str, list[Entry]]]:
        if not self._parts:
            yield from self._held.items()
            return
        for share in self._parts:
            with share:
                share.seek(0)
                yield from _read_share(share).items()


def _read_share(share: IO[bytes]) -> dict[str, list[Entry]]:
    groups: dict[str, list[Entry]] = {}
    while length := share.read(_LENGTH):
        packed = share.read(int.from_bytes(length, "big"))
        key, resource, url, file = marshal.loads(packed)  # noqa: S302  # written above by this very process
        groups.setdefault(key, []).append(entry_of(resource, url, file))
    return groups


def _key(address: str, names: dict[str, str], servers: dict[str, str]) -> str:
    """The key of a patient who is not in the document; "" for what is no patient's address."""
    if address.startswith(("urn:uuid:", "urn:oid:")):
        return address.rsplit(":", 1)[-1]
    match = _PATIENT.fullmatch(address)
    if match is None:
        return ""
    base, name = match[1], match[2]
    if base is None:
        return name
    here = names.get(f"Patient/{name}")
    server = servers.get(here or name, "")
    return address if server and server != address else here or name


def _few(keys: object) -> str:
    shown = sorted(printable(str(one)) for one in keys)  # type: ignore[attr-defined]
    return ", ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")
