"""Standing metastases over time: each seeds and ends on its own, event by event; beside it the expectation.

The time course of :mod:`paget.biology.network`: a lesion in organ i founds one in organ j at the rate
K_ij / L_i a day and ends at the rate 1 / L_i, so that the expected numbers n(t) follow dn/dt = n (B - D), as
:meth:`paget.biology.network.Network.expected` solves it.

[1] Athreya KB, Ney PE. Branching processes. Springer 1972, chapter V (multi-type, continuous time).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paget.biology.compiling import compiled
from paget.biology.network import LIMITS, Network
from paget.streams import exponential, patient_key, purpose, seed_key, seed_of, stream_key, unit, word


def standing(
    network: Network,
    founders: Sequence[int],
    patients: int,
    *,
    days: float,
    seed: int = 0,
    most: int = 100_000,
) -> NDArray[np.int64]:
    """Lesions that stand in each patient after some days.

    Args:
        network: of organs.
        founders: (organs,) lesions at the start.
        patients: how many.
        days: time.
        seed: of the streams.
        most: events of a patient after which counting stops.

    Returns:
        (patients, organs) counts.

    >>> one = Network(("liver",), [[0.0]], [100.0])          # ends only: exp(-1) stand after one life
    >>> round(float(standing(one, [1], 20_000, days=100.0).mean()), 1)
    0.4
    """
    LIMITS.check(founders=list(founders), days=days)
    out = np.zeros((patients, len(network.organs)), np.int64)
    sums, shares = network.next_generation.sum(axis=1), np.cumsum(network.next_generation, axis=1)
    start = np.asarray(founders, np.int64)
    _stand(seed_of(seed), purpose("network course"), sums, shares, network.life, start, days, most, out)
    return out


@compiled
def _stand(
    seed: Any, why: Any, sums: Any, shares: Any, life: Any, founders: Any, days: Any, most: Any, out: Any
) -> None:
    base, organs = seed_key(seed), sums.size
    for patient in range(out.shape[0]):
        key = stream_key(patient_key(base, np.uint64(patient)), why)
        place, day, events = np.uint64(0), 0.0, 0
        for organ in range(organs):
            out[patient, organ] = founders[organ]
        while events < most:
            total = 0.0
            for organ in range(organs):
                total += out[patient, organ] * (1.0 + sums[organ]) / life[organ]
            if total <= 0.0:
                break
            day += exponential(word(key, place)) / total
            if day > days:
                break
            pick, parent = unit(word(key, place + np.uint64(1))) * total, 0
            while parent < organs - 1:
                own = out[patient, parent] * (1.0 + sums[parent]) / life[parent]
                if pick <= own:
                    break
                pick -= own
                parent += 1
            what = unit(word(key, place + np.uint64(2))) * (1.0 + sums[parent])
            if what <= 1.0:
                out[patient, parent] -= 1
            else:
                child = 0
                while child < organs - 1 and what - 1.0 > shares[parent, child]:
                    child += 1
                out[patient, child] += 1
            place += np.uint64(3)
            events += 1
