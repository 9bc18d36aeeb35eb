"""Survival: estimators on rows or on a table with a row a day; whole days are counted, not sorted."""

from paget.errors import BadInput
from paget.survival.aalen_johansen import Incidence, Incidences, aalen_johansen, incidences_of
from paget.survival.concordance import Concordance, concordance
from paget.survival.cox import cox
from paget.survival.cox_model import CoxModel
from paget.survival.cure import cure
from paget.survival.curves import Curve, Curves
from paget.survival.daily import DailyTable, daily_table
from paget.survival.episodes import Episodes, Landmark, landmark, split_at, until_change
from paget.survival.fine_gray import FineGrayModel, fine_gray
from paget.survival.gray import gray_test, gray_test_of
from paget.survival.kaplan_meier import curves_of, follow_up, kaplan_meier, nelson_aalen
from paget.survival.logrank import logrank, logrank_of
from paget.survival.multi_state import MultiState, StateProbabilities, multi_state
from paget.survival.parametric import parametric
from paget.survival.parametric_model import CureModel, ParametricModel
from paget.survival.performance import Performance, performance
from paget.survival.pooling import Pooled, pool
from paget.survival.propensity import PropensityWeights, e_value, propensity_weights
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
    "Episodes",
    "FineGrayModel",
    "Incidence",
    "Incidences",
    "Landmark",
    "LogLikelihood",
    "MultiState",
    "Named",
    "ParametricModel",
    "Performance",
    "Pooled",
    "PropensityWeights",
    "RestrictedMeans",
    "StateProbabilities",
    "Test",
    "aalen_johansen",
    "concordance",
    "cox",
    "cure",
    "curves_of",
    "daily_table",
    "e_value",
    "fine_gray",
    "follow_up",
    "gray_test",
    "gray_test_of",
    "incidences_of",
    "kaplan_meier",
    "landmark",
    "logrank",
    "logrank_of",
    "multi_state",
    "nelson_aalen",
    "parametric",
    "performance",
    "pool",
    "propensity_weights",
    "rmst",
    "rmst_of",
    "split_at",
    "until_change",
]
