"""What treatment does to the lesions of a virtual patient: an operation on all that are known, or drugs;
compiled.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from paget.biology.compiling import inlined
from paget.biology.entries import noted
from paget.biology.kept import A_TARGET, AN_OPERATION
from paget.biology.lesion import OPERATED
from paget.biology.lesions import GONE, HIDDEN, SHOWN, look_for, set_back, size_of
from paget.elementary import exp
from paget.streams import exponential, unit, word

R0, R1, R2 = 0, 1, 2
DEATH_OF_OPERATION: Final = 100  # numbers of words of the patient's own stream
EFFECT_OF_DRUGS: Final = 50
DRUG_LUCK: Final = OPERATED + 500  # of a lesion's stream
_MAY_VANISH: Final = 3.4  # log of cells from which exp(-cells) is below 1e-13


@inlined
def operate(
    n: Any, day: Any, operations: Any, entries: Any, person: Any, m: Any, lesions: Any, log: Any
) -> Any:
    """Local treatment of all known lesions; R0 takes a lesion away, R1 hides it, R2 leaves it known.

    Args:
        n: lesions.
        day: of the operation.
        operations: so many before.
        entries: in the log.
        person: the patient.
        m: the model's numbers.
        lesions: all columns.
        log: see :data:`paget.biology.kept.ENTRY`.

    Returns:
        The worst residual, whether the patient died of it, and entries in the log.
    """
    died = unit(word(person.key, np.uint64(DEATH_OF_OPERATION + operations))) < m.mortality
    worst = R0
    for i in range(n):
        if lesions.status[i] != SHOWN:
            continue
        chance = unit(word(lesions.key[i], np.uint64(OPERATED + operations)))
        left = R0 if chance < m.p_r0 else R1 if chance < m.p_r0 + m.p_r1 else R2
        worst = max(worst, left)
        entries = noted(entries, A_TARGET, day, left, lesions.organ[i], i, log)
        if left == R0:
            lesions.status[i] = GONE
            continue
        cells = min(m.log_r1 if left == R1 else m.log_r2, size_of(i, day, m, lesions))
        set_back(i, day, cells, person, m, lesions)
        if left == R1:
            lesions.status[i] = HIDDEN
            look_for(i, day, person, m, lesions)
    return worst, died, noted(entries, AN_OPERATION, day, worst, -1, -1, log)


@inlined
def give_drugs(n: Any, day: Any, lines: Any, person: Any, m: Any, lesions: Any) -> None:
    """Systemic therapy: all lesions lose the same powers of ten; one left with few cells may vanish."""
    kill = m.kill * exponential(word(person.key, np.uint64(EFFECT_OF_DRUGS + lines)))
    for i in range(n):
        if lesions.status[i] == GONE or lesions.born[i] >= day:
            continue
        size = size_of(i, day, m, lesions) - kill
        none_left = exp(-exp(size)) if size < _MAY_VANISH else 0.0  # Poisson
        if unit(word(lesions.key[i], np.uint64(DRUG_LUCK + lines))) < none_left:
            lesions.status[i] = GONE
            continue
        set_back(i, day, max(size, 0.0), person, m, lesions)
        if lesions.status[i] == HIDDEN:
            look_for(i, day, person, m, lesions)
