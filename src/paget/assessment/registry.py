"""Findings of a registry as arrays: at once, or batch after batch so that memory does not grow with it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from os import cpu_count
from pathlib import Path
from typing import Any

import narwhals as nw

from paget.assessment.assess import rules_of
from paget.facts.declaration import FactTable
from paget.facts.derive import ask, derive
from paget.knowledge import Knowledge
from paget.record import Record
from paget.record.batches import PATIENTS, in_batches
from paget.record.cycles import without_search_for_cycles
from paget.record.prepared import Prepared, prepared
from paget.rules import Results

Found = tuple[FactTable, Results]
Days = int | nw.LazyFrame[Any] | None


def evaluate(
    record: Record,
    on: Days = None,
    *,
    overlays: Iterable[str | Path] = (),
    only: Iterable[str] | None = None,
) -> Found:
    """Facts and findings of a whole registry as arrays, without explanation and ranking.

    Args:
        record: of a registry.
        on: the decision day; or each patient's own, as a frame on the record's engine with a row a patient
            (``patient_id``, ``as_of``); default: the last known day of each patient's record.
        overlays: folders of a hospital's own knowledge.
        only: these findings alone, with what they read.
    """
    return _evaluation(on, overlays, only)(prepared(record))


def evaluate_in_batches(
    record: Record,
    on: Days = None,
    *,
    overlays: Iterable[str | Path] = (),
    only: Iterable[str] | None = None,
    patients: int = PATIENTS,
) -> Iterator[Found]:
    """The same for so many patients at a time, in the order of their ids; several batches run side by side.

    Args:
        record: of a registry.
        on: the decision day, or each patient's own; default: the last known day of each patient's record.
        overlays: folders of a hospital's own knowledge.
        only: these findings alone, with what they read.
        patients: at most so many in a batch.
    """
    batch = _evaluation(on, overlays, only)
    workers = cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[Found]] = deque()
        for ready in in_batches(record, patients):
            waiting.append(pool.submit(batch, ready))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _evaluation(
    on: Days, overlays: Iterable[str | Path], only: Iterable[str] | None
) -> Callable[[Prepared], Found]:
    knowledge = Knowledge.load(overlays)
    rules = rules_of(knowledge)
    asked = None if only is None else tuple(only)

    def run(ready: Prepared) -> Found:
        with without_search_for_cycles():  # arrays form none
            facts = derive(ready, ask(ready, on), knowledge)
            return facts, rules.evaluate(facts, trace=False, alternatives=False, only=asked)

    return run
