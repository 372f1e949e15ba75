"""prior_predictive: what bags a model and its prior expect before one is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Annotated

import numpy as np

from handful.arrays import Floats, read_only_floats
from handful.data.complaints import escaped
from handful.data.counts import Counts
from handful.inference.outcome import Model
from handful.models.priors import PAIR
from handful.results.made_up.bags import make_bags
from handful.results.made_up.like import bags_like
from handful.results.made_up.names import categories_of
from handful.results.made_up.quantities import prior_quantities
from handful.results.table import aligned, html_table
from handful.rng import RNG, as_generator

DRAWS = 4_000
MOST_CELLS = 10_000_000
"""Of very many bags fewer sets are made up."""
FEWEST_DRAWS = 400
MASS = 0.95
RARE = 0.01
"""What is more extreme than all but 1 in 100 made-up bags is told as a surprise."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the prior expects of a quantity, and what was seen of it.

    Parameters
    ----------
    median, lower, upper : float
        The median, and the ends of the equal-tailed 95 % interval.
    seen : float or None
        In the bags that were counted.
    p : float or None
        How often the prior makes it as far out: twice the smaller mid-probability of below and above.

    Examples
    --------
    >>> Expected(0.5, 0.1, 0.9, 0.95, 0.02).inside
    False
    """

    median: float
    lower: float
    upper: float
    seen: float | None = None
    p: float | None = None

    @property
    def inside(self) -> bool | None:
        """Whether what was seen lies in the interval; None where nothing was."""
        return None if self.seen is None else self.lower <= self.seen <= self.upper


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PriorPredictive:
    """What bags a model and its prior expect.

    Parameters
    ----------
    model, prior : str
        The model and its prior as the command line has them.
    categories : tuple of str
        The C that are shown: of a rate the first only.
    typical_total : float
        The median number of items of the bags.
    n_bags : int
        How many bags there are, B; empty ones are left out.
    shares : tuple of Expected
        For each category its share in one bag; nothing is held against it.
    together : tuple of Expected
        Its share in all B bags of a set together, which is held against that of the bags that were counted.
    between : tuple of Expected
        The standard deviation of that share between the B bags of a set; empty where there is a single bag.
    draws : array (S, C)
        The shares in S made-up bags, of independent parameters.
    bags : array (B, C) or None
        The shares in the bags that were counted.

    Examples
    --------
    >>> import handful as hf
    >>> hf.prior_predictive(hf.Pooled(hf.Beta(1, 5)), bags=30, size=55, rng=1).categories
    ('blue', 'not blue')
    """

    model: str
    prior: str
    categories: tuple[str, ...]
    typical_total: float
    n_bags: int
    shares: tuple[Expected, ...]
    together: tuple[Expected, ...]
    between: tuple[Expected, ...]
    draws: Annotated[Floats, "S C"]
    bags: Annotated[Floats, "B C"] | None

    @property
    def surprises(self) -> tuple[str, ...]:
        """Sentences on what was seen and the prior hardly ever makes, and on what cannot be."""
        found = []
        for c in range(1 if len(self.shares) == PAIR else len(self.shares)):
            name, sets = self.categories[c], self._sets
            all_bags = "" if self.n_bags == 1 else f" in all {self.n_bags:,} bags together"
            found += _surprise(f"a share of {name}{all_bags}", self.together[c], sets=sets)
            for sd in self.between[c : c + 1]:
                found += _surprise(f"an sd between bags of the share of {name}", sd, sets=sets)
        beyond = float((self.draws > 1.0).mean())
        if beyond:
            found.append(
                f"{100 * beyond:.2g}% of the made-up bags hold more of {self.categories[0]} than items."
            )
        return tuple(found)

    @property
    def _sets(self) -> str:
        """What is made up, to be held against the bags that were counted."""
        return "bags" if self.n_bags == 1 else f"sets of {self.n_bags:,} bags"

    @property
    def words(self) -> str:
        """What the prior expects of the first of two categories, or of the one that it is least sure of."""
        place = 0 if len(self.shares) <= PAIR else _widest(self.shares)
        share = self.shares[place]
        text = (
            f"Before any bag is opened, {self.model} with {self.prior} expects {_points(share.lower)} to "
            f"{_points(share.upper)} of a bag of {self.typical_total:g} to be {self.categories[place]} "
            f"({MASS:.0%} interval, equal-tailed)"
        )
        if not self.between:
            return f"{text}."
        sd = self.between[place]
        return f"{text}, and that share to differ between bags by an sd of {_points(sd.lower)} to {_points(sd.upper)}."

    def cells(self) -> list[tuple[str, ...]]:
        """The table as texts, header first."""
        interval = f"{MASS:.0%} interval"
        seen: tuple[str, ...] = () if self.bags is None else ("seen",)
        # What was seen of all bags has the interval of all bags beside it, and no other.
        blocks: list[tuple[str, tuple[Expected, ...], tuple[str, ...]]] = [
            ("share in a bag", self.shares, ())
        ]
        if seen:
            all_bags = "the bag seen" if self.n_bags == 1 else f"all {self.n_bags:,} bags together"
            blocks.append((all_bags, self.together, seen))
        if self.between:
            blocks.append(("sd between bags", self.between, seen))
        head = ["category", *(text for name, _, more in blocks for text in (name, interval, *more))]
        rows = [
            (name, *(text for _, each, _ in blocks for text in _texts(each[c])))
            for c, name in enumerate(self.categories)
        ]
        return [tuple(head), *rows]

    def __str__(self) -> str:
        """The table, the words and the surprises."""
        told = (escaped(self.words), *(escaped(f"Surprise: {one}") for one in self.surprises))
        return "\n".join([*aligned(self.cells()), *told])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(self.cells()) + "".join(
            f"<p>{escape(one)}</p>" for one in (self.words, *self.surprises)
        )


def prior_predictive(
    model: Model,
    *,
    like: Counts | None = None,
    bags: int | None = None,
    size: int | None = None,
    categories: Sequence[str] | None = None,
    rng: RNG = None,
) -> PriorPredictive:
    """What bags `model` expects by its prior alone: the share of each category in a bag, and its sd between bags.

    Give `like` for bags of the totals of those that were counted, with what was seen beside; or `bags` and `size`.

    Parameters
    ----------
    model : Pooled, Separate, Poisson, Hierarchical or Mixture
        Likelihood and prior.
    like : Counts, optional
        Bags with these totals and categories; empty ones are left out.
    bags, size : int, optional
        How many bags, and of how many items each.
    categories : sequence of str, optional
        What is in the bags, where there is no `like`; see ``simulate``.
    rng : int, Generator or None, optional
        The source of randomness.

    Raises
    ------
    ParameterError
        If not exactly one of `like` and (`bags` and `size`) is given, all bags are empty, or the categories do not fit.
    ParameterTypeError
        If `model` is no model, or `like` are no Counts.

    References
    ----------
    Box (1980), Journal of the Royal Statistical Society A 143:383, on predictive checks of a prior.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[50, 5], [48, 7]], categories=["blue", "not blue"])
    >>> found = prior_predictive(hf.Pooled(hf.Beta(2, 20)), like=counts, rng=1)
    >>> found.surprises[0].partition(", which was seen: ")[::2]  # doctest: +NORMALIZE_WHITESPACE
    ('The prior hardly ever makes a share of blue in all 2 bags together of 89.1%',
     'less than 0.1% of its sets of 2 bags are so far out.')
    """
    totals, seen = bags_like(like, bags=bags, size=size, categories=categories)
    names = categories_of(model, categories if like is None else like.categories)
    generator, n_bags = as_generator(rng), len(totals)
    n_draws = max(FEWEST_DRAWS, min(DRAWS, MOST_CELLS // (n_bags * len(names))))
    drawn = prior_quantities(model, names, n_bags=n_bags, n_draws=n_draws, rng=generator)
    counts = make_bags(drawn, totals, rng=generator).counts
    shares = counts / totals[None, :, None]
    shown = names[: shares.shape[2]]
    # One bag of each set: the bags of a set have their parameters in common.
    single = shares[np.arange(n_draws), np.arange(n_draws) % n_bags]
    table = None if seen is None else seen[:, : len(shown)] / totals[:, None]
    several = n_bags > 1
    pooled = counts.sum(axis=1) / totals.sum()
    return PriorPredictive(
        model=model.spec,
        prior=model.prior_over(names).spec,
        categories=shown,
        typical_total=float(np.median(totals)),
        n_bags=n_bags,
        shares=tuple(_expected(share) for share in single.T),
        together=tuple(
            _expected(share, seen=None if seen is None else float(seen[:, c].sum() / totals.sum()))
            for c, share in enumerate(pooled.T)
        ),
        between=tuple(
            _expected(sds, seen=None if table is None else float(table[:, c].std(ddof=1)))
            for c, sds in enumerate(shares.std(axis=1, ddof=1).T)
        )
        if several
        else (),
        draws=read_only_floats(single),
        bags=None if table is None else read_only_floats(table),
    )


def _expected(values: Annotated[Floats, "S"], *, seen: float | None = None) -> Expected:
    """The median and the interval of `values`, and how far out among them is what was seen of the same quantity."""
    tail = 0.5 * (1.0 - MASS)
    lower, median, upper = np.quantile(values, [tail, 0.5, 1.0 - tail]).tolist()
    if seen is None:
        return Expected(median, lower, upper)
    ties = np.isclose(values, seen, rtol=1e-9, atol=1e-12)
    below, above = (float((side & ~ties).mean()) for side in (values < seen, values > seen))
    p = 2.0 * min(below, above) + float(ties.mean())
    return Expected(median, lower, upper, seen, min(p, 1.0))


def _surprise(what: str, one: Expected, *, sets: str) -> list[str]:
    if one.seen is None or one.p is None or one.p >= RARE:
        return []
    often = "less than 0.1%" if one.p < 0.001 else f"{100 * one.p:.2g}%"
    text = f"The prior hardly ever makes {what} of {_points(one.seen)}, which was seen: "
    return [f"{text}{often} of its {sets} are so far out."]


def _widest(shares: tuple[Expected, ...]) -> int:
    return max(range(len(shares)), key=lambda c: shares[c].upper - shares[c].lower)


def _texts(one: Expected) -> tuple[str, ...]:
    seen = () if one.seen is None else (_points(one.seen),)
    return (_points(one.median), f"{_points(one.lower)} .. {_points(one.upper)}", *seen)


def _points(share: float) -> str:
    return f"{100 * share:.1f}%"
