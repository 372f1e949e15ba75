"""Bags that nobody has counted: parameters from a prior or a posterior, and counts from parameters."""
