"""A posterior and its prior as chains of draws that all weigh the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.data.labelled import LabelledRows
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.independent import IndependentDirichlets
from handful.inference.draws import Draws
from handful.inference.draws_fit import DrawsFit
from handful.inference.fits import Fit
from handful.models.mixture_prior import MixturePrior
from handful.results.made_up.quantities import draw_quantities

N_CHAINS = 4
N_DRAWS = 4_000

MOST_NUMBERS = 2_000_000
"""Arrays of a number for every draw and bag are left out beyond this: 16 MB each."""


@dataclass(frozen=True, slots=True, eq=False)
class Chains:
    """Draws without weights, chain after chain.

    Parameters
    ----------
    quantities : mapping of str to array (S, ...)
        By name, S first; none for a separate fit of too many bags.
    n_draws, n_chains : int
        S, and how many chains it is split into.
    how : str
        How they were drawn, as a sentence.
    origin : array of int, shape (S,), or None
        Which of the fit's weighted draws each of them is.
    """

    quantities: Mapping[str, Floats]
    n_draws: int
    n_chains: int
    how: str
    origin: Annotated[Integers, "S"] | None = None


def posterior_chains(fit: Fit, n_draws: int | None, *, rng: np.random.Generator) -> Chains:
    """Draws from the posterior of `fit`, `n_draws` in all rounded up to whole chains."""
    if isinstance(fit, DrawsFit):
        return _of_draws(fit, n_draws, rng=rng)
    wanted = _rounded_up(n_draws or N_DRAWS, N_CHAINS)
    exact = "the closed form" if fit.log_evidence.error == 0 else "the table of its density"
    how = f"independent draws from {exact} of the posterior, split into {N_CHAINS} chains"
    return Chains(_drawn(fit.posterior, wanted, rng=rng), wanted, N_CHAINS, how)


def prior_chains(fit: Fit, *, like: Chains, rng: np.random.Generator) -> Chains:
    """Draws from the prior of what the posterior of `fit` is of."""
    how = "independent draws from the prior"
    return Chains(_drawn(prior_of(fit), like.n_draws, rng=rng), like.n_draws, like.n_chains, how)


def prior_of(fit: Fit) -> object:
    """The prior of what the posterior of `fit` is of: of each bag (separate), given known components (mixtures)."""
    prior: object = fit.model.prior_over(fit.data.categories)
    if isinstance(fit.posterior, IndependentDirichlets) and isinstance(prior, Dirichlet):
        each = np.broadcast_to(prior.concentration, fit.posterior.concentration.shape)
        return IndependentDirichlets(each, fit.data.categories)
    if isinstance(prior, MixturePrior) and isinstance(fit.statistic, LabelledRows):
        return _given_labels(prior, fit.statistic)
    return prior


def _given_labels(prior: MixturePrior, statistic: LabelledRows) -> MixturePrior:
    """The prior once the known components are seen, and no counts: each of their bags is a bag more for its weight."""
    if not isinstance(prior.weights, Dirichlet):
        return prior
    concentration = prior.weights.concentration + statistic.n_known_of(prior.n_components)
    return replace(prior, weights=Dirichlet(concentration, statistic.components or None))


def _drawn(distribution: object, n_draws: int, *, rng: np.random.Generator) -> Mapping[str, Floats]:
    """Draws by the names of what the distribution is of.

    Of no bag, or of very many bags, no separate recipes are drawn: then there are no quantities.
    """
    cells = distribution.concentration.size if isinstance(distribution, IndependentDirichlets) else None
    if cells is not None and not 0 < n_draws * cells <= MOST_NUMBERS:
        return {}
    return draw_quantities(distribution, n_draws, rng=rng)


def _of_draws(fit: DrawsFit, n_draws: int | None, *, rng: np.random.Generator) -> Chains:
    """The weighted draws of `fit`, chosen in proportion to their weights."""
    draws = fit.posterior
    # A replicate without any weight has no draws.
    replicates = [np.flatnonzero(draws.replicate == number) for number in np.unique(draws.replicate)]
    n_chains = len(replicates)
    if n_chains > 1:
        origin = _of_each_replicate(draws, replicates, n_draws=n_draws, rng=rng)
        how = (
            f"the particles of {n_chains} replicates of the engine {fit.engine}, a chain each; here all "
            "replicates count the same, while the fit weighs them by their evidence"
        )
    else:
        n_chains = N_CHAINS
        # Draws that were chosen again and again would look like more draws than there are.
        right = min(N_DRAWS, draws.n_draws) if draws.sampled else N_DRAWS
        # Draws that were chosen twice stand side by side, and so do neighbouring nodes: they are shuffled.
        origin = rng.permutation(draws.resampled(_rounded_up(n_draws or right, N_CHAINS), rng=rng))
        how = (
            f"{_kind(draws)} of the engine {fit.engine}, resampled in proportion to their weights so that they have "
            f"none, shuffled, and split into {N_CHAINS} chains"
        )
    chosen = {name: values[origin] for name, values in draws.quantities.items()}
    return Chains(chosen, len(origin), n_chains, how, origin)


def _kind(draws: Draws) -> str:
    """What the draws of a single replicate are."""
    if not draws.sampled:
        return "the nodes of a quadrature"
    return "independent draws" if draws.pareto_k is None else "independent importance draws"


def _of_each_replicate(
    draws: Draws, members: Sequence[Integers], *, n_draws: int | None, rng: np.random.Generator
) -> Annotated[Integers, "S"]:
    """Draws of each replicate, equally many and in their order: relatives stay together."""
    fewest = min(map(len, members))
    each = fewest if n_draws is None else _rounded_up(n_draws, len(members)) // len(members)
    parts = []
    for member in members:
        one = Draws.of({}, weights=draws.weights[member] / draws.weights[member].sum())
        parts.append(member[one.resampled(each, rng=rng)])
    return np.concatenate(parts).astype(np.int64)


def _rounded_up(n_draws: int, n_chains: int) -> int:
    return -(-n_draws // n_chains) * n_chains
