"""Rules: the small language in which criteria, scores, classes and schedules are written and evaluated."""

from paget.rules.bodies import States
from paget.rules.explain import answers, finding, findings
from paget.rules.given import table_of
from paget.rules.kinds import KINDS, checker
from paget.rules.outcomes import Outcome, Results
from paget.rules.ranking import rank
from paget.rules.ruleset import RuleSet, compile_rules
from paget.rules.values import value_of

__all__ = [
    "KINDS",
    "Outcome",
    "Results",
    "RuleSet",
    "States",
    "answers",
    "checker",
    "compile_rules",
    "finding",
    "findings",
    "rank",
    "table_of",
    "value_of",
]
