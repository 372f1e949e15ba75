"""A prior of any shape on a share: a SciPy distribution, a function, or one of the named ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, log_ndtr, ndtri

from handful.arrays import Floats
from handful.distributions.beta import Beta
from handful.distributions.saddlepoint import log_dirichlet_density
from handful.distributions.shapes import (
    COARSE,
    FARTHEST,
    LANDMARKS,
    LAST,
    NEAR,
    Frozen,
    Shape,
    log_jacobian,
    log_odds,
    points_of,
    shape_of_frozen,
    shape_of_function,
)
from handful.distributions.tabulated import LogDensity, Tabulated, tabulate
from handful.errors import ParameterError, ParameterTypeError

LEAST_LOG_MASS = -700.0
"""A distribution with less of it inside [0, 1] has nothing there that a double could hold."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Density:
    """A distribution of a share q on [0, 1] given by its density.

    Make one with `of`, `uniform` or `normal`.

    Parameters
    ----------
    log_density : callable
        The log density in the log odds log(q/(1−q)), normalised or not, at an array of log odds.
    points : tuple of float
        Log odds: the ends of the support, and between them where the density turns or jumps.
    spec : str
        The distribution as the command line has it.
    cut : float
        The part of the original distribution that lay outside [0, 1] and was cut away.
    guessed_from : float
        The log odds from which on the density is continued as an exponential, since a function of
        shares sees too few digits of 1 − q there.
    least_log : float
        The log density below which the density of a share was lost to underflow.

    Examples
    --------
    >>> Density.normal(0.2, 0.05).spec
    'normal(0.2,0.05)'
    """

    log_density: LogDensity
    points: tuple[float, ...]
    spec: str
    cut: float = 0.0
    guessed_from: float = math.inf
    least_log: float = -math.inf

    @staticmethod
    def of(prior: object, *, points: Sequence[float] = (), name: str | None = None) -> Density:
        """The density of a frozen scipy.stats distribution, or of a function on [0, 1].

        What lies outside [0, 1] is cut away, and the rest scaled up to a probability of 1.

        Parameters
        ----------
        prior : frozen continuous distribution, or callable
            A function takes shares and gives densities; it need not be normalised.
        points : sequence of float, optional
            Shares near which a function has peaks too narrow to be found by looking.
        name : str, optional
            What to call it.

        Raises
        ------
        ParameterTypeError
            If it is neither.
        ParameterError
            If it has no mass on [0, 1], or is negative or no number there.

        Examples
        --------
        >>> two_peaks = lambda q: np.exp(-((q - 0.2) ** 2) / 0.005) + np.exp(-((q - 0.8) ** 2) / 0.005)
        >>> [round(mode, 4) for mode in Density.of(two_peaks).tabulated().modes]
        [0.2, 0.8]
        """
        if hasattr(prior, "pmf") and not hasattr(prior, "logpdf"):
            message = f"{_name_of(prior)} is discrete; a share needs a continuous prior"
            raise ParameterTypeError(message, name="prior", found=prior)
        if isinstance(prior, Frozen):
            called = name or _name_of(prior)
            known = _known(prior)
            if known is not None:
                return replace(known, spec=called)
            return _scaled(shape_of_frozen(prior, called), called)
        if callable(prior):
            called = name or str(getattr(prior, "__name__", "a function"))
            return _scaled(shape_of_function(prior, points, name=called), called)
        raise ParameterTypeError(
            f"prior = {prior!r}: give a continuous scipy.stats distribution or a function of a share",
            name="prior",
            found=prior,
        )

    @staticmethod
    def uniform(low: float, high: float) -> Density:
        """The uniform distribution between two shares.

        Raises
        ------
        ParameterError
            If they are not in [0, 1], or not in rising order.
        """
        if not 0 <= low < high <= 1:
            message = f"uniform({low:g},{high:g}): the two ends must rise and lie in [0, 1]"
            raise ParameterError(message, name="prior", found=(low, high))
        height = -math.log(high - low)
        ends = (log_odds(low), log_odds(high))
        points = (ends[0], *(t for t in COARSE if ends[0] < t < ends[1]), ends[1])
        return Density(lambda t: height - log_jacobian(t), points, f"uniform({low:g},{high:g})")

    @staticmethod
    def normal(mean: float, sd: float) -> Density:
        """The normal distribution, cut to [0, 1] and scaled up again.

        Raises
        ------
        ParameterError
            If the sd is not positive, or the normal has no mass on [0, 1].
        """
        spec = f"normal({mean:g},{sd:g})"
        if not (math.isfinite(mean) and math.isfinite(sd) and sd > 0):
            raise ParameterError(
                f"{spec}: the sd must be > 0, and both finite", name="prior", found=(mean, sd)
            )
        a, b = (0.0 - mean) / sd, (1.0 - mean) / sd
        # Of Phi(b) − Phi(a) = Phi(−a) − Phi(−b) the difference of the smaller numbers keeps its digits.
        low, high = (a, b) if a + b < 0 else (-b, -a)
        log_inside = float(log_ndtr(high) + np.log1p(-np.exp(log_ndtr(low) - log_ndtr(high))))
        if not log_inside > LEAST_LOG_MASS:
            raise ParameterError(f"{spec} has no mass on [0, 1]", name="prior", found=(mean, sd))

        def log_density(t: Floats) -> Floats:
            z = (expit(t) - mean) / sd
            height = -0.5 * z * z - math.log(sd * math.sqrt(2 * math.pi)) - log_inside
            return np.asarray(height - log_jacobian(t))

        marks = mean + sd * ndtri(np.array([*LANDMARKS, *(1 - np.array(LANDMARKS[:-1]))]))
        cut = -math.expm1(min(log_inside, 0.0))
        return Density(log_density, points_of(marks, (0.0, 1.0)), spec, cut)

    @staticmethod
    def of_beta(beta: Beta) -> Density:
        """The density of a Beta, exact in both tails."""
        shares = np.array([beta.a, beta.b])
        # Beyond the log odds of the smallest double the density goes on as an exponential.
        ends = -FARTHEST / min(beta.a, 1.0), FARTHEST / min(beta.b, 1.0)

        def log_density(t: Floats) -> Floats:
            near = np.clip(t, -NEAR, NEAR)
            pair = np.stack((expit(near), expit(-near)), axis=-1)
            beyond = beta.a * np.minimum(t - near, 0.0) - beta.b * np.maximum(t - near, 0.0)
            return np.asarray(log_dirichlet_density(shares, pair) - log_jacobian(near) + beyond)

        mirror = Beta(beta.b, beta.a)
        marks = [log_odds(float(beta.quantile(p))) for p in LANDMARKS]
        marks += [-log_odds(float(mirror.quantile(p))) for p in LANDMARKS]
        return Density(log_density, (ends[0], *sorted(marks), ends[1]), beta.spec)

    def log_prob(self, value: ArrayLike, /) -> float | Annotated[Floats, "..."]:
        """The log density at shares, in nats."""
        return self.tabulated().log_prob(value)

    def tabulated(self) -> Tabulated:
        """The distribution as a table: with moments, quantiles, peaks, intervals and draws."""
        return tabulate(self.log_density, self.points, spec=self.spec)

    def __repr__(self) -> str:
        return f"Density({self.spec})"


def _scaled(shape: Shape, name: str) -> Density:
    """The shape with an area of 1; the area is found as the evidences will be, not taken on trust."""
    scale = tabulate(shape.log_density, shape.points, spec=name).panels.log_integral
    least = shape.least_log - scale
    return Density(lambda t: shape.log_density(t) - scale, shape.points, name, shape.cut, LAST, least)


def _known(frozen: Any) -> Density | None:
    """The distribution in a form of our own that is exact in both tails, where there is one."""
    family = getattr(getattr(frozen, "dist", None), "name", "")
    low, high = (float(end) for end in frozen.support()) if hasattr(frozen, "support") else (0.0, 0.0)
    if family == "beta" and (low, high) == (0.0, 1.0) and len(frozen.args) == 2:
        return Density.of_beta(Beta(*frozen.args))
    if family == "norm":
        return Density.normal(float(frozen.mean()), float(frozen.std()))
    return None


def _name_of(frozen: Any) -> str:
    """The frozen distribution as it was written: scipy.stats.beta(2,8)."""
    family = f"scipy.stats.{getattr(getattr(frozen, 'dist', None), 'name', type(frozen).__name__)}"
    given = [*getattr(frozen, "args", ()), *(f"{k}={v:g}" for k, v in getattr(frozen, "kwds", {}).items())]
    return f"{family}({','.join(value if isinstance(value, str) else f'{value:g}' for value in given)})"
