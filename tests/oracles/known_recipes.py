"""Bags from known recipes without a sum over labellings: row A9 and the table of JOURNEYS section 0.

`by_polynomials`: ∏_b Σ_k f_k(k_b) x_k, multiplied out, has one term for each number of bags in each component; its
mean over θ ~ Dirichlet(t) puts the moments of θ in place of the powers of x. In mpmath, 60 digits, no gamma function
(all terms are positive, so no digit is lost); leaving out a bag or two gives assignments and pairs.

`by_quadrature`, two recipes, any number of bags: the same product as a function of the share θ of the first recipe,
by a Gauss-Jacobi rule in log space; exact where 1,000 nodes are enough for a polynomial of degree B, and beyond that
as near as a smooth peak allows (its error is seen by doubling `most_nodes`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import combinations_with_replacement
from math import factorial, prod

import mpmath
import numpy as np
from scipy import special
from tests.oracles.gauss_jacobi_mixture import beta_rule, nodes_for

DIGITS = 60
MOST_NODES = 1_000
UNKNOWN = -1


# ---- few bags: polynomials at 60 digits --------------------------------------------------------------------


@dataclass(frozen=True)
class RecipesTruth:
    log_evidence: float  # of the counts given the known labels, multinomial coefficients included
    assignments: np.ndarray  # (B, K)
    same_source: np.ndarray  # (B, B)
    weights: np.ndarray  # (K,)


def by_polynomials(
    table, weights_concentration, recipes, known=None, *, weights=None, precisions=None
) -> RecipesTruth:
    """The posterior where θ ~ Dirichlet(weights_concentration), or θ = weights.

    Recipes may be numbers or texts; with `precisions` (K,) the bags are DirichletMultinomial(N_b, κ_k recipe_k).
    """
    known = [UNKNOWN] * len(table) if known is None else [int(k) for k in known]
    bags, components = range(len(table)), range(len(recipes))
    with mpmath.workdps(DIGITS):
        if weights is None:
            urn = [mpmath.mpf(t) + known.count(k) for k, t in enumerate(weights_concentration)]
            moment = moments_of(urn)
        else:
            theta = [mpmath.mpf(one) for one in weights]

            def moment(powers):
                return prod(one**power for one, power in zip(theta, powers, strict=True))

        product = Product(chances_of(table, recipes, precisions), known, moment)
        whole = product.mean()
        assignments = [[product.joint({b}, k) / whole for k in components] for b in bags]
        same_source = np.empty((len(table), len(table)))
        for i, j in combinations_with_replacement(bags, 2):
            same = sum(product.joint({i, j}, k) for k in components) / whole
            same_source[i, j] = same_source[j, i] = same
        shares = [product.mean(weighted=(k,)) / whole for k in components]
        return RecipesTruth(
            float(mpmath.log(whole)), np.array(assignments, float), same_source, np.array(shares, float)
        )


@dataclass(frozen=True)
class Product:
    """∏ over the bags of their chances, as a polynomial in θ whose mean is known term by term."""

    chances: list[list[mpmath.mpf]]  # p(k_b | k) for every bag and component
    known: list[int]
    moment: Callable[[tuple[int, ...]], mpmath.mpf]  # E[∏ θ_k^n_k]
    multiplied: dict[frozenset[int], dict[tuple[int, ...], mpmath.mpf]] = field(default_factory=dict)

    def joint(self, bags, k) -> mpmath.mpf:
        """The chance of all counts, and of `bags` being from component k."""
        free = [b for b in bags if self.known[b] == UNKNOWN]
        if any(self.known[b] != k for b in bags if b not in free):
            return mpmath.mpf(0)
        return prod(self.chances[b][k] for b in free) * self.mean(without=free, weighted=[k] * len(free))

    def mean(self, *, without: Iterable[int] = (), weighted: Iterable[int] = ()) -> mpmath.mpf:
        """The mean of the product over all other bags, times θ_k for every k in `weighted`."""
        components = range(len(self.chances[0]))
        more = [list(weighted).count(k) for k in components]
        terms = self._polynomial(frozenset(without)).items()
        return mpmath.fsum(
            coefficient * self.moment(tuple(map(sum, zip(n, more, strict=True)))) for n, coefficient in terms
        )

    def _polynomial(self, without) -> dict[tuple[int, ...], mpmath.mpf]:
        """The coefficient of every power of θ."""
        if without in self.multiplied:
            return self.multiplied[without]
        terms = {(0,) * len(self.chances[0]): mpmath.mpf(1)}
        for b, (row, label) in enumerate(zip(self.chances, self.known, strict=True)):
            if b in without:
                continue
            longer: dict[tuple[int, ...], mpmath.mpf] = {}
            for n, coefficient in terms.items():
                if label != UNKNOWN:
                    longer[n] = coefficient * row[label]
                    continue
                for k, chance in enumerate(row):
                    one_more = (*n[:k], n[k] + 1, *n[k + 1 :])
                    longer[one_more] = longer.get(one_more, 0) + coefficient * chance
            terms = longer
        self.multiplied[without] = terms
        return terms


def moments_of(urn) -> Callable[[tuple[int, ...]], mpmath.mpf]:
    """E[∏ θ_k^n_k] for θ ~ Dirichlet(urn)."""
    return lambda powers: prod(map(rising, urn, powers)) / rising(mpmath.fsum(urn), sum(powers))


def rising(a, n) -> mpmath.mpf:
    """a (a + 1) ... (a + n − 1)."""
    return prod((a + i for i in range(n)), start=mpmath.mpf(1))


def chances_of(table, recipes, precisions) -> list[list[mpmath.mpf]]:
    """p(k_b | k) for every bag and component."""
    precisions = [None] * len(recipes) if precisions is None else precisions
    return [
        [
            chance_of([int(n) for n in bag], recipe, kappa)
            for recipe, kappa in zip(recipes, precisions, strict=True)
        ]
        for bag in table
    ]


def chance_of(bag, recipe, precision) -> mpmath.mpf:
    q = [mpmath.mpf(share) for share in recipe]
    coefficient = factorial(sum(bag)) // prod(factorial(n) for n in bag)
    if precision is None:
        return coefficient * prod(share**n for share, n in zip(q, bag, strict=True))
    kappa = mpmath.mpf(precision)
    return (
        coefficient
        * prod(rising(kappa * share, n) for share, n in zip(q, bag, strict=True))
        / rising(kappa * mpmath.fsum(q), sum(bag))
    )


# ---- two recipes and any number of bags: quadrature over the share of the first ------------------------------


@dataclass(frozen=True)
class TwoRecipes:
    """The posterior on the nodes of a rule over θ, the share of the first recipe."""

    log_evidence: float
    nodes: np.ndarray  # (n,)
    masses: np.ndarray  # (n,), the posterior on the nodes
    from_first: np.ndarray  # (B, n), P(z_b = 1 | θ)

    @property
    def assignments(self) -> np.ndarray:
        return np.stack([self.from_first @ self.masses, (1 - self.from_first) @ self.masses], axis=1)

    @property
    def same_source(self) -> np.ndarray:
        """P(z_i = z_j) (B, B): not for thousands of bags."""
        r = self.from_first
        same = (r * self.masses) @ r.T + ((1 - r) * self.masses) @ (1 - r).T
        np.fill_diagonal(same, 1.0)
        return same

    @property
    def weights(self) -> np.ndarray:
        share = self.nodes @ self.masses
        return np.array([share, 1 - share])


def by_quadrature(table, weights_concentration, recipes, known=None, *, most_nodes=MOST_NODES) -> TwoRecipes:
    """The posterior of bags (B, C) from two known recipes (2, C), θ ~ Beta(weights_concentration)."""
    table = np.asarray(table)
    known = np.full(len(table), UNKNOWN) if known is None else np.asarray(known)
    a, b = np.asarray(weights_concentration, dtype=float) + np.bincount(known[known >= 0], minlength=2)
    theta, log_w = beta_rule(a, b, n_nodes=min(nodes_for(len(table)), most_nodes))
    coefficients = special.gammaln(table.sum(axis=1) + 1) - special.gammaln(table + 1).sum(axis=1)
    recipes = np.asarray(recipes, dtype=float)
    log_f = coefficients[:, None] + special.xlogy(table[:, None, :], recipes).sum(axis=2)
    if (log_f == -np.inf).all(axis=1).any():
        raise ArithmeticError("a bag is impossible under both recipes")
    free = known == UNKNOWN
    first, second = log_f[:, :1] + np.log(theta), log_f[:, 1:] + np.log1p(-theta)
    from_first = np.where(free[:, None], special.expit(first - second), (known == 0)[:, None].astype(float))
    log_joint = log_w + np.logaddexp(first[free], second[free]).sum(axis=0)
    log_joint += log_f[~free, known[~free]].sum()
    log_evidence = special.logsumexp(log_joint)
    return TwoRecipes(float(log_evidence), theta, np.exp(log_joint - log_evidence), from_first)
