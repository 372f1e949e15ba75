"""Floor 1: densities, draws and moments; they know no model."""
