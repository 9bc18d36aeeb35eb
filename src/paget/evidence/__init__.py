"""Evidence: from records and tables of follow-up to comparisons that do not mislead."""

from paget.evidence.about import About
from paget.evidence.comparison import Comparison
from paget.evidence.derived import Derived, derive_endpoint
from paget.evidence.exposure import Exposure
from paget.evidence.flags import Flagged
from paget.evidence.followed import Followed, as_supplied
from paget.evidence.guard import ImmortalTime, NoDay, analysis
from paget.evidence.guarded_curves import Complement, GuardedCurves, curves
from paget.evidence.long_table import derive_from_events
from paget.evidence.measures import Measured, derive_any
from paget.evidence.small_groups import SmallGroups, safe_to_export
from paget.evidence.surveillance import with_assessments

__all__ = [
    "About",
    "Comparison",
    "Complement",
    "Derived",
    "Exposure",
    "Flagged",
    "Followed",
    "GuardedCurves",
    "ImmortalTime",
    "Measured",
    "NoDay",
    "SmallGroups",
    "analysis",
    "as_supplied",
    "curves",
    "derive_any",
    "derive_endpoint",
    "derive_from_events",
    "safe_to_export",
    "with_assessments",
]
