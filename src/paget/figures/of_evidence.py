"""The figures of evidence in one place: curves, incidences, forests, flows, courses and tables.

A brief needs none of them, so that :mod:`paget.figures` does not load them.
"""

from paget.figures.calibration import Calibration, CalibrationGroup, Model, calibration
from paget.figures.count_table import Counts
from paget.figures.decision import Decision, DecisionCurve, decision_curve
from paget.figures.drawn import Drawn, Said
from paget.figures.flow import Flow, FlowStep, flow
from paget.figures.follow_up_axis import FollowUpAxis, follow_up_axis
from paget.figures.forest import Forest, ForestRow, forest
from paget.figures.ink import style_sheet
from paget.figures.numbers import Numbers
from paget.figures.shown_numbers import Estimate
from paget.figures.stacked import Layer, Stacked, stacked
from paget.figures.step_curves import step_curves
from paget.figures.step_figure import GroupCounts, Landmark, StepCurve, StepCurves
from paget.figures.swimmer import Event, Stretch, Swimmer, Swimmers, swimmers
from paget.figures.table_one import Balance, BalanceRow, TableOne, TableRow, balance

__all__ = [
    "Balance",
    "BalanceRow",
    "Calibration",
    "CalibrationGroup",
    "Counts",
    "Decision",
    "DecisionCurve",
    "Drawn",
    "Estimate",
    "Event",
    "Flow",
    "FlowStep",
    "FollowUpAxis",
    "Forest",
    "ForestRow",
    "GroupCounts",
    "Landmark",
    "Layer",
    "Model",
    "Numbers",
    "Said",
    "Stacked",
    "StepCurve",
    "StepCurves",
    "Stretch",
    "Swimmer",
    "Swimmers",
    "TableOne",
    "TableRow",
    "balance",
    "calibration",
    "decision_curve",
    "flow",
    "follow_up_axis",
    "forest",
    "stacked",
    "step_curves",
    "style_sheet",
    "swimmers",
]
