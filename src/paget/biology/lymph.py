"""Lymph drainage as a network of resistances: where the flow goes when a basin is blocked.

Each channel carries Q = (P_i - P_j) / R. Fluid enters at some stations, leaves at others (pressure 0), and
what enters a station between leaves it again; one sparse system of linear equations says what each loop
carries. An operation or radiation raises the resistance of channels, and the flow finds others:
contralateral, retropharyngeal, parotid.

Flows are teaching values: for a patient no clinical estimate exists.

[1] Source text on salvage surgery of the head and neck: Q = dP / R; atypical metastases after treatment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from paget.biology.chart import Drawing, bars
from paget.biology.declared import Declared, Parameter
from paget.errors import BadInput

Floats = NDArray[np.float64]

PARAMETERS: Final = Declared(
    Parameter("inflow", "mL/day", 0, 1e6, "Lymph that the site makes.", above=True),
    Parameter(
        "resistance",
        "1",
        0,
        1e9,
        "Of each channel, in the order of the file's channels; relative units.",
        above=True,
    ),
    Parameter("blocked_factor", "1", 1, 1e9, "By what a blocked channel's resistance grows."),
)
LIMITS: Final = PARAMETERS


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel between two stations."""

    start: str
    end: str
    resistance: float

    def __post_init__(self) -> None:
        PARAMETERS.check(resistance=self.resistance)

    @property
    def name(self) -> str:
        """``start - end``."""
        return f"{self.start} - {self.end}"


@dataclass(frozen=True, slots=True)
class Flows:
    """Where lymph goes.

    Attributes:
        by_channel: flow from start to end of each channel, in the unit of the inflow.
        pressure: of each station.
        outflow: what leaves at each exit.
        imbalance: largest difference between what enters and leaves a station, as a share of all that flows
        in.
    """

    by_channel: Mapping[str, float]
    pressure: Mapping[str, float]
    outflow: Mapping[str, float]
    imbalance: float

    def shares(self) -> dict[str, float]:
        """Share of the inflow that each exit takes."""
        whole = sum(self.outflow.values())
        return {name: flow / whole for name, flow in self.outflow.items()}


@dataclass(frozen=True)
class Drainage:
    """A network of channels.

    Attributes:
        channels: between stations.
        inflow: what each site makes.
        exits: stations at pressure 0.
    """

    channels: tuple[Channel, ...]
    inflow: Mapping[str, float]
    exits: tuple[str, ...]

    def blocked(self, names: Iterable[str], factor: float) -> Drainage:
        """The network with the resistance of some channels grown by a factor; a name is a channel or a
        station.

        Raises:
            BadInput: no channel has that name or station, or the factor is below 1.
        """
        PARAMETERS.check(blocked_factor=factor)
        names = tuple(names)
        known = {name for one in self.channels for name in (one.name, one.start, one.end)}
        for name in names:
            if name not in known:
                raise BadInput(
                    "no such channel or station",
                    where="blocked",
                    mend=f"there are: {', '.join(sorted(known))}",
                )
        channels = tuple(
            replace(one, resistance=one.resistance * factor)
            if {one.name, one.start, one.end} & set(names)
            else one
            for one in self.channels
        )
        return replace(self, channels=channels)

    def flows(self) -> Flows:
        """Solve it.

        Raises:
            BadInput: a site from which no channel leads to an exit.

        >>> ways = (Channel("site", "left", 1), Channel("site", "right", 3))
        >>> two = Drainage(ways, {"site": 4.0}, ("left", "right"))
        >>> found = two.flows().by_channel       # 1/1 to 1/3: three quarters go left
        >>> round(found["site - left"], 12), round(found["site - right"], 12)
        (3.0, 1.0)
        """
        PARAMETERS.check(inflow=list(self.inflow.values()))
        stations = {name for one in self.channels for name in (one.start, one.end)}
        for name in (*self.inflow, *self.exits):
            if name not in stations:
                raise BadInput("a station without a channel", where=name, mend="name one of the channels")
        tree = _Tree(self.channels, self.exits)
        for name in self.inflow:
            if name not in tree.depth:
                raise BadInput("lymph has no way out", where=name, mend="a channel that leads to an exit")
        resistance = np.array([one.resistance for one in self.channels])
        flow = np.zeros(len(self.channels))
        for name, amount in self.inflow.items():
            for channel, sign in tree.way_out(name):
                flow[channel] += sign * amount
        flow += tree.round_loops(resistance, flow)
        pressure = tree.pressures(resistance * flow)
        net = dict.fromkeys(stations, 0.0) | dict(self.inflow)
        for one, amount in zip(self.channels, flow, strict=True):
            net[one.start] -= float(amount)
            net[one.end] += float(amount)
        whole = sum(self.inflow.values())
        inner = [abs(amount) for name, amount in net.items() if name not in self.exits]
        return Flows(
            {one.name: float(amount) for one, amount in zip(self.channels, flow, strict=True)},
            pressure,
            {name: net[name] for name in self.exits},
            max(inner, default=0.0) / whole,
        )


class _Tree:
    """The ways of least resistance to the exits, and a loop for every channel that lies off them.

    A flow along the ways out conserves what flows in, and so does a flow round a loop: whatever the loops
    carry, nothing is lost at any station. What they carry is Kirchhoff's second law: no pressure is gained
    round a loop.
    """

    def __init__(self, channels: tuple[Channel, ...], exits: tuple[str, ...]) -> None:
        self.channels, self.exits = channels, exits
        above = {name: name for one in channels for name in (one.start, one.end)}

        def root(name: str) -> str:
            while above[name] != name:
                above[name] = above[above[name]]
                name = above[name]
            return name

        for name in exits[1:]:
            above[root(name)] = root(exits[0])
        beside: dict[str, list[tuple[str, int]]] = {name: [] for name in above}
        for number in sorted(range(len(channels)), key=lambda number: channels[number].resistance):
            one = channels[number]
            if root(one.start) != root(one.end):
                above[root(one.start)] = root(one.end)
                beside[one.start].append((one.end, number))
                beside[one.end].append((one.start, number))
        self.depth = dict.fromkeys(exits, 0)
        self.toward: dict[str, tuple[str, int]] = {}
        ahead = list(exits)
        while ahead:
            name = ahead.pop()
            for other, number in beside[name]:
                if other not in self.depth:
                    self.depth[other], self.toward[other] = self.depth[name] + 1, (name, number)
                    ahead.append(other)

    def way_out(self, name: str) -> list[tuple[int, float]]:
        """The channels from a station to an exit, each with 1, or -1 when it is run through backwards."""
        way = []
        while name in self.toward:
            other, number = self.toward[name]
            way.append((number, 1.0 if self.channels[number].start == name else -1.0))
            name = other
        return way

    def round_loops(self, resistance: Floats, flow: Floats) -> Floats:
        """What the loops add to a flow so that pressures are those of the stations: C R C' x = -C R flow."""
        from scipy.sparse import coo_matrix
        from scipy.sparse.linalg import splu

        entries: list[tuple[int, int, float]] = []
        on_tree, loops = {number for _, number in self.toward.values()}, 0
        for number, one in enumerate(self.channels):
            if number in on_tree or one.start not in self.depth:
                continue
            back = [(channel, -sign) for channel, sign in self.way_out(one.start)]
            around = [(number, 1.0), *self.way_out(one.end), *back]
            entries += [(loops, channel, sign) for channel, sign in around]
            loops += 1
        if not loops:
            return np.zeros(flow.size)
        row, column, sign = (np.array(part) for part in zip(*entries, strict=True))
        places = (row.astype(int), column.astype(int))
        loop = coo_matrix((sign.astype(float), places), (loops, flow.size)).tocsr()
        weighted = loop.multiply(resistance[None, :]).tocsr()
        carried = splu((weighted @ loop.T).tocsc()).solve(-(weighted @ flow))
        return np.asarray(loop.T @ carried)

    def pressures(self, drop: Floats) -> dict[str, float]:
        """The pressure of each station, from the drops along its way out."""
        return {name: float(sum(sign * drop[n] for n, sign in self.way_out(name))) for name in self.depth}


def of(values: Any, channels: Iterable[tuple[str, str]], site: str, exits: tuple[str, ...]) -> Drainage:
    """A network of named channels with the resistances of a parameter file."""
    built = tuple(Channel(a, b, float(r)) for (a, b), r in zip(channels, values["resistance"], strict=True))
    return Drainage(built, {site: float(values["inflow"])}, exits)


NECK: Final = (
    ("tongue", "level I ipsilateral"),
    ("tongue", "level II ipsilateral"),
    ("tongue", "level II contralateral"),
    ("tongue", "retropharyngeal"),
    ("tongue", "parotid"),
    ("level I ipsilateral", "level II ipsilateral"),
    ("level II ipsilateral", "level III ipsilateral"),
    ("level II contralateral", "level III contralateral"),
    ("retropharyngeal", "level II ipsilateral"),
    ("retropharyngeal", "level II contralateral"),
    ("parotid", "level II contralateral"),
    ("level III ipsilateral", "ipsilateral duct"),
    ("level III contralateral", "contralateral duct"),
)
"""Channels of a schematic neck; their resistances are in the knowledge file lymph_neck_schematic."""


def neck(values: Any) -> Drainage:
    """The schematic neck with the resistances of a parameter file."""
    return of(values, NECK, "tongue", ("ipsilateral duct", "contralateral duct"))


def draw(values: Any) -> Drawing:
    """First stations of the schematic neck before and after the ipsilateral neck was treated."""
    before = neck(values)
    after = before.blocked(("level I ipsilateral", "level II ipsilateral"), float(values["blocked_factor"]))
    firsts = [f"{a} - {b}" for a, b in NECK if a == "tongue"]
    one, two = before.flows(), after.flows()
    whole = sum(before.inflow.values())
    return bars(
        [
            (
                name.removeprefix("tongue - ")
                .replace("ipsilateral", "ipsi")
                .replace("contralateral", "contra"),
                one.by_channel[name] / whole,
            )
            for name in firsts
        ],
        others=[("", two.by_channel[name] / whole) for name in firsts],
        title="First stations: before (dark) and after treatment of one side (light)",
        y="share of the flow",
        words="{:.2f}",
    )
