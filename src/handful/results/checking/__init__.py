"""The parts of a check: statistics of tables, made-up bags, and log scores of bags left out."""
