"""Rows in parts on threads."""

from __future__ import annotations

from paget.survival.parts import SMALLEST, for_each, in_parts


def test_work_within_work_ends_and_has_the_same_parts() -> None:
    """More parts than threads, each of which again asks for parts."""
    rows = 4 * SMALLEST
    plain = in_parts(rows, lambda low, high: (low, high))
    found = in_parts(rows, lambda low, high: (low, in_parts(rows, lambda a, b: (a, b))))
    assert [low for low, _ in found] == [low for low, _ in plain]
    assert all(inner == plain for _, inner in found)
    assert for_each([1, 2, 3], rows, lambda item: for_each([item], rows, str)) == [["1"], ["2"], ["3"]]
