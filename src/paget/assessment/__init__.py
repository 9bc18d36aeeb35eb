"""Assessment: facts and rules to findings, each with because, missing, source and confirmed."""

from paget.assessment.assess import Assessment, assess, each, evaluate, rules_of

__all__ = ["Assessment", "assess", "each", "evaluate", "rules_of"]
