"""Floor 4: what people look at, as numbers."""
