"""Survival: estimators on rows or on a table with a row a day; whole days are counted, not sorted."""

from paget.errors import BadInput
from paget.survival.aalen_johansen import Incidence, Incidences, aalen_johansen, incidences_of
from paget.survival.bootstrap import Bootstrapped, bootstrap
from paget.survival.calibration import Calibration, calibration_curve
from paget.survival.concordance import Concordance, concordance
from paget.survival.cox import cox
from paget.survival.cox_model import CoxModel
from paget.survival.cure import cure
from paget.survival.curves import Curve, Curves
from paget.survival.daily import DailyTable, daily_table
from paget.survival.decision_curve import DecisionCurves, decision_curve
from paget.survival.episodes import Episodes, Landmark, landmark, split_at, until_change
from paget.survival.fine_gray import FineGrayModel, fine_gray
from paget.survival.frailty import frailty
from paget.survival.frailty_model import FrailtyModel
from paget.survival.gray import gray_test, gray_test_of
from paget.survival.interval_parametric import interval_parametric
from paget.survival.kaplan_meier import curves_of, follow_up, kaplan_meier, nelson_aalen
from paget.survival.life_table import LifeTable, life_table
from paget.survival.logrank import logrank, logrank_of
from paget.survival.mean_count import MeanCount, MeanCounts, mean_count
from paget.survival.multi_state import MultiState, StateProbabilities, multi_state
from paget.survival.parametric import parametric
from paget.survival.parametric_model import CureModel, ParametricModel
from paget.survival.performance import Performance, performance
from paget.survival.pooling import Pooled, pool
from paget.survival.propensity import PropensityWeights, e_value, propensity_weights
from paget.survival.pseudo import PseudoValues, pseudo_values
from paget.survival.recurrent import recurrent
from paget.survival.relative import RelativeCurve, RelativeSurvival, relative_survival
from paget.survival.results import Analysed, LogLikelihood, Named, Test
from paget.survival.rmst import RestrictedMeans, rmst, rmst_of
from paget.survival.turnbull import IntervalCurve, IntervalCurves, turnbull
from paget.survival.varying import VaryingModel, cox_varying

__all__ = [
    "Analysed",
    "BadInput",
    "Bootstrapped",
    "Calibration",
    "Concordance",
    "CoxModel",
    "CureModel",
    "Curve",
    "Curves",
    "DailyTable",
    "DecisionCurves",
    "Episodes",
    "FineGrayModel",
    "FrailtyModel",
    "Incidence",
    "Incidences",
    "IntervalCurve",
    "IntervalCurves",
    "Landmark",
    "LifeTable",
    "LogLikelihood",
    "MeanCount",
    "MeanCounts",
    "MultiState",
    "Named",
    "ParametricModel",
    "Performance",
    "Pooled",
    "PropensityWeights",
    "PseudoValues",
    "RelativeCurve",
    "RelativeSurvival",
    "RestrictedMeans",
    "StateProbabilities",
    "Test",
    "VaryingModel",
    "aalen_johansen",
    "bootstrap",
    "calibration_curve",
    "concordance",
    "cox",
    "cox_varying",
    "cure",
    "curves_of",
    "daily_table",
    "decision_curve",
    "e_value",
    "fine_gray",
    "follow_up",
    "frailty",
    "gray_test",
    "gray_test_of",
    "incidences_of",
    "interval_parametric",
    "kaplan_meier",
    "landmark",
    "life_table",
    "logrank",
    "logrank_of",
    "mean_count",
    "multi_state",
    "nelson_aalen",
    "parametric",
    "performance",
    "pool",
    "propensity_weights",
    "pseudo_values",
    "recurrent",
    "relative_survival",
    "rmst",
    "rmst_of",
    "split_at",
    "turnbull",
    "until_change",
]
