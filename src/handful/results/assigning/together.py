"""The odds that several bags, all from one and the same component, are from one of them and not from another.

Bag by bag the counts say little; together they may say much: odds multiply. What is compared is the probability of all
their counts from each component, L_k, either component being as probable as the other beforehand. Components that are
unknown themselves are averaged over what is known of them apart from these bags.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, TypeAlias

import numpy as np

from handful.arrays import Floats, Integers
from handful.distributions.components import Components
from handful.distributions.dirichlet import Dirichlet
from handful.distributions.special import log_rising_excess, log_sum_exp
from handful.inference.dealt import known_items
from handful.inference.fits import Fit
from handful.models.mixture_target import MixtureTarget
from handful.results.assigning.components import KnownComponents
from handful.results.assigning.source import components_of, model_of, rows_of

Judge: TypeAlias = Callable[[Integers], Floats | None]

MOST_BAGS = 1_000
MOST_VALUES = 12
"""Labels with more different values say no more than the bags' names do."""

FEWEST_DRAWS = 50
"""From fewer effective draws nothing is said."""

CERTAIN = 1e6

PLAINLY_SEVERAL = 20.0
"""Bags that several components explain so many times better than any single one are not told as being from one."""


@dataclass(frozen=True, slots=True)
class Together:
    """Some bags, and how probable all their counts are if one component filled all of them.

    Parameters
    ----------
    label, value : str or None
        What the bags have in common: a label and its value; None for all bags.
    n_bags : int
        How many there are.
    components : tuple of str
        The K names.
    log_likelihood : tuple of float
        For each component the log probability of the counts, in nats, up to what is the same for all.

    Examples
    --------
    >>> Together("factory", "CLV", 3, ("NJ", "TN"), (-30.8, -36.6)).cells
    ('factory CLV', '3', 'NJ : TN = 330 : 1')
    """

    label: str | None
    value: str | None
    n_bags: int
    components: tuple[str, ...]
    log_likelihood: tuple[float, ...]

    @property
    def ranked(self) -> tuple[str, str]:
        """The component that the counts speak for most, and the next."""
        order = sorted(range(len(self.components)), key=lambda k: -self.log_likelihood[k])
        return self.components[order[0]], self.components[order[1]]

    @property
    def log_odds(self) -> float:
        """The log of the odds of the first of them against the second."""
        first, second = sorted(self.log_likelihood, reverse=True)[:2]
        return first - second

    @property
    def cells(self) -> tuple[str, str, str]:
        """What the bags have in common, how many there are, and the odds, as texts."""
        what = "all bags" if self.label is None else f"{self.label} {self.value}"
        return what, f"{self.n_bags:,}", f"{' : '.join(self.ranked)} = {odds_text(self.log_odds)}"


def odds_text(log_odds: float) -> str:
    """The odds with two digits that count.

    Examples
    --------
    >>> odds_text(math.log(341.5)), odds_text(math.log(2.44)), odds_text(40.0)
    ('340 : 1', '2.4 : 1', 'more than 1,000,000 : 1')
    """
    if log_odds > math.log(CERTAIN):
        return f"more than {CERTAIN:,.0f} : 1"
    odds = float(f"{math.exp(log_odds):.2g}")
    return f"{odds:,.0f} : 1" if odds >= 10 else f"{odds:.1f} : 1"


def together(
    fit: Fit,
    table: Annotated[Integers, "B C"],
    *,
    unknown: np.ndarray[tuple[int], np.dtype[np.bool_]],
    learnt: bool,
    labels: Mapping[str, Sequence[str]],
) -> tuple[Together, ...]:
    """The odds of all bags whose component is unknown, and of those with each value of their labels.

    Parameters
    ----------
    fit : Fit
        Of a mixture.
    table : array of int, shape (B, C)
        The counts of the bags.
    unknown : array of bool, shape (B,)
        Of which bags the component is unknown.
    learnt : bool
        Whether the fit has learnt from them: then what it knows of components is not used, but its priors are.
    labels : mapping of str to sequence of str
        The labels of the bags.
    """
    names = rows_of(fit).components
    places = np.flatnonzero(unknown)
    if not 2 <= len(places) <= MOST_BAGS or len(names) < 2:
        return ()
    judge = _judge(fit, learnt=learnt)
    if judge is None:
        return ()
    expected = components_of(fit).expected()
    found = []
    for label, value, own in [(None, None, places), *_by_label(places, labels)]:
        logs = judge(table[own])
        if logs is not None and not _plainly_several(expected, table[own]):
            found.append(Together(label, value, len(own), names, tuple(map(float, logs))))
    return tuple(found)


def _plainly_several(components: KnownComponents, table: Annotated[Integers, "B C"]) -> bool:
    """Whether bags of one component can hardly be what these are."""
    logs = components.log_pmf(table)[0]
    mixed = log_sum_exp(logs + components.at.log_weights[0][:, None], axis=0).sum()
    return bool(logs.sum(axis=1).max() < mixed - math.log(PLAINLY_SEVERAL))


def _by_label(
    places: Annotated[Integers, "n"], labels: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str, Annotated[Integers, "m"]]]:
    """The bags with each value of each label that several of them share."""
    for label, texts in labels.items():
        own = [texts[place].strip() for place in places]
        values = list(dict.fromkeys(filter(None, own)))
        if len(values) <= MOST_VALUES and len(values) < sum(map(bool, own)):
            for value in values:
                yield label, value, places[[text == value for text in own]]


def _judge(fit: Fit, *, learnt: bool) -> Judge | None:
    """What gives the log probability of a table under each component; None where there is nothing to tell by."""
    model = model_of(fit)
    if model.recipes_are_known and not model.overdispersed:
        return partial(_of_points, components_of(fit).expected())
    if isinstance(fit.posterior, Components) and not learnt:
        own = [one.concentration for one in fit.posterior.recipes if isinstance(one, Dirichlet)]
        return partial(_of_dirichlets, np.stack(own))
    if not learnt:
        return partial(_of_points, components_of(fit))
    rows = rows_of(fit)
    target = MixtureTarget.of(model.prior_over(rows.categories), rows)
    if model.overdispersed or target.prior.concentration is None:
        return None
    concentration = target.prior.concentration + known_items(target)
    same = (concentration == concentration[0]).all()
    return None if same else partial(_of_dirichlets, concentration)


def _of_points(
    components: KnownComponents, table: Annotated[Integers, "B C"]
) -> Annotated[Floats, "K"] | None:
    """The mean over the points; None where too few of them have a say."""
    logs = sum(components.log_pmf(table[part]).sum(axis=2) for part in components.chunks(len(table)))
    with np.errstate(divide="ignore"):
        weighed = np.asarray(logs + np.log(components.weights)[:, None])
    found = log_sum_exp(weighed, axis=0)
    best = weighed[:, int(found.argmax())]
    shares = np.exp(best - found.max()) if np.isfinite(found.max()) else np.ones(1)
    few = components.sampled and 1.0 / float(shares @ shares) < FEWEST_DRAWS
    return None if few or not np.isfinite(found.max()) else found


def _of_dirichlets(
    concentration: Annotated[Floats, "K C"], table: Annotated[Integers, "B C"]
) -> Annotated[Floats, "K"]:
    """The recipe integrated out: ∏_c (a_c)_{n_c} / (Σa)_N for the items n of all bags, in rising factorials."""
    items = table.sum(axis=0).astype(np.float64)
    whole = concentration.sum(axis=1)
    rising = items * np.log(concentration) + log_rising_excess(concentration, items)
    total = items.sum()
    return np.asarray(rising.sum(axis=1) - total * np.log(whole) - log_rising_excess(whole, total))
