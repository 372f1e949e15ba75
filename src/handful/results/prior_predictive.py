"""prior_predictive: what bags a model and its prior expect before one is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers, read_only_floats
from handful.data.complaints import escaped
from handful.data.counts import Counts
from handful.inference.outcome import Model
from handful.models.priors import PAIR
from handful.results.made_up.bags import make_bags
from handful.results.made_up.expected import MASS, Expected, expected, held_against
from handful.results.made_up.like import bags_like
from handful.results.made_up.names import categories_of
from handful.results.made_up.quantities import prior_quantities
from handful.results.table import aligned, html_table
from handful.rng import RNG, as_generator

DRAWS = 4_000
MOST_CELLS = 10_000_000
"""Of very many bags fewer sets are made up."""
FEWEST_DRAWS = 400
AT_ONCE = 2_000_000
"""So many cells are made up at once: sets of a million bags do not stand in memory together."""
NONE_SEEN = 3.0
"""What none of n sets has done is, but for 5 %, done by less than 3/n of them."""


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
            name = self.categories[c]
            all_bags = "" if self.n_bags == 1 else f" in all {self.n_bags:,} bags together"
            found += self._surprise(f"a share of {name}{all_bags}", self.together[c])
            for sd in self.between[c : c + 1]:
                found += self._surprise(f"an sd between bags of the share of {name}", sd)
        beyond = float((self.draws > 1.0).mean())
        if beyond:
            found.append(
                f"{100 * beyond:.2g}% of the made-up bags hold more of {self.categories[0]} than items."
            )
        return tuple(found)

    def _surprise(self, what: str, one: Expected) -> list[str]:
        if one.seen is None or one.p is None or not one.surprising:
            return []
        least = max(0.001, NONE_SEEN / len(self.draws))
        often = f"less than {100 * least:.1g}%" if one.p < least else f"{100 * one.p:.2g}%"
        sets = "bags" if self.n_bags == 1 else f"sets of {self.n_bags:,} bags"
        text = f"The prior hardly ever makes {what} of {_points(one.seen)}, which was seen: "
        return [f"{text}{often} of its {sets} are so far out."]

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
    generator, n_bags = as_generator(rng, use="prior predictive"), len(totals)
    n_draws = max(FEWEST_DRAWS, min(DRAWS, MOST_CELLS // (n_bags * len(names))))
    single, pooled, sds = _made_up(model, names, totals=totals, n_draws=n_draws, rng=generator)
    shown = names[: single.shape[1]]
    if seen is None:
        table = None
        together, between = expected(pooled), expected(sds)
    else:
        table = seen[:, : len(shown)] / totals[:, None]
        own = seen[:, : len(shown)].sum(axis=0) / totals.sum()
        own_sds = table.std(axis=0, ddof=1) if n_bags > 1 else np.empty(0)
        held = held_against(np.hstack([pooled, sds]), np.concatenate([own, own_sds]))
        together, between = held[: len(shown)], held[len(shown) :]
    return PriorPredictive(
        model=model.spec,
        prior=model.prior_over(names).spec,
        categories=shown,
        typical_total=float(np.median(totals)),
        n_bags=n_bags,
        shares=expected(single),
        together=together,
        between=between,
        draws=read_only_floats(single),
        bags=None if table is None else read_only_floats(table),
    )


def _made_up(
    model: Model,
    names: Sequence[str],
    *,
    totals: Annotated[Integers, "B"],
    n_draws: int,
    rng: np.random.Generator,
) -> tuple[Annotated[Floats, "S C"], Annotated[Floats, "S C"], Annotated[Floats, "S c"]]:
    """Of sets of bags the shares in a bag of each, in all together, and their sd between bags (none of a single bag).

    One bag of each set: the bags of a set have their parameters in common.
    """
    n_bags, found = len(totals), []
    at_once = max(AT_ONCE // (n_bags * len(names)), 1)
    for start in range(0, n_draws, at_once):
        sets = np.arange(start, min(start + at_once, n_draws))
        drawn = prior_quantities(model, names, n_bags=n_bags, n_draws=len(sets), rng=rng)
        counts = make_bags(drawn, totals, rng=rng).counts
        shares = counts / totals[:, None]
        sds = shares.std(axis=1, ddof=1) if n_bags > 1 else np.empty((len(sets), 0))
        found.append((shares[sets - start, sets % n_bags], counts.sum(axis=1) / totals.sum(), sds))
    single, pooled, between = (np.concatenate(part) for part in zip(*found, strict=True))
    return single, pooled, between


def _widest(shares: tuple[Expected, ...]) -> int:
    return max(range(len(shares)), key=lambda c: shares[c].upper - shares[c].lower)


def _texts(one: Expected) -> tuple[str, ...]:
    seen = () if one.seen is None else (_points(one.seen),)
    return (_points(one.median), f"{_points(one.lower)} .. {_points(one.upper)}", *seen)


def _points(share: float) -> str:
    return f"{100 * share:.1f}%"
