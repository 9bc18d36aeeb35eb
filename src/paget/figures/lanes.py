"""Keeping labels apart: lanes for what lies side by side, spread for what lies above each other."""

from __future__ import annotations

from collections.abc import Sequence


class Lanes:
    """Lines of labels, one below the other; each label goes into the first line that has room for it.

    >>> lanes = Lanes(most=2)
    >>> lanes.place(0, 50), lanes.place(40, 90), lanes.place(60, 90), lanes.place(45, 55)
    (0, 1, 0, None)
    """

    def __init__(self, most: int, gap: float = 6) -> None:
        self.most, self.gap = most, gap
        self._taken: list[list[tuple[float, float]]] = []

    def __len__(self) -> int:
        return len(self._taken)

    def is_free(self, lane: int, left: float, right: float) -> bool:
        """Whether a line has room between two positions."""
        if lane >= len(self._taken):
            return lane < self.most
        return all(right + self.gap <= a or left >= b + self.gap for a, b in self._taken[lane])

    def take(self, lane: int, left: float, right: float) -> None:
        """Take the room of a line."""
        while len(self._taken) <= lane:
            self._taken.append([])
        self._taken[lane].append((left, right))

    def place(self, left: float, right: float) -> int | None:
        """The first line with room, which is then taken; None when no line has any."""
        for lane in range(self.most):
            if self.is_free(lane, left, right):
                self.take(lane, left, right)
                return lane
        return None


def spread(wanted: Sequence[float], apart: float, low: float, high: float) -> list[float]:
    """Positions near the wanted ones, in the same order from top to bottom, at least so far apart.

    Labels that would overlap move as a block around their middle, and stay between low and high while
    there is room.

    >>> spread([10, 10, 50], 12, 0, 100)
    [4.0, 16.0, 50.0]
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    blocks: list[tuple[float, list[int]]] = []  # middle, members
    for index in order:
        middle, members = wanted[index], [index]
        while True:
            half = apart * (len(members) - 1) / 2
            middle = max(low + half, min(high - half, middle))
            if not blocks:
                break
            above, its = blocks[-1]
            if above + apart * (len(its) - 1) / 2 + apart <= middle - half:
                break
            blocks.pop()
            together = its + members
            middle = sum(wanted[i] for i in together) / len(together)
            members = together
        blocks.append((middle, members))
    placed = [0.0] * len(wanted)
    for middle, members in blocks:
        first = middle - apart * (len(members) - 1) / 2
        for place, index in enumerate(members):
            placed[index] = first + apart * place
    return placed
