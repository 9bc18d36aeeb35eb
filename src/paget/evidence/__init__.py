"""Evidence: from records and tables of follow-up to comparisons that do not mislead."""

from paget.evidence.comparison import Comparison
from paget.evidence.exposure import Exposure
from paget.evidence.followed import Followed, as_supplied
from paget.evidence.guard import ImmortalTime, analysis

__all__ = ["Comparison", "Exposure", "Followed", "ImmortalTime", "analysis", "as_supplied"]
