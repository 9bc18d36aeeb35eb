"""A starter: a commented study of a small made-up table, which runs as it is."""

from __future__ import annotations

from typing import Final

import numpy as np

STUDY: Final = """\
# A study of paget. Run it:  paget study study.yaml
# Everything beside this file is named from here. `paget study --schema` gives your editor the keys.
title: Survival after resection, a made-up example
question: Does a second operation go with longer survival?
note: Made-up patients; nothing is to be learnt from them.

cohort:
  data: followed.csv                 # a table with a row a patient; or a record (folder, bundle, database)
  # map: mapping.yaml                # makes a record of a registry's own table
  # overlays: [our-hospital]         # own endpoints, origins and rules
  known_at_origin: [age, nodes]      # only what was known on the day of the origin may define groups
  # known_at_origin: {points: fong_score, age: age}      # of a record: findings and facts as of that day
  bands:
    older: {column: age, from: [70], names: [below 70, 70 or more]}
  include:                           # in order; who fails, or is not known, leaves and is counted
    - {column: age, at_least: 40, reads: younger than 40}

endpoint:                            # as supplied: days, and 1 for the event
  time: days
  event: died
  name: Overall survival
  # derive: overall_survival         # of a record: derived by a definition, from an origin
  # from: metastasectomy

exposure:                            # what patients are compared by
  name: second operation
  decided: after the origin          # so it cannot define groups: the comparison as asked is refused
  day: second_operation              # the day from the origin on which it began; blank: never
  adjust: age + nodes

design:                              # and these are made instead
  - {method: time-dependent}
  - {method: landmark, days: [180, 365, 540]}
  - {method: mantel-byar}

models:
  - {kind: cox, name: all factors, formula: age + nodes}
  - {kind: restricted mean, until: 3 years, by: older}

figures:
  - {kind: survival, by: older, shown: year, origin: resection, scale: "Alive, of 100"}
  - {kind: flow}
  - {kind: comparisons}
  - {kind: forest, model: all factors}
  - {kind: table one, by: older}
"""


def table(patients: int = 240, seed: int = 4) -> str:
    """Made-up follow-up of patients, as CSV; the second operation does nothing."""
    chance = np.random.Generator(np.random.Philox(seed))
    age = chance.integers(36, 86, patients)
    nodes = (chance.random(patients) < 0.45).astype(int)
    hazard = np.exp(0.02 * (age - 62) + 0.5 * nodes) / 1100
    death = np.ceil(chance.exponential(1.0, patients) / hazard)
    seen = chance.integers(300, 2600, patients)
    second = np.ceil(chance.exponential(900.0, patients))
    lines = ["patient,days,died,age,nodes,second_operation"]
    for row in range(patients):
        days = int(min(death[row], seen[row]))
        again = str(int(second[row])) if second[row] < days else ""
        died = int(death[row] <= seen[row])
        lines.append(f"M{row + 1:03d},{days},{died},{age[row]},{nodes[row]},{again}")
    return "\n".join(lines) + "\n"
