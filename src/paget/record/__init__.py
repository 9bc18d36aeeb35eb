"""The record: one patient or a registry, as dated rows in a few tables."""
