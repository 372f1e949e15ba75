"""The scaled Dirichlet: m_c ∝ s_c G_c with G_c ~ Gamma(τ_c), a Dirichlet whose peak and widths are set apart.

References
----------
Aitchison (1986), The Statistical Analysis of Compositional Data, section 13.3; Monti, Mateu-Figueras &
Pawlowsky-Glahn (2011), in Compositional Data Analysis, eds. Pawlowsky-Glahn & Buccianti, chapter 10.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.distributions.special import log_sum_exp
from handful.stirling import HALF_LOG_TWO_PI, stirling_remainder


def draw_log_scaled_dirichlet(
    log_peak: Annotated[Floats, "... C"],
    concentration: Annotated[Floats, "... C"],
    *,
    rng: np.random.Generator,
) -> Annotated[Floats, "... C"]:
    """A draw of log proportions for each of the parameters; finite for every concentration.

    Parameters
    ----------
    log_peak : array (..., C)
        The log of the point where the density in log ratios is highest.
    concentration : array (..., C)
        τ, positive.
    rng : Generator

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> float(np.exp(draw_log_scaled_dirichlet(np.log([0.2, 0.8]), np.array([5.0, 9.0]), rng=rng)).sum().round(12))
    1.0
    """
    # A gamma draw of a tiny shape underflows; its logarithm does not (see distributions/draws.py).
    log_gamma = np.log(rng.standard_gamma(concentration + 1.0))
    log_gamma -= rng.standard_exponential(concentration.shape) / np.maximum(concentration, 1e-305)
    scores = log_peak + log_gamma - np.log(concentration)
    return np.asarray(scores - log_sum_exp(scores)[..., None])


def log_scaled_dirichlet(
    log_proportions: Annotated[Floats, "... C"],
    log_peak: Annotated[Floats, "... C"],
    *,
    concentration: Annotated[Floats, "... C"],
) -> Annotated[Floats, "..."]:
    """The log density in isometric log-ratio coordinates, in nats, at log proportions.

    With T = Σ τ and d_c = log m_c − log peak_c it is
    ½ log C + log Γ(T) − Σ log Γ(τ_c) + Σ τ_c log(τ_c/T) + Σ τ_c d_c − T log Σ (τ_c/T) exp d_c
    up to Stirling's large parts, which cancel by hand: the density is highest, with nothing but
    remainders left, where all d are equal.

    Examples
    --------
    >>> from handful.distributions.saddlepoint import log_dirichlet_density_of_logs
    >>> a, q = np.array([2.0, 3.0, 5.0]), np.log([0.3, 0.3, 0.4])
    >>> same = log_scaled_dirichlet(q, np.log(a / a.sum()), concentration=a) - log_dirichlet_density_of_logs(a, q)
    >>> bool(abs(same) < 1e-12)
    True
    """
    total = concentration.sum(axis=-1, keepdims=True)
    n_categories = concentration.shape[-1]
    off = log_proportions - log_peak
    tilt = (concentration * off).sum(axis=-1)
    spread = total[..., 0] * log_sum_exp(np.log(concentration / total) + off)
    # log Γ(x) = (x − ½) log x − x + ½ log 2π + s(x), of which (x log x − x) cancels.
    scale = stirling_remainder(total)[..., 0] - stirling_remainder(concentration).sum(axis=-1)
    scale += 0.5 * np.log(concentration).sum(axis=-1) - 0.5 * np.log(total[..., 0])
    constant = 0.5 * np.log(n_categories) - (n_categories - 1) * HALF_LOG_TWO_PI
    return np.asarray(constant + scale + tilt - spread)
