"""bag_variation: how much the share of each category differs between bags, and how much of that is counting.

The share x_b = k_b/N_b that is counted in a bag of a hierarchical model varies about the population's mean m
for two reasons: the bag has a recipe of its own, and only N_b items of it were counted. Given κ and m

    Var(x_b) = m (1 − m) · [1/N_b + (1 − 1/N_b)/(κ + 1)].

With κ → ∞ only counting is left, m (1 − m)/N_b; with N_b → ∞ only recipes, m (1 − m)/(κ + 1). It is linear in
1/N_b, so that its mean over the bags is its value at the harmonic mean of the totals: that N stands for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, read_only_floats
from handful.data.counts import Counts
from handful.data.histograms import Histogram, Histograms
from handful.distributions.checks import probability
from handful.distributions.weighted import Weighted
from handful.errors import ParameterError, ParameterTypeError
from handful.inference.draws_fit import DrawsFit
from handful.inference.extra_variation import is_identified
from handful.inference.fits import Fit
from handful.models.hierarchical import PopulationPrior
from handful.results.table import aligned, html_table

FEWEST_BAGS = 2


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Spread:
    """What the posterior says of a standard deviation, for each category.

    Parameters
    ----------
    mean : array (C,)
        The expected value.
    lower, upper : array (C,)
        The ends of the equal-tailed interval.
    """

    mean: Annotated[Floats, "C"]
    lower: Annotated[Floats, "C"]
    upper: Annotated[Floats, "C"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class BagVariation:
    """The standard deviation of each category's share between bags, in parts: 0.05 is 5 percentage points.

    Parameters
    ----------
    categories : tuple of str
        The C names.
    between_recipes : Spread
        Of a bag's own recipe: √(m (1 − m)/(κ + 1)).
    recipes_at_most : array (C,)
        What that is below with probability `mass`: what to report where the bags show no sign of it.
    expected_by_counting : Spread
        Of the share counted in a bag of the typical total if all bags had one recipe: √(m (1 − m)/N).
    expected : Spread
        Of the share counted in a bag of the typical total: both together,
        √(m (1 − m) [1/N + (1 − 1/N)/(κ + 1)]).
    seen : array (C,) or None
        Of the shares that were counted: √(Σ_b (x_b − x̄)²/(B − 1)). None for fewer than two bags with
        items, and where the fit has seen histograms only and the totals differ.
    typical_total : float
        N: the harmonic mean of the totals of the bags with items. The mean square of x_b − m over these bags
        is then expected to be exactly the square of `expected`.
    n_bags, n_empty : int
        How many bags have items, and how many are empty and left out.
    extra : bool
        Whether the bags do differ more than counting alone makes them; if not, or if they cannot tell,
        `between_recipes` has no lower end but the prior's, and its mean is not to be shown.
    mass : float
        Of the intervals, which are equal-tailed.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43], [30, 25], [8, 22]], categories=["blue", "not blue"])
    >>> found = bag_variation(hf.fit(hf.Hierarchical(), counts))
    >>> round(found.typical_total, 1), found.seen.round(3)
    (43.0, array([0.177, 0.177]))
    >>> bool(found.expected_by_counting.mean[0] < found.expected.mean[0])
    True
    """

    categories: tuple[str, ...]
    between_recipes: Spread
    recipes_at_most: Annotated[Floats, "C"]
    expected_by_counting: Spread
    expected: Spread
    seen: Annotated[Floats, "C"] | None
    typical_total: float
    n_bags: int
    n_empty: int
    extra: bool
    mass: float

    def cells(self, noun: str = "category") -> list[tuple[str, ...]]:
        """The table as texts in percentage points, header first; `noun` is what a category is called."""
        head = (noun, *(() if self.seen is None else ("seen",)), "expected", "by counting alone", "recipes")
        return [head, *(self._row(c) for c in range(len(self.categories)))]

    def _row(self, c: int) -> tuple[str, ...]:
        recipes = self.between_recipes
        own = f"at most {_points(self.recipes_at_most[c])}"
        if self.extra:
            ends = f"{_points(recipes.lower[c])} .. {_points(recipes.upper[c])}"
            own = f"{_points(recipes.mean[c])} ({ends})"
        return (
            self.categories[c],
            *(() if self.seen is None else (_points(self.seen[c]),)),
            _points(self.expected.mean[c]),
            _points(self.expected_by_counting.mean[c]),
            own,
        )

    def __str__(self) -> str:
        """The table in columns, in percentage points."""
        return "\n".join(aligned(self.cells()))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(self.cells())


def bag_variation(fit: Fit, *, mass: float = 0.95) -> BagVariation:
    """The sd of each category's share between bags: what was seen, what counting alone makes, and what recipes add.

    It needs the draws of the population and of the data only the totals, and costs the same for 10^7 bags but
    for one pass over their counts, which gives what was seen.

    Parameters
    ----------
    fit : DrawsFit
        Of a hierarchical model.
    mass : float, optional
        The posterior probability of the intervals.

    Raises
    ------
    ParameterTypeError
        If the fit is of a model in which bags have no population.
    ParameterError
        If all bags are empty, or `mass` is no probability.

    Examples
    --------
    >>> import handful as hf
    >>> lemons = hf.read_counts("data:skittles").collapse("Lemon")
    >>> print(bag_variation(hf.fit(hf.Hierarchical(), lemons)))
    category   seen  expected  by counting alone  recipes
    Lemon      5.40      5.45               5.25  at most 2.26
    not Lemon  5.40      5.45               5.25  at most 2.26
    """
    found, histograms = of_population(fit)
    of_totals, mass = _filled(histograms.of_totals), probability(mass, name="mass")
    if not of_totals.n_bags:
        message = "nothing was counted: there are no shares that could vary"
        raise ParameterError(message, name="fit", found=histograms.n_bags)
    per_item = float((of_totals.bags / of_totals.values).sum()) / of_totals.n_bags
    mean, precision = found.draws["proportions"], found.draws["precision"][:, None]
    one_item = mean * (1.0 - mean)
    recipes = np.sqrt(one_item / (precision + 1.0))
    counting = np.sqrt(one_item * per_item)
    weights = found.weights
    at_most = [Weighted(column, weights).quantile(mass) for column in recipes.T]
    seen = _seen_in(histograms, of_totals) if found.counts is None else _seen(found.counts)
    return BagVariation(
        categories=found.data.categories,
        between_recipes=_spread(recipes, weights, mass=mass),
        recipes_at_most=read_only_floats(at_most),
        expected_by_counting=_spread(counting, weights, mass=mass),
        expected=_spread(np.sqrt(counting**2 + (1.0 - per_item) * recipes**2), weights, mass=mass),
        seen=seen,
        typical_total=1.0 / per_item,
        n_bags=of_totals.n_bags,
        n_empty=histograms.n_empty,
        extra=found.bound is None and is_identified(histograms),
        mass=mass,
    )


def of_population(fit: Fit) -> tuple[DrawsFit, Histograms]:
    """The fit, and the histograms it was made from, if it is of a population of recipes.

    Raises
    ------
    ParameterTypeError
        If it is of a model in which bags have no population.
    """
    if isinstance(fit, DrawsFit) and isinstance(fit.statistic, Histograms):
        return fit, fit.statistic
    message = f"a {fit.model.spec} fit has no population of recipes: fit hf.Hierarchical()"
    raise ParameterTypeError(message, name="fit", found=fit.model.spec)


def population_prior(fit: DrawsFit) -> PopulationPrior:
    """The prior of the population that a fit is of.

    Raises
    ------
    ParameterTypeError
        If it is of a model in which bags have no population.
    """
    prior = fit.model.prior_over(fit.data.categories)
    if isinstance(prior, PopulationPrior):
        return prior
    message = f"a {fit.model.spec} fit has no population of recipes: fit hf.Hierarchical()"
    raise ParameterTypeError(message, name="fit", found=fit.model.spec)


def _spread(values: Annotated[Floats, "S C"], weights: Annotated[Floats, "S"], *, mass: float) -> Spread:
    ends = [Weighted(column, weights).interval(mass=mass) for column in values.T]
    return Spread(
        mean=read_only_floats(weights @ values),
        lower=read_only_floats([one.lower for one in ends]),
        upper=read_only_floats([one.upper for one in ends]),
    )


def _filled(histogram: Histogram) -> Histogram:
    """The histogram of the totals without that of the empty bags."""
    some = histogram.values > 0
    return Histogram(histogram.values[some], histogram.bags[some])


def _seen(counts: Counts) -> Annotated[Floats, "C"] | None:
    """The sd of the shares counted in the bags, category by category: one column of shares at a time."""
    filled = counts.totals > 0
    totals = counts.totals[filled].astype(np.float64)
    if totals.size < FEWEST_BAGS:
        return None
    return read_only_floats([np.std(column[filled] / totals, ddof=1) for column in counts.table.T])


def _seen_in(histograms: Histograms, of_totals: Histogram) -> Annotated[Floats, "C"] | None:
    """The same from histograms, which are enough where all bags with items hold equally many."""
    n_bags = of_totals.n_bags
    if of_totals.values.size > 1 or n_bags < FEWEST_BAGS:
        return None
    found = []
    for histogram in histograms.by_category:
        # Empty bags have none of the category; they are no bags here.
        bags = np.where(histogram.values == 0, histogram.bags - histograms.n_empty, histogram.bags)
        share = histogram.values / float(of_totals.values[0])
        mean = float(bags @ share) / n_bags
        found.append(np.sqrt(float(bags @ (share - mean) ** 2) / (n_bags - 1)))
    return read_only_floats(found)


def _points(value: float) -> str:
    """A standard deviation in percentage points, with two digits after the point."""
    return f"{100.0 * float(value):.2f}"
