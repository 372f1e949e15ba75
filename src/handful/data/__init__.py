"""Floor 0: what was seen."""
