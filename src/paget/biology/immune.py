"""Effectors against tumour: the ratio E/T after debulking, by two equations.

    dT/dt = r T - k E T
    dE/dt = s / (1 + T / T_s) - d E

T tumour cells, E effector cells; r growth, k killing by one effector, s influx without tumour, d loss, T_s
the tumour at which the influx is halved: a large tumour suppresses its own control. An operation takes T at
once and leaves E, so that E/T rises by the factor of the debulking, and then E recovers. With quick
effectors (quasi-steady) E(T) = s / (d (1 + T / T_s)), and the tumour shrinks below

    T_c = T_s (k s / (d r) - 1)

Ratios of effectors are teaching values: for a patient no clinical estimate exists.

[1] Source text on metastasectomy: reducing the burden can increase the ratio of effector to target cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from paget.biology.chart import Drawing, Line, lines
from paget.biology.declared import Declared, Parameter

Floats = NDArray[np.float64]

PARAMETERS: Final = Declared(
    Parameter("rate", "1/day", 0, 10, "Growth of the tumour.", above=True),
    Parameter("kill", "1/day", 0, 1, "Tumour cells' hazard of death from one effector.", above=True),
    Parameter("influx", "cell/day", 0, 1e15, "Effectors that arrive a day without tumour.", above=True),
    Parameter("loss", "1/day", 0, 10, "Loss of effectors.", above=True),
    Parameter("half_suppressed_at", "cell", 0, 1e15, "Tumour that halves the influx.", above=True),
)
LIMITS: Final = Declared(
    *PARAMETERS.values(),
    Parameter("tumour_cells", "cell", 0, 1e15, "Tumour cells.", above=True),
    Parameter("effector_cells", "cell", 0, 1e15, "Effector cells."),
    Parameter("share_left", "1", 0, 1, "Share of the tumour that the operation leaves.", above=True),
    Parameter("days", "day", 0, 1e5, "Time.", above=True),
)
TOLERANCE: Final = 1e-10  # relative, of the solver; the closed forms agree to 1e-6


@dataclass(frozen=True, slots=True)
class Course:
    """Tumour and effectors over time.

    Attributes:
        days: (points,) days.
        tumour: (points,) tumour cells.
        effectors: (points,) effector cells.
    """

    days: Floats
    tumour: Floats
    effectors: Floats

    @property
    def ratio(self) -> Floats:
        """E/T."""
        return self.effectors / self.tumour


@dataclass(frozen=True, slots=True)
class Immune:
    """The model with its five parameters."""

    rate: float
    kill: float
    influx: float
    loss: float
    half_suppressed_at: float

    def __post_init__(self) -> None:
        PARAMETERS.check(**{name: getattr(self, name) for name in PARAMETERS})

    def steady_effectors(self, tumour_cells: float) -> float:
        """E at which influx and loss balance, the tumour being held: s / (d (1 + T / T_s))."""
        LIMITS.check(tumour_cells=tumour_cells)
        return self.influx / (self.loss * (1 + tumour_cells / self.half_suppressed_at))

    @property
    def controlled_below(self) -> float:
        """T_c: a tumour that small shrinks; 0 when none does."""
        return max(0.0, self.half_suppressed_at * (self.kill * self.influx / (self.loss * self.rate) - 1))

    def course(
        self, tumour_cells: float, *, days: float, effector_cells: float | None = None, points: int = 200
    ) -> Course:
        """Solve the two equations from a start; effectors are in their steady state when left out."""
        LIMITS.check(tumour_cells=tumour_cells, days=days)
        start = self.steady_effectors(tumour_cells) if effector_cells is None else effector_cells
        LIMITS.check(effector_cells=start)
        from scipy.integrate import solve_ivp

        def slope(_: float, state: Any) -> list[float]:
            tumour, effectors = np.exp(min(state[0], 700.0)), state[1]
            growth = self.rate - self.kill * effectors
            return [growth, self.influx / (1 + tumour / self.half_suppressed_at) - self.loss * effectors]

        time = np.linspace(0, days, points)
        solved = solve_ivp(
            slope,
            (0, days),
            [np.log(tumour_cells), start],
            t_eval=time,
            rtol=TOLERANCE,
            atol=1e-10,
            method="LSODA",
        )
        return Course(time, np.exp(solved.y[0]), solved.y[1])

    def debulked(self, tumour_cells: float, share_left: float, *, days: float) -> Course:
        """The course after an operation that leaves a share of the tumour and all effectors."""
        LIMITS.check(share_left=share_left)
        held = self.steady_effectors(tumour_cells)
        return self.course(tumour_cells * share_left, days=days, effector_cells=held)

    def draw(
        self, tumour_cells: float, shares: tuple[float, ...] = (1.0, 0.1, 0.01), days: float = 365
    ) -> Drawing:
        """E/T without and after debulking."""
        series = []
        for share in shares:
            found = self.debulked(tumour_cells, share, days=days)
            name = "no operation" if share == 1 else f"{share:.0%} left"
            series.append(Line(name, found.days, found.ratio))
        return lines(
            series,
            title="Effectors a tumour cell after debulking (teaching values)",
            x="days",
            y="E/T",
            log_y=True,
        )


def of(values: Any) -> Immune:
    """The model of a parameter file."""
    return Immune(**{name: float(values[name]) for name in PARAMETERS})
