"""What differs between a knowledge file and the one that replaces it: which entry, old and new value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

ASIDE: Final = frozenset({"replaces", "withdraws", "reason", "by", "date", "examples"})
"""Entries that a replacement always changes, or that change no finding."""

SAID: Final = 5
"""Differences that a sentence names; it counts the others."""

WORDS: Final = frozenset({"title", "meaning", "note", "source", "contradicted_by", "validity"})
"""Entries of prose: a sentence counts them, and names what changes a finding."""

_LONGEST: Final = 60


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, str | None], ...]:
    """Each entry whose value is not the same: ``where``, ``old`` and ``new`` (None: it is not there).

    Items of a list are counted from 1.

    >>> differences({"limits": {"lesions": "5 lesions"}}, {"limits": {"lesions": "3 lesions"}})
    ({'where': 'limits.lesions', 'old': '5 lesions', 'new': '3 lesions'},)
    """
    before, after = ({key: value for key, value in data.items() if key not in ASIDE} for data in (old, new))
    return tuple(
        {"where": ".".join(where), "old": was, "new": becomes}
        for where, was, becomes in _between(before, after, ())
    )


def in_words(found: Iterable[Mapping[str, str | None]]) -> str:
    """Differences as a reader says them.

    >>> in_words([{"where": "limits.lesions.value", "old": "5 lesions", "new": "3 lesions"}])
    'limits.lesions.value: 5 lesions becomes 3 lesions'
    """
    every = list(found)
    named = [_sentence(one) for one in every if not WORDS & set(str(one["where"]).split("."))][:SAID]
    more = len(every) - len(named)
    if more:
        named.append(f"{more} {'more ' if named else ''}difference{'s' if more > 1 else ''}")
    return "; ".join(named)


def _sentence(one: Mapping[str, str | None]) -> str:
    if one["old"] is None:
        return f"{one['where']}: {one['new']} is added"
    if one["new"] is None:
        return f"{one['where']}: {one['old']} is left out"
    return f"{one['where']}: {one['old']} becomes {one['new']}"


def _between(
    old: Any, new: Any, where: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str | None, str | None]]:
    """Leaf by leaf, in the order of the old file, then what only the new one has."""
    parts = _parts(old), _parts(new)
    if parts[0] is None or parts[1] is None:
        if old != new:
            yield where, _text(old), _text(new)
        return
    for key, value in parts[0].items():
        if key not in parts[1]:
            yield (*where, key), _text(value), None
        else:
            yield from _between(value, parts[1][key], (*where, key))
    for key, value in parts[1].items():
        if key not in parts[0]:
            yield (*where, key), None, _text(value)


def _parts(value: Any) -> dict[str, Any] | None:
    if isinstance(value, Mapping):
        return {str(key): part for key, part in value.items()}
    if isinstance(value, list) and any(isinstance(part, Mapping | list) for part in value):
        return {str(number): part for number, part in enumerate(value, start=1)}
    return None


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        text = ", ".join(f"{key} {_text(part)}" for key, part in value.items())
    elif isinstance(value, list):
        text = ", ".join(map(_text, value))
    elif isinstance(value, bool):
        text = "yes" if value else "no"
    else:
        text = "nothing" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
