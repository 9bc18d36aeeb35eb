"""Survival: estimators on rows or on a table with a row a day; whole days are counted, not sorted."""

from paget.errors import BadInput
from paget.survival.aalen_johansen import Incidence, Incidences, aalen_johansen, incidences_of
from paget.survival.concordance import Concordance, concordance
from paget.survival.cox import cox
from paget.survival.cox_model import CoxModel
from paget.survival.cure import cure
from paget.survival.daily import DailyTable, daily_table
from paget.survival.fine_gray import FineGrayModel, fine_gray
from paget.survival.gray import gray_test, gray_test_of
from paget.survival.kaplan_meier import Curve, Curves, curves_of, kaplan_meier, nelson_aalen
from paget.survival.logrank import logrank, logrank_of
from paget.survival.multi_state import MultiState, StateProbabilities, multi_state
from paget.survival.parametric import parametric
from paget.survival.parametric_model import CureModel, ParametricModel
from paget.survival.results import Analysed, LogLikelihood, Named, Test
from paget.survival.rmst import RestrictedMeans, rmst, rmst_of

__all__ = [
    "Analysed",
    "BadInput",
    "Concordance",
    "CoxModel",
    "CureModel",
    "Curve",
    "Curves",
    "DailyTable",
    "FineGrayModel",
    "Incidence",
    "Incidences",
    "LogLikelihood",
    "MultiState",
    "Named",
    "ParametricModel",
    "RestrictedMeans",
    "StateProbabilities",
    "Test",
    "aalen_johansen",
    "concordance",
    "cox",
    "cure",
    "curves_of",
    "daily_table",
    "fine_gray",
    "gray_test",
    "gray_test_of",
    "incidences_of",
    "kaplan_meier",
    "logrank",
    "logrank_of",
    "multi_state",
    "nelson_aalen",
    "parametric",
    "rmst",
    "rmst_of",
]
