"""Which component each bag came from: the parts that `assign` and `self_assignment` are made of."""
