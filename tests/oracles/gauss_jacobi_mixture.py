"""Two components and two categories by quadrature over θ, q_1 and q_2, where no labelling appears: row A7.

The likelihood ∏_b [θ Bin(k_b; q_1) + (1 − θ) Bin(k_b; q_2)] is a polynomial of degree B in θ and of at most Σ_b N_b
in each q, the priors are Betas, and a Gauss-Jacobi rule of n nodes is exact up to degree 2n − 1: so the triple sum
is the evidence itself, but for rounding. Means of θ and q have one degree more, and so many nodes are taken.
For bags with some hundred items in all (the grid grows with the square of their number), and for concentrations that
are not far below 1: the nodes next to 0 and 1 lose digits there, 5e-11 of the log evidence at 0.1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special


@dataclass(frozen=True)
class QuadratureTruth:
    log_evidence: float
    assignments: np.ndarray  # (B, 2)
    same_source: np.ndarray  # (B, B)
    weights: np.ndarray  # (2,)
    proportions: np.ndarray  # (2, 2)
    predictive: np.ndarray  # (2,)


def beta_rule(a, b, *, n_nodes) -> tuple[np.ndarray, np.ndarray]:
    """Nodes in (0, 1) and log weights: Σ w f(x) is E[f(X)], X ~ Beta(a, b), for f up to degree 2 n_nodes − 1."""
    # The rule's own weight function is (1 − x)^(b − 1) (1 + x)^(a − 1), on (−1, 1).
    x, w = special.roots_jacobi(n_nodes, b - 1, a - 1)
    return (1 + x) / 2, np.log(w) - np.log(w.sum())


def nodes_for(degree) -> int:
    """How many nodes are exact for this degree and one more."""
    return degree // 2 + 2


def triple_quadrature(table, weights_concentration, component_concentrations, known=None) -> QuadratureTruth:
    """The posterior of bags of two categories (B, 2) from two components, with Beta priors; known is -1 if not."""
    table = np.asarray(table)
    known = np.full(len(table), -1) if known is None else np.asarray(known)
    n_known = np.bincount(known[known >= 0], minlength=2)
    theta, log_w = beta_rule(
        *(np.asarray(weights_concentration, dtype=float) + n_known), n_nodes=nodes_for(len(table))
    )
    (q1, log_w1), (q2, log_w2) = (
        beta_rule(*np.asarray(pair, dtype=float), n_nodes=nodes_for(int(table.sum())))
        for pair in component_concentrations
    )
    theta, log_w = theta[:, None, None], log_w[:, None, None]
    q1, log_w1 = q1[None, :, None], log_w1[None, :, None]
    q2, log_w2 = q2[None, None, :], log_w2[None, None, :]

    log_joint = log_w + log_w1 + log_w2
    from_first = []  # P(z_b = 1) at every node
    for (k, rest), label in zip(table, known, strict=True):
        first, second = log_binomial(k, rest, q1), log_binomial(k, rest, q2)
        if label < 0:
            first, second = first + np.log(theta), second + np.log1p(-theta)
            log_joint = log_joint + np.logaddexp(first, second)
            from_first.append(special.expit(first - second).ravel())
        else:
            log_joint = log_joint + (first, second)[label]
            from_first.append(np.full(log_joint.size, float(label == 0)))
    log_evidence = special.logsumexp(log_joint)
    mass = np.exp(log_joint - log_evidence)

    r, p = np.array(from_first).reshape(len(table), -1), mass.ravel()
    in_first = r @ p
    both_first = (r * p) @ r.T
    both_second = ((1 - r) * p) @ (1 - r).T
    same = both_first + both_second
    np.fill_diagonal(same, 1.0)
    means = [(mass * one).sum() for one in (theta, q1, q2, theta * q1 + (1 - theta) * q2)]
    pairs = [np.array([mean, 1 - mean]) for mean in means]
    return QuadratureTruth(
        float(log_evidence),
        np.stack([in_first, 1 - in_first], axis=1),
        same,
        pairs[0],
        np.array(pairs[1:3]),
        pairs[3],
    )


def log_binomial(k, rest, q) -> np.ndarray:
    """log Bin(k; k + rest, q)."""
    coefficient = special.gammaln(k + rest + 1) - special.gammaln(k + 1) - special.gammaln(rest + 1)
    return coefficient + special.xlogy(k, q) + special.xlog1py(rest, -q)
