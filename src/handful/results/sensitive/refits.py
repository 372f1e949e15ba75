"""The same bags under another prior: the refit, and how far it moves what the fit said."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import linear_sum_assignment

from handful.data.labelled import LabelledRows
from handful.distributions.beta import Beta
from handful.distributions.components import Components
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.divergence import of_dirichlets, of_gammas
from handful.distributions.independent import IndependentDirichlets
from handful.distributions.positive import Gamma
from handful.distributions.tabulated import Tabulated
from handful.errors import ParameterError
from handful.inference.choose import choose
from handful.inference.draws import Draws
from handful.inference.draws_fit import DrawsFit
from handful.inference.evidence import Verdict
from handful.inference.fit import fit as fitted
from handful.inference.fits import ExactFit, Fit, GridFit
from handful.inference.highest_point import HighestPoint
from handful.inference.outcome import Model, Sampling
from handful.models.mixture import Mixture
from handful.results.sensitive.estimates import Key, estimates_of
from handful.results.sensitive.found import AlternativePrior, Estimate


def alternative(
    fit: Fit,
    model: Model,
    *,
    name: str,
    estimates: dict[Key, Estimate],
    mass: float,
    rng: np.random.Generator,
) -> AlternativePrior:
    """What `model`, which differs from the fit's by its prior, makes of the same bags.

    Parameters
    ----------
    fit : Fit
        The fit.
    model : Model
        With another prior.
    name : str
        What the prior is called.
    estimates : dict
        What the fit knows.
    mass : float
        Of the intervals.
    rng : Generator

    Raises
    ------
    ParameterError
        If the prior gives no chance to what was counted.
    """
    again = _refit(fit, model, rng=rng)
    if again.log_evidence.value == -math.inf:
        message = f"priors[{name!r}] gives no chance to what was counted"
        raise ParameterError(message, name="priors", found=model)
    theirs = _matched(fit, again, theirs=estimates_of(again, mass))
    moved = []
    for key, own in estimates.items():
        one = theirs.get(key)
        if one is None:
            message = f"priors[{name!r}] knows {' '.join(filter(None, key))} exactly: nothing of it is left to compare"
            raise ParameterError(message, name="priors", found=model)
        moved.append(one.shifted_from(own))
    prior = model.prior_over(fit.data.categories).spec
    kl = divergence(fit.posterior, again.posterior)
    return AlternativePrior(name, prior, again.log_evidence, kl, tuple(moved), again.verdict)


def _refit(fit: Fit, model: Model, *, rng: np.random.Generator) -> Fit:
    """The fit of another model to the same statistic; where there are draws, with a verdict on its own draws."""
    if isinstance(fit, DrawsFit):
        bags = fit.statistic if fit.counts is None else fit.counts
        return fitted(model, bags, rng=rng)  # type: ignore[arg-type]  # without counts they are histograms
    statistic = fit.statistic
    chosen, reason = choose(model, statistic, engine=None)
    outcome = chosen.run(model, statistic, sampling=Sampling(None, rng))
    posterior, evidence, verdict = outcome.posterior, outcome.log_evidence, Verdict(outcome.ok, outcome.notes)
    of = (model, fit.data, statistic)
    if isinstance(posterior, Draws | HighestPoint):
        spec = model.prior_over(fit.data.categories).spec
        message = f"under {spec} there is no closed form: fit that model by itself"
        raise ParameterError(message, name="priors", found=model)
    if isinstance(posterior, Tabulated):
        return GridFit(*of, posterior, evidence, chosen.name, reason, verdict)
    return ExactFit(*of, posterior, evidence, chosen.name, reason, verdict)


def _matched(fit: Fit, again: Fit, *, theirs: dict[Key, Estimate]) -> dict[Key, Estimate]:
    """The estimates by the fit's components: those that nothing tells apart may have changed places."""
    if not (isinstance(fit.model, Mixture) and isinstance(fit, DrawsFit) and isinstance(again, DrawsFit)):
        return theirs
    statistic = fit.statistic
    if not isinstance(statistic, LabelledRows):
        return theirs
    classes = fit.model.prior_over(fit.data.categories).classes(statistic.n_known_of(fit.model.size))
    first, second = (np.einsum("s,skc->kc", one.weights, one.draws["proportions"]) for one in (fit, again))
    cost = ((first[:, None] - second) ** 2).sum(axis=2)
    # Those that cannot be exchanged stay where they are.
    cost[classes[:, None] != classes] = 1e6
    own, other = linear_sum_assignment(cost)
    name = {statistic.components[j]: statistic.components[i] for i, j in zip(own, other, strict=True)}
    return {key._replace(component=name[str(key.component)]): one for key, one in theirs.items()}


def divergence(first: object, second: object) -> float | None:
    """The Kullback-Leibler divergence of `first` from `second`, in nats, where both are closed forms of one family."""
    if isinstance(first, Beta | Dirichlet) and isinstance(second, Beta | Dirichlet):
        return of_dirichlets(_dirichlet(first), _dirichlet(second))
    if isinstance(first, Gamma) and isinstance(second, Gamma):
        return of_gammas(first, second)
    if isinstance(first, IndependentDirichlets) and isinstance(second, IndependentDirichlets):
        return math.fsum(of_dirichlets(first[b], second[b]) for b in range(len(first)))
    if isinstance(first, Components) and isinstance(second, Components):
        pairs = zip((first.weights, *first.recipes), (second.weights, *second.recipes), strict=True)
        each = [
            of_dirichlets(a, b) for a, b in pairs if isinstance(a, Dirichlet) and isinstance(b, Dirichlet)
        ]
        return math.fsum(each)
    return None


def _dirichlet(distribution: Beta | Dirichlet) -> Dirichlet:
    if isinstance(distribution, Dirichlet):
        return distribution
    return Dirichlet([distribution.a, distribution.b])
