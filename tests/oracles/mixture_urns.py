"""Tiny mixtures from Polya's urns at 50 digits (mpmath): a check of tests/oracles/mixture.py.

One labelling after another; its labels, and then its items, are drawn from urns, each with its chance, so that there
is no gamma function and no logarithm until the very end. For a few bags of a few items.
"""

from __future__ import annotations

import itertools
from math import factorial, prod

import mpmath
import numpy as np

UNKNOWN = -1
DIGITS = 50


def enumerate_slowly(
    table, weights_concentration, component_concentrations, known=None
) -> dict[str, np.ndarray]:
    """What `enumerate_mixture` finds, by name: the evidence, and all that is a mean over labellings."""
    table = [[int(k) for k in bag] for bag in table]
    known = [UNKNOWN] * len(table) if known is None else [int(k) for k in known]
    n_components = len(component_concentrations)
    with mpmath.workdps(DIGITS):
        sums: dict[str, object] = dict.fromkeys(
            ("evidence", "assignments", "same_source", "weights", "proportions", "predictive"), 0
        )
        choices = [range(n_components) if label == UNKNOWN else [label] for label in known]
        for labels in itertools.product(*choices):
            chance, of_labels, of_items = drawn(
                table, labels, known=known, urns=(weights_concentration, component_concentrations)
            )
            members = np.array([[int(label == k) for k in range(n_components)] for label in labels])
            weights = of_labels / of_labels.sum()
            recipes = of_items / of_items.sum(axis=1, keepdims=True)
            sums["evidence"] += chance
            sums["assignments"] += chance * members
            sums["same_source"] += chance * (members @ members.T)
            sums["weights"] += chance * weights
            sums["proportions"] += chance * recipes
            sums["predictive"] += chance * (weights @ recipes)
        evidence = sums.pop("evidence")
        found = {name: np.asarray(one / evidence).astype(float) for name, one in sums.items()}
        return {"log_evidence": float(mpmath.log(evidence)), **found}


def drawn(table, labels, *, known, urns):
    """The chance of unknown labels and all counts, and what the urns hold afterwards: (K,), (K, C)."""
    of_labels, of_items = (exact(urn) for urn in urns)
    for label in known:
        if label != UNKNOWN:
            of_labels[label] += 1  # a label that is known has no chance: it is given
    chance = mpmath.mpf(1)
    for bag, label, given in zip(table, labels, known, strict=True):
        if given == UNKNOWN:
            chance *= of_labels[label] / of_labels.sum()
            of_labels[label] += 1
        chance *= factorial(sum(bag)) // prod(factorial(k) for k in bag)
        for category, count in enumerate(bag):
            for _ in range(count):
                chance *= of_items[label][category] / of_items[label].sum()
                of_items[label][category] += 1
    return chance, of_labels, of_items


def exact(values) -> np.ndarray:
    """The values as mpmath numbers, in an array of objects."""
    return np.vectorize(lambda value: mpmath.mpf(float(value)), otypes=[object])(np.asarray(values))
