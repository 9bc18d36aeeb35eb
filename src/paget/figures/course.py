"""What a strip of a disease's course shows: treatments, named days, lesions, examinations and markers."""

from __future__ import annotations

from dataclasses import dataclass

from paget.figures.sparkline import Size

When = tuple[int, int]
"""First and last possible day."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A course of treatment; without an end it runs to the day, its end not documented."""

    start: When
    end: When | None
    label: str


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened on one day and is named; an operation also has a diamond."""

    day: When
    label: str
    written_day: str
    operation: bool = False


@dataclass(frozen=True, slots=True)
class Interval:
    """A span with its length in words, drawn as a bracket."""

    start: When
    end: When
    label: str
    known: bool = True


@dataclass(frozen=True, slots=True)
class Track:
    """A lesion over time.

    Attributes:
        name: "L1".
        where: "II".
        found: the day of its first detection.
        sizes: in order of their days.
        known: whether it is known to be tumour.
        says: what stands at the end of its line: "32 mm", "removed".
        gone: the day on which it was removed or ablated.
    """

    name: str
    where: str
    found: When | None
    sizes: tuple[Size, ...]
    known: bool
    says: str
    gone: When | None = None


@dataclass(frozen=True, slots=True)
class Dot:
    """One examination, value or status on a day, with a few letters when there is room.

    ``known`` is false for a sample without a result.
    """

    day: When
    label: str = ""
    known: bool = True


@dataclass(frozen=True, slots=True)
class Series:
    """Examinations of one kind, or values of one marker.

    Attributes:
        name: "CT", "CEA, ng/mL".
        dots: in order of their days.
        age: of the last one, in words: "106 days, limit 42".
        late: whether the last one is past its limit.
    """

    name: str
    dots: tuple[Dot, ...]
    age: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that the strip shows.

    Attributes:
        start: first day drawn.
        as_of: last day drawn.
        written_as_of: the last day in words.
        title: what the figure is, to someone who cannot see it.
        description: what it shows, to someone who cannot see it.
        bars: courses of treatment.
        moments: operations and other named days.
        interval: the bracket over the disease-free interval.
        tracks: the lesions.
        series: examinations, markers and statuses, one line each.
        relative: days count from the patient's own origin.
    """

    start: int
    as_of: int
    written_as_of: str
    title: str
    description: str
    bars: tuple[Bar, ...] = ()
    moments: tuple[Moment, ...] = ()
    interval: Interval | None = None
    tracks: tuple[Track, ...] = ()
    series: tuple[Series, ...] = ()
    relative: bool = False
