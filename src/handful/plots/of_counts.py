"""Which pictures there are of a table of counts, and what each of them takes: what ``handful plot`` draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from matplotlib.axes import Axes

from handful.data.counts import Counts
from handful.data.fingerprints import content_hash
from handful.distributions.beta import Beta
from handful.distributions.density import Density
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.intervals import Kind, Univariate
from handful.distributions.tabulated import Tabulated
from handful.errors import ParameterError
from handful.inference.fit import fit
from handful.inference.fits import Fit
from handful.inference.outcome import Model
from handful.models.hierarchical import Hierarchical
from handful.models.mixture import Mixture
from handful.models.pooled import Pooled
from handful.plots.assignments import plot_assignments
from handful.plots.bags import plot_bags
from handful.plots.components import plot_components
from handful.plots.evidence import plot_evidence
from handful.plots.likelihood import plot_likelihood
from handful.plots.margins import plot_margins
from handful.plots.meaning import alt_text, plot_numbers
from handful.plots.precision import plot_precision
from handful.plots.proportions import plot_proportions
from handful.plots.same_source import plot_same_source
from handful.plots.shrinkage import plot_shrinkage
from handful.plots.ternary import plot_ternary
from handful.plots.triangle import THREE
from handful.plots.update import plot_update
from handful.plots.variation import plot_variation
from handful.results.compare import compare
from handful.results.document import versions
from handful.rng import RNG

PAIR = 2
SCHEMA = "handful/plot/1"
Drawn: TypeAlias = Axes | tuple[Axes, ...]
Family: TypeAlias = Literal["any", "hierarchical", "mixture"]
"""Which models a picture is of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How a picture of counts is to be.

    Parameters
    ----------
    model : Pooled, Separate, Hierarchical or Mixture, optional
        What is fitted, prior included.
    rivals : tuple of models, optional
        What its evidence is compared with.
    mass : float, optional
        Of the intervals.
    kind : {'eti', 'hdi'}, optional
        Of the intervals.
    draws : int, optional
        How many draws to show behind exact curves.
    by : str, optional
        The category that bags are sorted by, or whose shares are shown.
    rng : int, Generator or None, optional
        The source of randomness of the draws, and of a fit that draws.
    """

    model: Model = field(default_factory=Pooled)
    rivals: tuple[Model, ...] = ()
    mass: float = 0.95
    kind: Kind = "eti"
    draws: int = 0
    by: str | None = None
    rng: RNG = None


@dataclass(frozen=True, slots=True)
class PictureKind:
    """A kind of picture of counts.

    Parameters
    ----------
    draw : callable
        Counts and wishes to axes.
    takes : frozenset of str
        The options that make a difference to it: 'model', 'prior', 'ci', 'draws', 'by', ...
    family : {'any', 'hierarchical', 'mixture'}
        Which models it is of.
    """

    draw: Callable[[Counts, Wishes], Drawn]
    takes: frozenset[str]
    family: Family = "any"


def draw_counts(counts: Counts, name: str, *, wishes: Wishes) -> Drawn:
    """The axes with the picture of this kind.

    Raises
    ------
    ParameterError
        If there is no such kind, or it is of another number of categories.
    """
    if name not in KINDS:
        raise ParameterError(
            f"there is no plot {name!r}; there are {', '.join(KINDS)}", name="kind", found=name
        )
    return KINDS[name].draw(counts, wishes)


def plot_document(counts: Counts, name: str, *, axes: Drawn, wishes: Wishes) -> dict[str, Any]:
    """The numbers behind a picture of counts, as the object of the schema ``handful/plot/1``."""
    takes = KINDS[name].takes
    prior = wishes.model.prior_over(counts.categories).spec if "prior" in takes else None
    return {
        "schema": SCHEMA,
        "kind": name,
        "data": {
            "source": counts.source,
            "bags": counts.n_bags,
            "categories": list(counts.categories),
            "items": counts.n_items,
            "sha256": content_hash(counts),
        },
        "model": None if prior is None else {"spec": wishes.model.spec, "prior": prior},
        "alt": alt_text(axes),
        "numbers": plot_numbers(axes),
        "seed": wishes.rng if isinstance(wishes.rng, int) and _drawn(name, wishes) else None,
        "versions": versions(),
    }


def _update(counts: Counts, wishes: Wishes) -> Drawn:
    successes, trials, category = _one_of_two(counts, "update")
    found = fit(wishes.model, counts)
    prior = _of_the_first(wishes.model.prior_over(counts.categories))
    posterior = _of_the_first(found.posterior)
    return plot_update(prior, successes=successes, trials=trials, posterior=posterior, category=category)


def _likelihood(counts: Counts, wishes: Wishes) -> Drawn:  # noqa: ARG001  # every kind is called alike
    successes, trials, category = _one_of_two(counts, "likelihood")
    return plot_likelihood(successes, trials, category=category)


def _proportions(counts: Counts, wishes: Wishes) -> Drawn:
    if isinstance(wishes.model, Mixture):
        message = (
            f"--kind proportions is no picture of a {wishes.model.spec} model: ask for --kind components"
        )
        raise ParameterError(message, name="kind", found="proportions")
    return plot_proportions(_fitted(counts, wishes), mass=wishes.mass, kind=wishes.kind)


def _margins(counts: Counts, wishes: Wishes) -> Drawn:
    return plot_margins(_fitted(counts, wishes), draws=wishes.draws, rng=wishes.rng)


def _ternary(counts: Counts, wishes: Wishes) -> Drawn:
    if counts.n_categories != THREE:
        raise ParameterError(
            f"--kind ternary is about three categories, but there are {counts.n_categories}: "
            f"{', '.join(counts.categories)}. Leave others out (--drop)",
            name="kind",
            found="ternary",
        )
    posterior = _fitted(counts, wishes).posterior
    if not isinstance(posterior, Dirichlet):
        raise ParameterError("--kind ternary needs a dirichlet prior: this one has no density", name="prior")
    return plot_ternary(posterior, counts=counts)


def _bags(counts: Counts, wishes: Wishes) -> Drawn:
    return plot_bags(counts, by=wishes.by)


def _shrinkage(counts: Counts, wishes: Wishes) -> Drawn:
    # Of one category against all others it is that one.
    first = counts.categories[0] if counts.n_categories == PAIR else None
    return plot_shrinkage(_fitted(counts, wishes), category=wishes.by or first)


def _precision(counts: Counts, wishes: Wishes) -> Drawn:
    return plot_precision(_fitted(counts, wishes))


def _variation(counts: Counts, wishes: Wishes) -> Drawn:
    return plot_variation(_fitted(counts, wishes))


def _assignments(counts: Counts, wishes: Wishes) -> Drawn:
    return plot_assignments(_fitted(counts, wishes))


def _components(counts: Counts, wishes: Wishes) -> Drawn:
    return plot_components(_fitted(counts, wishes), mass=wishes.mass)


def _same_source(counts: Counts, wishes: Wishes) -> Drawn:
    return plot_same_source(_fitted(counts, wishes))


def _evidence(counts: Counts, wishes: Wishes) -> Drawn:
    return plot_evidence(compare([*wishes.rivals, wishes.model], counts, rng=wishes.rng))


def _fitted(counts: Counts, wishes: Wishes) -> Fit:
    return fit(wishes.model, counts, rng=wishes.rng)


def _drawn(name: str, wishes: Wishes) -> bool:
    """Whether the picture depends on chance."""
    takes = KINDS[name].takes
    return bool("draws" in takes and wishes.draws) or (
        "prior" in takes and isinstance(wishes.model, Hierarchical | Mixture)
    )


def _one_of_two(counts: Counts, name: str) -> tuple[int, int, str]:
    """How many were of the one category, of how many, and its name."""
    if counts.n_categories != PAIR:
        raise ParameterError(
            f"--kind {name} is about one category against all others, but there are {counts.n_categories}: "
            f"choose one of {', '.join(counts.categories)} (--category {counts.categories[0]})",
            name="category",
        )
    category = counts.categories[0]
    return int(counts.column(category).sum()), counts.n_items, category


def _of_the_first(dist: object) -> Univariate:
    """The distribution of the first of two shares."""
    if isinstance(dist, Dirichlet):
        return dist.margin(0)
    if isinstance(dist, Density):
        return dist.tabulated()
    if isinstance(dist, Beta | Tabulated):
        return dist
    raise ParameterError(f"{dist!r} has no density to draw", name="prior", found=dist)


_POPULATION = frozenset({"prior", "precision-prior", "alpha-prior"})
_NUMBERED = _POPULATION | {"model", "weights-prior"}
_MIXTURE = _NUMBERED | {"recipes", "recipe-strength"}

KINDS: dict[str, PictureKind] = {
    "update": PictureKind(_update, frozenset({"prior"})),
    "likelihood": PictureKind(_likelihood, frozenset()),
    "proportions": PictureKind(_proportions, _POPULATION | {"model", "ci", "ci-kind"}),
    "margins": PictureKind(_margins, frozenset({"prior", "draws"})),
    "ternary": PictureKind(_ternary, frozenset({"prior"})),
    "bags": PictureKind(_bags, frozenset({"by"})),
    "shrinkage": PictureKind(_shrinkage, _POPULATION | {"by"}, "hierarchical"),
    "precision": PictureKind(_precision, _POPULATION, "hierarchical"),
    "variation": PictureKind(_variation, _POPULATION, "hierarchical"),
    "assignments": PictureKind(_assignments, _MIXTURE, "mixture"),
    "components": PictureKind(_components, _MIXTURE | {"ci"}, "mixture"),
    "same-source": PictureKind(_same_source, _MIXTURE, "mixture"),
    "evidence": PictureKind(_evidence, _NUMBERED, "mixture"),
}
"""In the order of the help."""


def untaken(name: str, given: Sequence[str]) -> tuple[str, ...]:
    """The options among `given` that make no difference to this kind of picture."""
    return tuple(option for option in given if option not in KINDS[name].takes)
