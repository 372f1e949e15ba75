"""The parts of `sensitivity`: power-scaling in closed form and of draws, and refits under other priors."""
