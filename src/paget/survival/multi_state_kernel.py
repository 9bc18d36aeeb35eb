"""The walk over time of state probabilities and of each subject's influence on them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from paget.survival.compiling import compiled

Array = NDArray[Any]


@compiled
def walk(
    leave: Array,
    enter: Array,
    state: Array,
    move: Array,
    weight: Array,
    subject: Array,
    states: int,
    points: int,
) -> tuple[Array, Array]:
    """Probabilities (states, points) and their variances.

    A subject's influence u (a row a state) follows u(t) = u(t-) (I + dA) + p(t-) d(own part of A), where its
    own part from state a is (own moves - at risk in a times dA) / n(a).
    """
    rows = leave.shape[0]
    subjects = subject.max() + 1
    by_leave, by_enter = np.argsort(leave, kind="mergesort"), np.argsort(enter, kind="mergesort")
    at_risk = np.zeros(states)
    p = np.zeros(states)
    p[0] = 1.0
    influence = np.zeros((subjects, states))
    standing = np.full(subjects, -1)
    own_weight = np.zeros(subjects)
    probability, variance = np.zeros((states, points)), np.zeros((states, points))
    coming, going = 0, 0
    moves, rate = np.zeros((states, states)), np.zeros((states, states))
    for t in range(points):
        while coming < rows and enter[by_enter[coming]] <= t:
            row = by_enter[coming]
            at_risk[state[row]] += weight[row]
            standing[subject[row]] = state[row]
            own_weight[subject[row]] = weight[row]
            coming += 1
        last = going
        moves[:] = 0.0
        happened = False
        while last < rows and leave[by_leave[last]] == t:
            row = by_leave[last]
            if move[row] and move[row] != state[row]:
                moves[state[row], move[row]] += weight[row]
                happened = True
            last += 1
        if happened:
            rate[:] = 0.0
            for a in range(states):
                if at_risk[a] > 0:
                    for b in range(states):
                        rate[a, b] += moves[a, b] / at_risk[a]
                        rate[a, a] -= moves[a, b] / at_risk[a]
            influence += influence @ rate
            for i in range(subjects):
                a = standing[i]
                if a >= 0:
                    for b in range(states):
                        influence[i, b] -= p[a] * rate[a, b] / at_risk[a]
            for at in range(going, last):
                row = by_leave[at]
                a, b = state[row], move[row]
                if b and b != a:
                    influence[subject[row], b] += p[a] / at_risk[a]
                    influence[subject[row], a] -= p[a] / at_risk[a]
            p = p + p @ rate
        for at in range(going, last):
            row = by_leave[at]
            at_risk[state[row]] -= weight[row]
            standing[subject[row]] = -1
        going = last
        for a in range(states):
            probability[a, t] = p[a]
            if happened or t == 0:
                total = 0.0
                for i in range(subjects):
                    total += (own_weight[i] * influence[i, a]) ** 2
                variance[a, t] = total
            else:
                variance[a, t] = variance[a, t - 1]
    return probability, variance
