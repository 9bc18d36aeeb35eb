"""Codes that FHIR files carry, each table with our own short words for what a code means."""
