"""Calibration of virtual patients to open tables: posterior, fit, checks, and what the data cannot tell."""

from paget.biology.calibration.fit import calibrate
from paget.biology.calibration.result import Calibrated
from paget.biology.calibration.tables import Tables, tables

__all__ = ["Calibrated", "Tables", "calibrate", "tables"]
