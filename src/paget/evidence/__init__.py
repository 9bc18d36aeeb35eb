"""Evidence: from records and tables of follow-up to comparisons that do not mislead."""

from paget.evidence.comparison import Comparison
from paget.evidence.derived import Derived, derive_endpoint
from paget.evidence.exposure import Exposure
from paget.evidence.followed import Followed, as_supplied
from paget.evidence.guard import ImmortalTime, NoDay, analysis

__all__ = [
    "Comparison",
    "Derived",
    "Exposure",
    "Followed",
    "ImmortalTime",
    "NoDay",
    "analysis",
    "as_supplied",
    "derive_endpoint",
]
