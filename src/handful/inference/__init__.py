"""Floor 3: a model and a statistic of the data become a fit."""
