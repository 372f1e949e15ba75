"""Gibbs chains of a mixture from a model and bags, with a name for everything that they hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers, read_only_floats
from handful.data.counts import Counts
from handful.data.labelled import LabelledRows
from handful.distributions.checks import whole
from handful.distributions.fixed import Fixed
from handful.errors import EngineError, ParameterTypeError
from handful.mcmc.chains import Chains
from handful.mcmc.gibbs import Gibbs, Parts
from handful.models.mixture import Mixture
from handful.models.mixture_prior import MixturePrior
from handful.rng import RNG, as_generator, fresh_seed

SAME = "pairs of one component"
"""The part of the pairs of bags that come from one component: no swap of labels changes it."""


def gibbs(
    model: Mixture,
    counts: Counts,
    *,
    n_draws: int = 2000,
    n_chains: int = 4,
    warmup: int = 200,
    rng: RNG = None,
) -> Chains:
    """Chains of weights, recipes and assignments of a mixture, each begun at a draw of the prior.

    Parameters
    ----------
    model : Mixture
        Whose bags follow their components exactly: not overdispersed.
    counts : Counts
        B bags.
    n_draws, n_chains, warmup : int, optional
        Draws of each chain to keep, chains, and sweeps to make first and to forget.
    rng : int, Generator or None, optional
        Where the luck comes from.

    Returns
    -------
    Chains
        Of 'weights[1]', 'proportions[1, blue]', 'assignments[A]' (numbered from 1), and of what no swap of labels
        changes: 'weight by size[1]', 'next item[blue]' (its chance, from a bag to come), 'pairs of one component'.

    Raises
    ------
    EngineError
        If components are overdispersed: then recipes given assignments have no closed form.
    ParameterTypeError
        If `model` is no mixture.

    Examples
    --------
    >>> bags = Counts([[9, 1], [8, 2], [1, 9], [2, 8]], categories=["blue", "brown"])
    >>> chains = gibbs(Mixture(2), bags, n_draws=500, rng=1)
    >>> chains.names[:3]
    ('weights[1]', 'weights[2]', 'proportions[1, blue]')
    >>> chains.judged
    ('weight by size[1]', 'weight by size[2]', 'next item[blue]', 'next item[brown]')
    """
    if not isinstance(model, Mixture):
        raise ParameterTypeError(f"model = {model!r}: give a Mixture", name="model", found=model)
    if model.overdispersed:
        raise EngineError(
            engine="gibbs", reason="given their bags, overdispersed components have no closed form"
        )
    number = whole(n_draws, name="n_draws", least=1)
    several, forgotten = whole(n_chains, name="n_chains", least=1), whole(warmup, name="warmup")
    seed = fresh_seed() if rng is None else (None if isinstance(rng, np.random.Generator) else rng)
    generator = as_generator(rng if seed is None else seed)
    rows = model.compress(counts)
    prior, known = model.prior_over(counts.categories), rows.known[rows.row_of_bag]
    kernel = kernel_of(prior, counts.table, known=known)
    parts = kernel.start(several, rng=generator)
    for _ in range(forgotten):
        parts = kernel.sweep(parts, rng=generator)
    moments = []
    for _ in range(number):
        parts = kernel.sweep(parts, rng=generator)
        moments.append(_columns(parts))
    names, judged = _named(prior, kernel, rows=rows, bags=counts.bags)
    return Chains(
        read_only_floats(np.stack(moments, axis=1)),
        names,
        read_only_floats(np.full((several, number), np.nan)),
        read_only_floats(np.ones(several)),
        "gibbs",
        None,
        judged,
        None if seed is None else int(seed),
    )


def kernel_of(
    prior: MixturePrior, table: Annotated[Integers, "B C"], *, known: Annotated[Integers, "B"]
) -> Gibbs:
    """The sampler for these bags under this prior. Labels count as data: they add to the weights like any bag."""
    weights = prior.weights
    if isinstance(weights, Fixed) or weights is None:
        shares = np.ones(1) if weights is None else weights.proportions
    else:
        shares = weights.concentration
    return Gibbs(
        table,
        known,
        np.asarray(shares),
        prior.per_component,
        weights_are_known=weights is None or isinstance(weights, Fixed),
        recipes_are_known=prior.concentration is None,
    )


def _named(
    prior: MixturePrior, kernel: Gibbs, *, rows: LabelledRows, bags: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the columns are called, and which of them the chains are to be judged by."""
    components = rows.components or tuple(map(str, range(1, prior.n_components + 1)))
    of_weights = [f"weights[{name}]" for name in components]
    of_recipes = [f"proportions[{name}, {category}]" for name in components for category in rows.categories]
    by_size = [f"weight by size[{place}]" for place in range(1, len(components) + 1)]
    coming = [f"next item[{category}]" for category in rows.categories]
    classes = prior.classes(rows.n_known_of(len(components)))
    distinct = len(np.unique(classes)) == len(classes)
    judged = [] if kernel.weights_are_known else [*by_size, *(of_weights if distinct else [])]
    judged += [] if kernel.recipes_are_known or not distinct else of_recipes
    judged += [] if kernel.weights_are_known and kernel.recipes_are_known else coming
    of_bags = [f"assignments[{bag}]" for bag in bags]
    return (*of_weights, *of_recipes, *by_size, *coming, SAME, *of_bags), tuple(judged)


def _columns(parts: Parts) -> Annotated[Floats, "M D"]:
    """All that the chains hold now, a row each."""
    weights = np.exp(parts.log_weights)
    n_chains, n_components = weights.shape
    n_bags = parts.assignments.shape[1]
    bags = (parts.assignments[:, :, None] == np.arange(n_components)).sum(axis=1)
    pairs = (bags * (bags - 1.0)).sum(axis=1, keepdims=True) / max(n_bags * (n_bags - 1), 1)
    return np.concatenate(
        [
            weights,
            np.exp(parts.log_proportions).reshape(n_chains, -1),
            -np.sort(-weights, axis=1),
            np.einsum("mk,mkc->mc", weights, np.exp(parts.log_proportions)),
            pairs,
            parts.assignments + 1.0,
        ],
        axis=1,
    )
