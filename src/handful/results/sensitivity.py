"""sensitivity: how much an answer rests on its prior, by power-scaling and by refits under other priors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from handful.data.labelled import LabelledRows
from handful.distributions.beta import Beta
from handful.distributions.checks import probability
from handful.distributions.components import Components
from handful.distributions.density import Density
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.independent import IndependentDirichlets
from handful.distributions.positive import Gamma
from handful.distributions.tabulated import Tabulated
from handful.errors import ParameterError, ParameterTypeError
from handful.inference.draws_fit import DrawsFit
from handful.inference.evidence import Verdict
from handful.inference.fits import Fit
from handful.inference.mode_fit import ModeFit
from handful.models.mixture_prior import MixturePrior
from handful.progress import so_far, stage
from handful.results.sensitive.alternatives import Alternative, other_models
from handful.results.sensitive.closed import Numbers, of_dirichlet, of_gamma, of_table
from handful.results.sensitive.drawn import as_pair, of_draws
from handful.results.sensitive.estimates import Key, estimates_of
from handful.results.sensitive.found import Estimate, Sensitivity, SensitivityRow
from handful.results.sensitive.refits import alternative
from handful.results.sensitive.tails import part_of, prior_tails
from handful.results.sensitive.words import verdict_on
from handful.results.tree.chains import Chains, posterior_chains
from handful.rng import RNG, as_generator

MOST_ROWS = 500
"""Of so many parameters nobody reads the numbers, and it takes some seconds to find them."""


def sensitivity(
    fit: Fit, *, priors: Mapping[str, Alternative] | None = None, mass: float = 0.95, rng: RNG = None
) -> Sensitivity:
    """How much the answer rests on its prior: power-scaling of each parameter, and refits under other priors.

    Power-scaling gives the prior, or the likelihood, a little more and a little less weight, and asks how far the
    posterior of a parameter moves. Where the prior moves it (0.05 or more) and the likelihood does too, the two may be
    in conflict; where only the prior does, the bags hardly tell. Whether they are in conflict is told by where the
    posterior lies in its prior, with at most 1 false alarm in 100 worlds that the prior makes. The numbers are those of
    ``arviz_stats.psense_summary`` of the draws that ``to_datatree(fit)`` gives, with log precision in place of
    precision; where the posterior is a closed form they are integrals, which need no draws.

    Parameters
    ----------
    fit : Fit
        What ``fit`` returned.
    priors : mapping of str to prior, optional
        Other priors by name: of the proportions, of the precision, of the rate, or a whole model of the fit's kind.
        The usual ones if not given (flat, Jeffreys, half and twice as strong, a second prior on the precision), none if
        empty.
    mass : float, optional
        Of the equal-tailed intervals.
    rng : int, Generator or None, optional
        The source of randomness; as in ``to_datatree``, a seed made of the data if not given.

    Raises
    ------
    MissingExtra
        If the fit is of draws, and arviz-stats is not installed.
    ParameterError
        If `mass` is none, one of `priors` does not suit the model, or there are too many parameters.
    ParameterTypeError
        If `fit` is no fit with a posterior.

    References
    ----------
    Kallioinen, Paananen, Bürkner & Vehtari (2024), Statistics and Computing 34:57 (arXiv:2107.14054).

    Examples
    --------
    >>> import handful as hf
    >>> blue = hf.Counts([[12, 43]], categories=["blue", "not blue"])
    >>> found = hf.sensitivity(hf.fit(hf.Pooled(hf.Beta(60, 40)), blue))
    >>> found.rows[0].diagnosis
    'potential prior-data conflict'
    >>> [one.name for one in found.alternatives]
    ['flat', 'Jeffreys', 'half as strong', 'twice as strong']
    """
    if not isinstance(fit, Fit):
        raise ParameterTypeError(f"fit = {fit!r}: give what fit() returned", name="fit", found=fit)
    if isinstance(fit, ModeFit):
        message = "this fit knows its posterior by its highest point only: nothing of it can be scaled"
        raise ParameterTypeError(message, name="fit", found=fit)
    probability(mass, name="mass")
    estimates = estimates_of(fit, mass)
    if len(estimates) > MOST_ROWS:
        message = f"the fit has {len(estimates):,} parameters: sensitivity is told of {MOST_ROWS} at most"
        raise ParameterError(message, name="fit", found=fit)
    # The draws are those of to_datatree: psense_summary of that tree gives the same numbers.
    generator = as_generator(int(fit.data.sha256[:12], 16) if rng is None else rng, use="tree")
    with stage("scaling prior and likelihood"):
        rows = tuple(_rows(fit, estimates, rng=generator))
    models = other_models(fit, priors) if rows else {}
    others = so_far(
        lambda one: alternative(fit, one[0][1], name=one[0][0], estimates=estimates, mass=mass, rng=one[1]),
        list(zip(models.items(), generator.spawn(len(models)), strict=True)),
        what="other prior",
        fewest=0,
    )
    alternatives = tuple(others)
    own = fit.model.prior_over(fit.data.categories).spec
    verdict = verdict_on(fit, rows, alternatives=alternatives)
    if len(alternatives) < len(models):
        told = f"Interrupted: {len(alternatives)} of {len(models)} other priors were tried."
        verdict = Verdict(ok=False, notes=(told, *verdict.notes))
    return Sensitivity(fit.model.spec, own, rows, alternatives, mass, verdict)


def _rows(
    fit: Fit, estimates: Mapping[Key, Estimate], *, rng: np.random.Generator
) -> Iterator[SensitivityRow]:
    """What is found of each parameter."""
    chains = posterior_chains(fit, None, rng=rng)
    numbers = dict(_numbers(fit, chains))
    tails = prior_tails(fit, chains, rng=rng)
    for key, one in estimates.items():
        prior, likelihood = numbers[key]
        yield SensitivityRow(
            **key._asdict(), prior=prior, likelihood=likelihood, tail=tails[part_of(key)], estimate=one
        )


def _numbers(fit: Fit, chains: Chains) -> Iterator[tuple[Key, Numbers]]:
    """The two numbers of each parameter."""
    prior = fit.model.prior_over(fit.data.categories)
    posterior, categories = fit.posterior, fit.data.categories
    if isinstance(fit, DrawsFit):
        yield from _of_draws(fit, chains)
    elif isinstance(posterior, Components) and isinstance(prior, MixturePrior):
        yield from _of_components(prior, posterior, categories=categories)
    elif isinstance(posterior, IndependentDirichlets):
        for bag, concentration in zip(fit.data.bags, posterior.concentration, strict=True):
            yield from _shares(of_dirichlet(_concentration(prior), concentration), categories, bag=bag)
    elif isinstance(posterior, Gamma) and isinstance(prior, Gamma):
        yield Key("rate", None, None, categories[0]), of_gamma(prior, posterior)
    elif isinstance(posterior, Beta | Dirichlet):
        yield from _shares(of_dirichlet(_concentration(prior), _concentration(posterior)), categories)
    elif isinstance(posterior, Tabulated) and isinstance(prior, Density | Tabulated):
        # Of two categories the second is the mirror of the first, and the distance is that of both.
        yield from _shares([of_table(prior, posterior)] * len(categories), categories)


def _concentration(distribution: object) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    if isinstance(distribution, Beta):
        return np.array([distribution.a, distribution.b])
    if isinstance(distribution, Dirichlet):
        return np.asarray(distribution.concentration)
    raise TypeError(distribution)


def _shares(
    numbers: list[Numbers],
    categories: tuple[str, ...],
    *,
    bag: str | None = None,
    component: str | None = None,
) -> Iterator[tuple[Key, Numbers]]:
    for category, pair in zip(categories, numbers, strict=True):
        yield Key("proportions", component, bag, category), pair


def _of_components(
    prior: MixturePrior, posterior: Components, *, categories: tuple[str, ...]
) -> Iterator[tuple[Key, Numbers]]:
    """Of components whose bags are all known: each part is a Dirichlet by itself."""
    if isinstance(posterior.weights, Dirichlet) and isinstance(prior.weights, Dirichlet):
        pairs = of_dirichlet(prior.weights.concentration, posterior.weights.concentration)
        for name, pair in zip(posterior.names, pairs, strict=True):
            yield Key("weights", name, None, None), pair
    for name, before, after in zip(posterior.names, prior.per_component, posterior.recipes, strict=True):
        if isinstance(after, Dirichlet):
            yield from _shares(of_dirichlet(before, after.concentration), categories, component=name)


def _of_draws(fit: DrawsFit, chains: Chains) -> Iterator[tuple[Key, Numbers]]:
    found = of_draws(fit, chains)
    names: tuple[str | None, ...] = (None,)
    if isinstance(fit.statistic, LabelledRows):
        names = fit.statistic.components
    for k, component in enumerate(names):
        for name, numbers in found.items():
            own = numbers if component is None else numbers[k]
            if name == "proportions":
                pairs = [as_pair(one) for one in own]
                yield from _shares(pairs, fit.data.categories, component=component)
            else:
                yield Key(name, component, None, None), as_pair(own)
