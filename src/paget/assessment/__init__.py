"""Assessment: facts and rules to findings, each with because, missing, source and confirmed."""

from paget.assessment.assess import Assessment, assess, each, rules_of
from paget.assessment.registry import evaluate, evaluate_in_batches
from paget.assessment.table import table_of

__all__ = ["Assessment", "assess", "each", "evaluate", "evaluate_in_batches", "rules_of", "table_of"]
