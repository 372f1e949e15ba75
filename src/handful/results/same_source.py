"""same_source: how probable it is that two bags come from the same component, whatever the components are called.

Given weights and recipes, bags are assigned independently, so that P(z_i = z_j) = Σ_k r_ik r_jk with
r_ik = P(component k | bag i); its mean over the posterior does not change when components exchange their numbers.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers, read_only_floats
from handful.data.labelled import UNKNOWN, LabelledRows
from handful.errors import ParameterError
from handful.inference.diagnostics import ONE_FAMILY
from handful.inference.draws_fit import DrawsFit
from handful.inference.evidence import Verdict
from handful.inference.fits import Fit
from handful.inference.identified import SURE
from handful.models.mixture_layout import MixturePoints
from handful.products import product
from handful.progress import each
from handful.results.assigning.components import FEWEST_DRAWS, KnownComponents, logs_of
from handful.results.assigning.source import components_of, rows_of
from handful.results.table import aligned, html_table

MOST_BAGS = 2_000
MOST_SHARES, MOST_PAIRS = 10_000_000, 1_000_000_000
"""Beyond so many draws x components x rows, or draws x pairs of rows, fewer draws are taken."""

MOST_SHOWN = 20
AT_ONCE = 1 << 16
"""Pairs that are worked on at once, so that they stay in the cache."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SameSource:
    """How probable it is that two of B bags come from the same component.

    Parameters
    ----------
    bags : tuple of str
        Their ids.
    probabilities : array (B, B)
        P(bags i and j come from the same component | data); 1 for a bag and itself.
    mcse : array (B, B) or None
        Their Monte Carlo standard errors; None where the probabilities are exact.
    verdict : Verdict
        That of the fit.

    Examples
    --------
    >>> import handful as hf
    >>> recipes = hf.Recipes({"NJ": {"blue": 0.25, "red": 0.75}, "TN": {"blue": 0.6, "red": 0.4}})
    >>> counts = hf.Counts([[2, 8], [1, 9], [7, 3]], categories=["blue", "red"], ids=["A", "B", "C"])
    >>> same_source(hf.fit(hf.Mixture(recipes=recipes, weights=hf.Fixed([0.5, 0.5])), counts))
    bag      A      B      C
    A    1.000  0.956  0.049
    B    0.956  1.000  0.022
    C    0.049  0.022  1.000
    Of 3 pairs of bags, 1 is of one component and 2 are of two with probability 0.90 or more.
    """

    bags: tuple[str, ...]
    probabilities: Annotated[Floats, "B B"]
    mcse: Annotated[Floats, "B B"] | None
    verdict: Verdict

    @property
    def words(self) -> str:
        """Of how many pairs it is known whether they come from one component."""
        pairs = self.probabilities[np.triu_indices(len(self.bags), 1)]
        if not pairs.size:
            return "There are no two bags to compare."
        if pairs.size == 1:
            return f"The two bags come from one component with probability {pairs[0]:.3f}."
        one, two = int((pairs >= SURE).sum()), int((pairs <= 1.0 - SURE).sum())
        return (
            f"Of {pairs.size:,} pairs of bags, {one:,} {'is' if one == 1 else 'are'} of one component and {two:,} "
            f"{'is' if two == 1 else 'are'} of two with probability {SURE:.2f} or more."
        )

    def cells(self, most: int | None = None) -> list[tuple[str, ...]]:
        """The matrix as texts, header first: the first `most` bags."""
        bags = self.bags[:most]
        rows = zip(bags, self.probabilities[:most, :most].tolist(), strict=True)
        return [("bag", *bags), *((bag, *(f"{p:.3f}" for p in row)) for bag, row in rows)]

    def __str__(self) -> str:
        """The matrix of few bags; of many, what it comes to."""
        few = len(self.bags) <= MOST_SHOWN
        notes = () if self.verdict.ok else self.verdict.notes
        return "\n".join(
            [*(aligned(self.cells()) if few else ()), self.words, *(f"Note: {note}" for note in notes)]
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(self.cells(MOST_SHOWN))


def same_source(fit: Fit) -> SameSource:
    """P(two bags come from the same component | data), for each pair of a mixture's bags.

    Parameters
    ----------
    fit : Fit
        Of a mixture, to 2,000 bags at most.

    Raises
    ------
    ParameterTypeError
        If `fit` is no fit of a mixture.
    ParameterError
        If there are more bags.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[3, 17], [15, 5], [2, 18]], categories=["blue", "red"], ids=["A", "B", "C"])
    >>> found = same_source(hf.fit(hf.Mixture(2), counts, rng=1))
    >>> bool(found.probabilities[0, 2] > 0.9 > 0.1 > found.probabilities[0, 1])
    True
    """
    rows = rows_of(fit)
    if rows.n_bags > MOST_BAGS:
        message = (
            f"{rows.n_bags:,} bags have too many pairs: same_source is for {MOST_BAGS:,} bags at most; fit fewer "
            "(counts.select), or see assign"
        )
        raise ParameterError(message, name="fit", found=rows.n_bags)
    components = _fewer(_components(fit), len(rows.known))
    mean, error = _pairs(components, _shares(components, rows))
    return SameSource(
        bags=fit.data.bags,
        probabilities=_of_bags(mean, rows.row_of_bag, itself=1.0),
        mcse=None if error is None else _of_bags(error, rows.row_of_bag, itself=0.0),
        verdict=fit.verdict,
    )


def _components(fit: Fit) -> KnownComponents:
    """The components as the draws have them: pairs need more of them than the expected component."""
    if not isinstance(fit, DrawsFit):
        return components_of(fit)
    logs = {name: logs_of(values) for name, values in fit.draws.items()}
    return KnownComponents(
        MixturePoints(logs["weights"], logs.get("precision"), logs["proportions"]),
        fit.weights,
        fit.posterior.replicate,
        fit.posterior.ancestor,
        sampled=fit.posterior.sampled,
    )


def _fewer(components: KnownComponents, n_rows: int) -> KnownComponents:
    most = min(MOST_SHARES // (components.size * max(n_rows, 1)), MOST_PAIRS // max(n_rows, 1) ** 2)
    return components.thinned(max(FEWEST_DRAWS, most))


def _shares(components: KnownComponents, rows: LabelledRows) -> Annotated[Floats, "S K U"]:
    """P(component | row) at each point; of a row with a known component it is 1."""
    found = np.empty((components.n_points, components.size, len(rows.known)))
    for part in components.chunks(len(rows.known)):
        joint = components.log_pmf(rows.distinct[part]) + components.at.log_weights[:, :, None]
        level = joint.max(axis=1, keepdims=True)
        share = np.exp(joint - np.where(np.isfinite(level), level, 0.0))
        total = share.sum(axis=1, keepdims=True)
        found[:, :, part] = share / np.where(total > 0, total, 1.0)
    named = np.flatnonzero(rows.known != UNKNOWN)
    found[:, :, named] = 0.0
    found[:, rows.known[named], named] = 1.0
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Families:
    """The draws with their relatives beside them: families know nothing of each other.

    Parameters
    ----------
    shares : array (T, U)
        P(component | row), T = S K: components of a draw are neighbours, and so are the draws of a family.
    weighted : array (T, U)
        The same times the weight of the draw.
    places : tuple of slice
        Where the families are.
    weights : array (A,)
        Of all draws of each family.
    """

    shares: Annotated[Floats, "T U"]
    weighted: Annotated[Floats, "T U"]
    places: tuple[slice, ...]
    weights: Annotated[Floats, "A"]

    @staticmethod
    def of(
        shares: Annotated[Floats, "S K U"],
        weights: Annotated[Floats, "S"],
        *,
        family: Annotated[Integers, "S"],
    ) -> _Families:
        """The draws in the order of their families."""
        order = np.argsort(family, kind="stable")
        edges = np.append(np.flatnonzero(np.diff(family[order], prepend=family[order[0]] - 1)), len(order))
        size, n_rows = shares.shape[1:]
        flat = shares[order].reshape(len(order) * size, n_rows)
        return _Families(
            flat,
            flat * np.repeat(weights[order], size)[:, None],
            tuple(slice(size * a, size * b) for a, b in itertools.pairwise(edges.tolist())),
            np.add.reduceat(weights[order], edges[:-1]),
        )

    def sums(self, rows: slice) -> Iterator[Annotated[Floats, "b u"]]:
        """For each family Σ_s w_s Σ_k r_ik r_jk over its draws: i the `rows`, j these and all that come after."""
        for place in self.places:
            yield product(self.weighted[place, rows].T, self.shares[place, rows.start :])

    def squares(self, rows: slice, mean: Annotated[Floats, "b u"]) -> Annotated[Floats, "b u"]:
        """The variance of the mean, were families independent; inf where there is one only.

        As in ``diagnostics.family_variance``: Σ_a (Σ_{s in a} w_s(f_s − mean))²/(1 − Σ_a W_a²).
        """
        several = 1.0 - float(self.weights @ self.weights)
        if several <= ONE_FAMILY:
            return np.full(mean.shape, np.inf)
        found = np.zeros(mean.shape)
        for own, weight in zip(self.sums(rows), self.weights.tolist(), strict=True):
            off = own - weight * mean
            found += off * off
        return found / several


def _pairs(
    components: KnownComponents, shares: Annotated[Floats, "S K U"]
) -> tuple[Annotated[Floats, "U U"], Annotated[Floats, "U U"] | None]:
    """The means of Σ_k r_ik r_jk over the points, and their standard errors: some rows at a time, in the cache."""
    n_rows = shares.shape[2]
    mean, error = np.zeros((n_rows, n_rows)), np.zeros((n_rows, n_rows))
    kinships = [components.ancestor]
    if (components.replicate != components.replicate[0]).any():
        kinships.append(components.replicate)
    kin = [_Families.of(shares, components.weights, family=family) for family in kinships]
    at_once = max(1, AT_ONCE // max(n_rows, 1))
    for start in each(range(0, n_rows, at_once), "part of the bags"):
        rows, others = slice(start, start + at_once), slice(start, None)
        found = np.zeros(mean[rows, others].shape)
        for own in kin[0].sums(rows):
            found += own
        mean[rows, others] = found
        if components.sampled:
            variance = np.maximum.reduce([families.squares(rows, found) for families in kin])
            error[rows, others] = np.sqrt(variance)
    return np.minimum(_mirrored(mean), 1.0), _mirrored(error) if components.sampled else None


def _mirrored(upper: Annotated[Floats, "U U"]) -> Annotated[Floats, "U U"]:
    """The matrix whose upper triangle this is."""
    return np.triu(upper) + np.triu(upper, 1).T


def _of_bags(
    of_rows: Annotated[Floats, "U U"], row_of_bag: Annotated[Integers, "B"], *, itself: float
) -> Annotated[Floats, "B B"]:
    """For each pair of bags what holds for their rows; two bags of one row are a pair like any other."""
    found = of_rows[np.ix_(row_of_bag, row_of_bag)]
    np.fill_diagonal(found, itself)
    return read_only_floats(found)
