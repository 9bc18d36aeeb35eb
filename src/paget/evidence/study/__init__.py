"""Studies: one readable file in, a report with its tables, figures and data out, the same each time."""

from paget.evidence.study.plan import Study, StudyError
from paget.evidence.study.reading import read_study
from paget.evidence.study.report import Report
from paget.evidence.study.run import run_study

__all__ = ["Report", "Study", "StudyError", "read_study", "run_study"]
