"""Made-up bags from several sources as the package is given them, and what their fits say that labels do not touch.

The truths come from the oracles. What a bag's source probably is at a draw is worked out here, with SciPy's x log y:
nothing but the fits themselves comes from the package.
"""

from __future__ import annotations

import contextlib
import string
from collections.abc import Iterator

import numpy as np
import pytest
from scipy import special
from tests.oracles.mixture import MixtureTruth, enumerate_mixture
from tests.testing_tools import shapes
from tests.testing_tools.mixture_cases import UNKNOWN, MixtureCase

import handful as hf
from handful.inference import smc_engine

SOURCE = "source"


# ---- the cases as the package is given them ----------------------------------------------------------------


def names_of(n_components) -> tuple[str, ...]:
    return tuple(f"source {k}" for k in range(n_components))


def counts_of(table, known=None, *, n_components=0) -> hf.Counts:
    """The bags; those of known source are labelled with its name."""
    table = np.atleast_2d(np.asarray(table))
    labels = {}
    if known is not None and (np.asarray(known) != UNKNOWN).any():
        names = (*names_of(n_components), "")
        labels = {SOURCE: [names[k] for k in known]}
    return hf.Counts(
        table,
        categories=list(string.ascii_lowercase[: table.shape[1]]),
        ids=[f"bag {b}" for b in range(len(table))],
        labels=labels,
    )


def counts_of_case(case: MixtureCase) -> hf.Counts:
    return counts_of(case.table, case.known, n_components=len(case.weights_concentration))


def is_one_source(case: MixtureCase) -> bool:
    """Whether every bag carries the same label: the package says that there is nothing to tell apart."""
    return bool((case.known != UNKNOWN).all() and (case.known == case.known[0]).all())


def model_of(case: MixtureCase) -> hf.Mixture:
    """The model whose priors are those of the case."""
    size = len(case.weights_concentration)
    return hf.Mixture(
        size,
        recipes=None if case.recipes is None else hf.Recipes(case.recipes, components=names_of(size)),
        strength="fixed" if case.recipes is None else case.strength,
        prior=hf.Dirichlet(case.base),
        weights=hf.Dirichlet(case.weights_concentration),
        labels=SOURCE if (case.known != UNKNOWN).any() else None,
    )


def known_of(case: MixtureCase) -> np.ndarray:
    """The known components (B,), as the package numbers them.

    Without recipes the labels name the components, those that no label names come after them. Then nothing but their
    labels tells components apart, so that this is only another order.
    """
    if case.recipes is not None:
        return case.known
    return np.where(
        case.known == UNKNOWN,
        UNKNOWN,
        np.searchsorted(np.unique(case.known[case.known != UNKNOWN]), case.known),
    )


def truth_of(case: MixtureCase) -> MixtureTruth:
    return enumerate_mixture(
        case.table, case.weights_concentration, case.component_concentrations, case.known
    )


# ---- what a fit says --------------------------------------------------------------------------------------


def responsibilities(draws, table, known) -> np.ndarray:
    """P(z_b = k) (S, B, K) at each draw of weights and proportions."""
    logs = special.xlogy(table[None, :, None, :], draws["proportions"][:, None, :, :]).sum(axis=3)
    with np.errstate(divide="ignore"):
        found = special.softmax(logs + np.log(draws["weights"])[:, None, :], axis=2)
    n_components = found.shape[2]
    for b in np.flatnonzero(known != UNKNOWN):
        found[:, b] = np.arange(n_components) == known[b]
    return found


def pairs_of(n_bags) -> tuple[np.ndarray, np.ndarray]:
    """Every pair of different bags, once."""
    return np.triu_indices(n_bags, 1)


def same_source(draws, table, known) -> np.ndarray:
    """P(z_i = z_j) (S, pairs) at each draw: given weights and proportions, bags are independent."""
    r = responsibilities(draws, table, known)
    one, other = pairs_of(len(table))
    return np.einsum("spk,spk->sp", r[:, one], r[:, other])


class Refused(Exception):
    """The laplace engine would rather have another engine answer."""


def without_another_engine(patch: pytest.MonkeyPatch) -> None:
    """From now on laplace raises Refused where the particles of smc would take over."""

    def particles(*_):
        raise Refused

    patch.setattr(smc_engine, "particles", particles)


@contextlib.contextmanager
def shapes_unchecked() -> Iterator[None]:
    """No check of shapes at every call: it slows thousands of fits down, and others see to it."""
    checked = dict(shapes._CHECKED)
    shapes._CHECKED.update({key: function.__wrapped__ for key, function in checked.items()})
    try:
        yield
    finally:
        shapes._CHECKED.update(checked)
