"""Real data sets that ship, each with a file of its source and of what its columns are."""
