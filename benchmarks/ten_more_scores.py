"""What ten scores more cost: a registry, and a case, assessed with and without an overlay of ten files.

python benchmarks/ten_more_scores.py [--patients 100000] [--times 7]

The scores ask for facts that shipped ones ask too, five each, with thresholds that no shipped file has, so
that no comparison is shared. With and without take turns, in seconds of the processor.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from measure import Line, at_most, save
from synthetic_registry import write_registry

SCORES: Final = 10
MOST: Final = 10.0  # per cent
EXAMPLES: Final = 40
SCORE: Final = """\
title: Made-up score {n}
kind: score
applies: {{has_metastasis: yes}}
sum:
  - {{when: {{primary_nodes_positive: {{at_least: {nodes} nodes}}}}, points: 2}}
  - {{when: {{disease_free_interval: {{below: {months} months}}}}}}
  - {{when: {{lesion_count: {{above: {lesions} lesions}}}}}}
  - by: largest_lesion
    bands: [{{below: {small} mm, points: 0}}, {{below: {large} mm, points: 1}}, {{points: 3}}]
  - {{when: {{cea: {{above: {cea} ng/mL, within: {days} days}}}}}}
groups: [{{score: [0, 3], is: low}}, {{score: [4, 8], is: high}}]
source: {{authors: nobody, note: "made up for a measurement"}}
confirmed: false
examples:
  - given: {{has_metastasis: no}}
    expect: {{applies: false}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        overlay, registry = Path(folder) / "overlay", Path(folder) / "registry"
        write_scores(overlay)
        write_registry(registry, given.patients)
        lines = [
            *of_a_registry(registry, overlay, given.times, f"{given.patients:,} patients"),
            *of_a_case(overlay, given.times * EXAMPLES),
        ]
    save("ten_more_scores", lines, "python benchmarks/ten_more_scores.py")


def write_scores(overlay: Path) -> None:
    """Ten files of a score."""
    (overlay / "scores").mkdir(parents=True)
    for n in range(SCORES):
        text = SCORE.format(
            n=n,
            nodes=n + 2,
            months=13 + n,
            lesions=6 + n,
            small=21 + n,
            large=61 + n,
            cea=31 + n,
            days=41 + n,
        )
        (overlay / "scores" / f"made_up_{n}.yaml").write_text(text, encoding="utf-8")


def of_a_registry(registry: Path, overlay: Path, times: int, what: str) -> list[Line]:
    """All facts and findings of a registry, in batches."""
    from paget.assessment import evaluate_in_batches
    from paget.intake.read import read

    record = read(registry)

    def findings(overlays: tuple[Path, ...]) -> int:
        rules = 0
        for _, results in evaluate_in_batches(record, overlays=overlays):
            rules = len(results.outcomes)
        return rules

    return compared(f"facts and findings, {what}", findings, overlay, times, MOST)


def of_a_case(overlay: Path, times: int) -> list[Line]:
    """One case, explained, its missing facts ranked."""
    from importlib import resources

    from paget.assessment import assess
    from paget.intake.read import read

    file = Path(str(resources.files("paget") / "examples" / "liver_metastases.yaml"))
    record = read(file)

    def findings(overlays: tuple[Path, ...]) -> int:
        return len(assess(record, overlays=overlays)[0].findings)

    return compared("one case, explained and ranked", findings, overlay, times)


def compared(
    what: str, run: Callable[[tuple[Path, ...]], int], overlay: Path, times: int, limit: float = 0.0
) -> list[Line]:
    """Median seconds without and with the overlay, taking turns, and by how much the second is longer.

    Seconds of the processor, all threads together: what the machine does beside it hardly touches them.
    The share is the median over the turns of one ratio each: the two runs of a turn are neighbours in time.
    """
    few, many = run(()), run((overlay,))  # warm
    if many - few < SCORES:
        raise SystemExit(f"{many} findings with ten scores more, {few} without")
    without, beside = [], []
    for turn in range(times):
        for overlays in ((), (overlay,)) if turn % 2 else ((overlay,), ()):
            start = time.process_time()
            run(overlays)
            (beside if overlays else without).append(time.process_time() - start)
    share = statistics.median(b / a for a, b in zip(without, beside, strict=True)) - 1
    more = f"{what}: more by"
    turns = f"median of {times} turns"
    return [
        Line(what, statistics.median(without), "s", note=f"{few} findings, processor time"),
        Line(
            f"{what}, ten scores more",
            statistics.median(beside),
            "s",
            note=f"{many} findings, processor time",
        ),
        at_most(more, 100 * share, "%", limit, turns) if limit else Line(more, 100 * share, "%", note=turns),
    ]


if __name__ == "__main__":
    sys.exit(main())
