"""The parts of a synthetic registry: random columns, the disease, and the care for it."""
