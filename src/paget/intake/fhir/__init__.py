"""FHIR R4 and mCODE: reading what hospitals and standards export."""

from paget.intake.fhir.read import read_fhir

__all__ = ["read_fhir"]
