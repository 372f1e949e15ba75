"""The plan for a share: exact for one common recipe with a Beta prior, by made-up bags and fits for others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from handful.data.counts import Counts
from handful.distributions.beta import Beta
from handful.distributions.checks import category_index
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.weighted import Weighted
from handful.errors import ParameterError, ParameterTypeError
from handful.inference.draws_fit import DrawsFit
from handful.inference.evidence import Verdict
from handful.inference.fit import fit
from handful.inference.fits import Fit, GridFit
from handful.inference.outcome import Model
from handful.models.hierarchical import Hierarchical
from handful.models.pooled import Pooled
from handful.models.priors import Known, Shaped
from handful.progress import each
from handful.results.made_up.bags import make_bags
from handful.results.made_up.quantities import prior_quantities
from handful.results.planning.answers import Plan, bags_of, nearest, percent_of
from handful.results.planning.candidates import Estimate, Planned, table, tried
from handful.results.planning.questions import ShareWithin
from handful.results.planning.share_exact import assurance

USUAL_BAGS = (5, 10, 20, 40, 80)
"""Candidates where each has to be tried out and none is named."""

DRAWS = 2_000
"""Enough for a length of an interval within 2 or 3 %; the made-up bags differ by more."""

OWN_RECIPES = (
    "Bags have recipes of their own: larger ones tell more of each, more of them tell more of the common mix."
)


@dataclass(frozen=True, slots=True)
class OneShare:
    """The share that is asked after, and the model of it against all the rest.

    Parameters
    ----------
    category : str
        Which one.
    model : Pooled or Hierarchical
        Over two categories.

    Examples
    --------
    >>> OneShare.of(Pooled(), ShareWithin(0.02, "red"), categories=("blue", "red", "green")).model.prior
    Beta(1, 2)
    """

    category: str
    model: Pooled | Hierarchical

    @staticmethod
    def of(model: Model, question: ShareWithin, *, categories: tuple[str, ...]) -> OneShare:
        """The one category of `model`; every margin of a Dirichlet is a Beta.

        Raises
        ------
        ParameterTypeError
            If there is no common share.
        ParameterError
            If the share is known, or there is no such category.
        """
        if not isinstance(model, Pooled | Hierarchical):
            message = (
                f"{model.spec}: there is no common share to be known; plan with Pooled (one recipe for all bags) or "
                "Hierarchical (each bag its own, around a common mix)"
            )
            raise ParameterTypeError(message, name="model", found=model)
        place = category_index(question.category or categories[0], categories=categories, n=len(categories))
        if isinstance(model, Pooled):
            return OneShare(categories[place], Pooled(_margin(model.prior_over(categories), place)))
        population = model.prior_over(categories)
        return OneShare(
            categories[place], Hierarchical(_margin(population.mean, place), population.precision)
        )


def _margin(prior: Known | Shaped, place: int) -> Beta | Shaped:
    """The prior on the share of the category at `place`."""
    if isinstance(prior, Fixed):
        message = f"{prior.spec}: the share is known exactly, there is nothing to plan"
        raise ParameterError(message, name="prior", found=prior)
    if isinstance(prior, Dirichlet):
        return prior.margin(place)
    if place == 0:
        return prior
    if isinstance(prior, Beta):
        return Beta(prior.b, prior.a)
    message = f"{prior.spec} is the prior on the share of the first category: ask after that one"
    raise ParameterError(message, name="category", found=place)


def plan_share(
    question: ShareWithin,
    one: OneShare,
    *,
    sizes: Sequence[int],
    bags: Sequence[int] | None,
    simulations: int,
    rng: np.random.Generator,
) -> Plan:
    """How many bags make the interval of a share short enough."""
    prior, notes, ok = one.model.prior if isinstance(one.model, Pooled) else None, [], True
    if isinstance(prior, Beta):
        rows = table(_exactly(prior, question), sizes=sizes, bags=bags, aim=question.aim)
    else:
        rows, wrong = _tried(
            question, one, sizes=sizes, bags=bags or USUAL_BAGS, simulations=simulations, rng=rng
        )
        ok = not wrong
        notes += wrong
        notes.append(
            f"Each row: {simulations:,} sets of bags made up from the prior, and a fit to each; the same parameters "
            "in all rows."
        )
    if isinstance(one.model, Hierarchical):
        notes.append(OWN_RECIPES)
    return Plan.of(
        question,
        one.model,
        categories=(one.category, f"not {one.category}"),
        rows=rows,
        words=lambda enough: _words(question, one.category, rows=rows, enough=enough),
        verdict=Verdict(ok, tuple(notes)),
    )


def _exactly(prior: Beta, question: ShareWithin) -> Callable[[int, int], Estimate]:
    def chance(n_bags: int, size: int) -> Estimate:
        return Estimate(assurance(prior, n_bags * size, within=question.within, mass=question.mass))

    return chance


def _tried(
    question: ShareWithin,
    one: OneShare,
    *,
    sizes: Sequence[int],
    bags: Sequence[int],
    simulations: int,
    rng: np.random.Generator,
) -> tuple[tuple[Planned, ...], list[str]]:
    """The candidates by fits to made-up bags, and what went wrong with them.

    All have the same parameters, and fewer bags are the first of more: what differs is what is compared.
    """
    names, most = (one.category, f"not {one.category}"), max(bags)
    drawn = prior_quantities(one.model, names, n_bags=most, n_draws=simulations, rng=rng)
    made = {size: make_bags(drawn, np.full(most, size), rng=rng).counts for size in sizes}

    def work(size: int, n_bags: int) -> tuple[Planned, int]:
        tables = list(made[size][:, :n_bags])
        fits = [
            _fitted(one.model, Counts(table, categories=names), rng=rng)
            for table in each(tables, "made-up set")
        ]
        short = sum(_half_length(found, question.mass) <= question.within for found in fits)
        # The sd of Beta(1 + hits, 1 + misses): not 0 where all of few are hits.
        error = Beta(1.0 + short, 1.0 + simulations - short).sd
        return Planned(n_bags, size, short / simulations, error), sum(not found.verdict.ok for found in fits)

    return tried(work, sizes=sizes, bags=bags)


def _fitted(model: Pooled | Hierarchical, counts: Counts, *, rng: np.random.Generator) -> Fit:
    if isinstance(model, Pooled):
        return fit(model, counts)
    return fit(model, counts, engine="laplace", draws=DRAWS, rng=rng)


def _half_length(found: Fit, mass: float) -> float:
    """Of the equal-tailed interval of the share."""
    if isinstance(found, DrawsFit):
        interval = Weighted(found.draws["proportions"][:, 0], found.weights).interval(mass=mass, kind="eti")
    elif isinstance(found, GridFit):
        interval = found.posterior.interval(mass=mass, kind="eti")
    else:
        raise ParameterTypeError(f"{found!r}: no interval of a share", name="fit", found=found)
    return 0.5 * (interval.upper - interval.lower)


def _words(question: ShareWithin, category: str, *, rows: Sequence[Planned], enough: Planned | None) -> str:
    aim = (
        f"To know the share of {category} to within +-{100 * question.within:g} points "
        f"({100 * question.mass:g}% interval, equal-tailed)"
    )
    if enough is None:
        return f"{aim} with {100 * question.aim:g}% probability none of these is enough: {nearest(rows)}"
    if enough.n_items == 0:
        return f"{aim} you need count nothing: the prior alone is narrow enough."
    return (
        f"{aim} you need about {enough.n_items:,} items ({bags_of(enough)}): that is enough with "
        f"{percent_of(enough)} probability."
    )
