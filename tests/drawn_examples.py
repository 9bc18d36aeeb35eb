"""Seeds of random cases, and how many of them a property looks at."""

from __future__ import annotations

import os

from hypothesis import Phase, settings
from hypothesis import strategies as st

SEEDS = st.integers(0, 2**32)
"""A case is drawn from its seed; it is made smaller by leaving out rows and values, not by other seeds."""


def examples(usual: int) -> settings:
    """So many examples, or as PAGET_EXAMPLES says; none is made smaller by other seeds."""
    most = int(os.environ.get("PAGET_EXAMPLES", usual))
    return settings(max_examples=most, phases=[Phase.explicit, Phase.reuse, Phase.generate])
