"""Floor 2: likelihood and prior; a model holds no data and picks no engine."""
