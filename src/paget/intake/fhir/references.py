"""Finding the resource that a reference names, among those that were read; no address is ever followed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from paget.errors import BadInput
from paget.intake.fhir.elements import Json, children, printable, text


class Entry(NamedTuple):
    """One resource as it was found.

    Attributes:
        kind: its type.
        id: its identifier, "" when it has none.
        url: its full address.
        file: the file it stood in.
        resource: the resource.
        key: the name by which rows refer to it: its identifier, else the end of its address.
        name: type and key, "Condition/a1".
    """

    kind: str
    id: str
    url: str
    file: str
    resource: Json
    key: str
    name: str

    @property
    def source(self) -> str:
        """File, type and identifier, as rows carry it."""
        return f"{self.file}#{self.name}"


def entry_of(resource: Json, url: str, file: str) -> Entry:
    """A resource with what identifies it."""
    kind, identifier = resource.get("resourceType"), resource.get("id")
    if not isinstance(kind, str):
        kind = ""
    if not isinstance(identifier, str):
        identifier = ""
    key = identifier or url.rsplit("/", 1)[-1].removeprefix("urn:uuid:")
    return Entry(kind, identifier, url, file, resource, key, f"{kind}/{key}")


def address_of(reference: Any) -> str:
    """The literal reference of a Reference element, without a version; "" when it has none.

    >>> address_of({"reference": "Patient/a/_history/2"})
    'Patient/a'
    """
    return text(reference, "reference").split("/_history/", 1)[0].strip()


class Index:
    """The resources of one patient by every name under which a reference may call them."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_name: dict[str, Entry] = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """Make a resource known by its full address and by type and identifier."""
        if entry.url:
            self._by_name.setdefault(entry.url, entry)
            if entry.url.startswith(("http://", "https://")) and entry.id:
                self._by_name.setdefault(f"{entry.kind}/{entry.id}", entry)
                return
        if entry.id:
            self._by_name.setdefault(f"{entry.kind}/{entry.id}", entry)
            if not entry.url:  # on its own, no server is named for it: an address on any server fits
                self._by_name.setdefault(f"*{entry.kind}/{entry.id}", entry)

    def find(self, reference: Any, within: Entry) -> Entry | None:
        """The resource that a Reference names: contained, by full address, or by type and identifier.

        An address on another server than the resource's own names another resource.

        Args:
            reference: a Reference element.
            within: the resource that holds it.
        """
        address = address_of(reference)
        if not address:
            return None
        if address.startswith("#"):
            return contained(within).get(address[1:])
        found = self._by_name.get(address)
        if found is None and address.startswith(("http://", "https://")):
            parts = address.rsplit("/", 2)
            found = self._by_name.get(f"*{parts[-2]}/{parts[-1]}") if len(parts) == 3 else None
        return found


def contained(entry: Entry) -> dict[str, Entry]:
    """The resources contained in a resource, by identifier.

    Raises:
        BadInput: two of them carry the same identifier.
    """
    found: dict[str, Entry] = {}
    for resource in children(entry.resource, "contained"):
        inner = entry_of(resource, "", entry.file)
        if inner.id in found:
            raise BadInput(
                "two contained resources carry the same id",
                where=printable(entry.source, 200),
                why="a reference to it could mean either",
                mend="give each contained resource an id of its own",
            )
        if inner.id:
            found[inner.id] = inner
    return found
