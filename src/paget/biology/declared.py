"""A parameter of a model: name, unit, meaning and the range outside of which it makes no sense."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from paget.errors import BadInput


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter.

    Attributes:
        name: its name in functions and knowledge files.
        unit: of the number; "1" for a share or a factor.
        low, high: the range; a bound that is infinite is never reached.
        meaning: what it stands for.
        above: the lower bound itself is not allowed.
    """

    name: str
    unit: str
    low: float
    high: float
    meaning: str
    above: bool = False

    @property
    def range(self) -> str:
        """The range in words.

        >>> Parameter("share", "1", 0, 1, "").range, Parameter("radius", "mm", 0, 50, "", above=True).range
        ('from 0 to 1', 'above 0, to 50 mm')
        """
        unit = "" if self.unit == "1" else f" {self.unit}"
        if math.isinf(self.high):
            words = f"above {self.low:g}" if self.above else f"{self.low:g} or more"
            return f"{words}{unit}, and finite"
        first = f"above {self.low:g}, to" if self.above else f"from {self.low:g} to"
        return f"{first} {self.high:g}{unit}"

    def holds(self, value: Any) -> bool:
        """Whether a number, or each number of an array, lies in the range."""
        try:
            numbers = np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError):
            return False
        low = numbers > self.low if self.above else numbers >= self.low
        return bool((np.isfinite(numbers) & low & (numbers <= self.high)).all())

    def check(self, value: Any) -> None:
        """Refuse what lies outside.

        Raises:
            BadInput: with the name and the range; never with the value, which may be a patient's.
        """
        if not self.holds(value):
            raise BadInput(
                f"{self.name} lies outside its range", where=self.name, mend=f"give a number {self.range}"
            )


class Declared(Mapping[str, Parameter]):
    """The parameters of a model, by name.

    >>> own = Declared(Parameter("rate", "1/day", 0, 1, "net growth", above=True))
    >>> own.check(rate=0.02)
    >>> own.check(rate=-0.02)
    Traceback (most recent call last):
    paget.errors.BadInput: rate lies outside its range
      where: rate
      mend:  give a number above 0, to 1 1/day
    """

    def __init__(self, *parameters: Parameter) -> None:
        self._by_name = {one.name: one for one in parameters}

    def __getitem__(self, name: str) -> Parameter:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def check(self, **values: Any) -> None:
        """Refuse the first value that lies outside its parameter's range.

        Raises:
            BadInput: a value outside its range, or a name that the model does not have.
        """
        for name, value in values.items():
            if name not in self._by_name:
                near = difflib.get_close_matches(name, self._by_name, n=1)
                mend = f"did you mean {near[0]}?" if near else f"there are: {', '.join(self._by_name)}"
                raise BadInput("no such parameter", where=name, mend=mend)
            self._by_name[name].check(value)


def probabilities(name: str, matrix: Any) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """A matrix whose rows are probabilities of exclusive outcomes: none negative, no row above 1 in sum.

    Raises:
        BadInput: it is not square, or no such matrix.

    >>> probabilities("spread", [[0.2, 0.8], [0.5, 0.1]]).shape
    (2, 2)
    """
    numbers = np.asarray(matrix, dtype=np.float64)
    if numbers.ndim != 2 or numbers.shape[0] != numbers.shape[1] or not numbers.size:
        raise BadInput(
            f"{name} is no square matrix", where=name, mend="give a row and a column for each organ"
        )
    if not (np.isfinite(numbers) & (numbers >= 0)).all() or (numbers.sum(axis=1) > 1 + 1e-12).any():
        raise BadInput(
            f"{name} is no matrix of probabilities",
            where=name,
            mend="each number from 0 to 1, and no row above 1 in sum",
        )
    return numbers
