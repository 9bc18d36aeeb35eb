"""An entry in the log of a course; compiled."""

from __future__ import annotations

from typing import Any

from paget.biology.compiling import inlined


@inlined
def noted(entries: Any, kind: Any, day: Any, number: Any, organ: Any, lesion: Any, log: Any) -> Any:
    """Write an entry when there is room.

    Args:
        entries: so many stand there.
        kind: see :data:`paget.biology.kept.A_STATE`.
        day: from day 0.
        number: what belongs to its kind.
        organ: place of its name in the model; -1 where there is none.
        lesion: its place; -1 where there is none.
        log: (LOGGED, ENTRY).

    Returns:
        How many stand there now.
    """
    if entries >= log.shape[0]:
        return entries
    log[entries, 0], log[entries, 1], log[entries, 2] = kind, day, number
    log[entries, 3], log[entries, 4] = organ, lesion
    return entries + 1
