"""A prior of any shape on a share: a SciPy distribution, a function, or one of the named ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, log_ndtr, logit, ndtri

from handful.arrays import Floats
from handful.distributions.beta import Beta
from handful.distributions.saddlepoint import log_dirichlet_density
from handful.distributions.tabulated import LogDensity, Tabulated, tabulate
from handful.errors import ParameterError, ParameterTypeError

FARTHEST = 740.0
"""The log odds at which a share is the smallest double; beyond, nothing can be told apart."""

LEAST_LOG_MASS = -700.0
"""A distribution with less of it inside [0, 1] has nothing there that a double could hold."""

NEAR = 700.0
"""The log odds up to which a share and what is left of it are both ordinary doubles."""

LAST = 20.0
"""The log odds above which a function of q sees too few digits of 1 − q."""

RUN_UP = 3.0
"""Over so much of the log odds the slope is measured with which a density goes on beyond."""

LANDMARKS = (1e-12, 1e-9, 1e-6, 1e-4, 1e-3, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
N_LOOKS = 2_001
"""At so many evenly spaced shares a function is looked at, for peaks that nobody named."""

COARSE = tuple(float(t) for t in np.arange(-36.0, 36.5, 1.5))


@runtime_checkable
class Frozen(Protocol):
    """A frozen continuous distribution of scipy.stats."""

    def logpdf(self, x: Any) -> Any:
        """The log density."""

    def cdf(self, x: Any) -> Any:
        """The probability of at most x."""

    def support(self) -> Any:
        """The two ends."""


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
            return _of_frozen(prior, name or _name_of(prior))
        if callable(prior):
            return _of_function(prior, points, name=name or str(getattr(prior, "__name__", "a function")))
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
        ends = (_log_odds(low), _log_odds(high))
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
        return Density(log_density, _points(marks, (0.0, 1.0)), spec, cut)

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
        marks = [_log_odds(float(beta.quantile(p))) for p in LANDMARKS]
        marks += [-_log_odds(float(mirror.quantile(p))) for p in LANDMARKS]
        return Density(log_density, (ends[0], *sorted(marks), ends[1]), beta.spec)

    def log_prob(self, value: ArrayLike, /) -> float | Annotated[Floats, "..."]:
        """The log density at shares, in nats."""
        return self.tabulated().log_prob(value)

    def tabulated(self) -> Tabulated:
        """The distribution as a table: with moments, quantiles, peaks, intervals and draws."""
        return tabulate(self.log_density, self.points, spec=self.spec)

    def __repr__(self) -> str:
        return f"Density({self.spec})"


def log_jacobian(t: Floats) -> Floats:
    """The log of dt/dq = −log q − log(1 − q), at log odds t."""
    return np.asarray(np.logaddexp(0.0, t) + np.logaddexp(0.0, -t))


def _of_frozen(frozen: Any, name: str) -> Density:
    low, high = (float(end) for end in frozen.support())
    low, high = max(low, 0.0), min(high, 1.0)
    inside = max(float(frozen.cdf(1.0)) - float(frozen.cdf(0.0)), 0.0)
    if hasattr(frozen, "sf"):
        # In the upper tail the difference of the survival function keeps its digits.
        inside = max(inside, float(frozen.sf(0.0)) - float(frozen.sf(1.0)))
    if not (low < high and inside > 0):
        raise ParameterError(f"{name} has no mass on [0, 1]", name="prior", found=frozen)
    inverse = getattr(frozen, "ppf", None) or getattr(frozen, "icdf", None)
    below = float(frozen.cdf(0.0))
    levels = below + inside * np.array([*LANDMARKS, *(1.0 - np.array(LANDMARKS[:-1]))])
    marks = np.asarray(inverse(levels)) if inverse is not None else np.empty(0)

    def log_density(t: Floats) -> Floats:
        return np.asarray(frozen.logpdf(expit(t)) - math.log(inside) - log_jacobian(t))

    return Density(_extended(log_density), _points(marks, (low, high)), name, max(1.0 - inside, 0.0), LAST)


def _of_function(function: Callable[[Any], Any], points: Sequence[float], *, name: str) -> Density:
    def log_density(t: Floats) -> Floats:
        values = _evaluated(function, expit(t))
        if (values < 0).any() or np.isnan(values).any():
            message = f"{name} is negative, or no number, inside [0, 1]: it is no density"
            raise ParameterError(message, name="prior", found=function)
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(values) - log_jacobian(t))

    marks = np.concatenate([np.asarray(points, dtype=np.float64), np.linspace(0.0, 1.0, N_LOOKS)])
    unscaled = Density(_extended(log_density), _points(marks, (0.0, 1.0)), name)
    log_integral = unscaled.tabulated().panels.log_integral
    return Density(lambda t: unscaled.log_density(t) - log_integral, unscaled.points, name, guessed_from=LAST)


def _extended(log_density: LogDensity) -> LogDensity:
    """The density, with its two ends as the exponentials that they are where shares lose their digits.

    In the log odds every power of q or of 1 − q is an exponential, which has the same slope everywhere.
    """

    def extended(t: Floats) -> Floats:
        near = np.clip(t, -NEAR, LAST)
        found = log_density(near)
        if (near == t).all():
            return found
        ends = np.array([-NEAR, -NEAR + RUN_UP, LAST - RUN_UP, LAST])
        with np.errstate(invalid="ignore"):
            first, second, third, fourth = log_density(ends)
            rise, fall = max(second - first, 0.0) / RUN_UP, max(third - fourth, 0.0) / RUN_UP
            beyond = np.where(t < near, rise * (t - near), np.where(t > near, -fall * (t - near), 0.0))
        return np.asarray(found + np.nan_to_num(beyond, nan=0.0))

    return extended


def _evaluated(function: Callable[[Any], Any], q: Floats) -> Floats:
    """The function at all shares at once, or one by one where it takes a single number only."""
    try:
        values = np.asarray(function(q), dtype=np.float64)
        if values.shape == q.shape:
            return values
    except (TypeError, ValueError):
        pass
    each = [float(function(float(share))) for share in q.ravel()]
    return np.asarray(each).reshape(q.shape)


def _points(marks: Floats, support: tuple[float, float]) -> tuple[float, ...]:
    """The ends of the support, the marks inside, and a coarse grid, as log odds."""
    ends = _log_odds(support[0]), _log_odds(support[1])
    inside = marks[np.isfinite(marks) & (marks > support[0]) & (marks < support[1])]
    between = [*(_log_odds(float(mark)) for mark in inside), *COARSE]
    return (ends[0], *sorted({t for t in between if ends[0] < t < ends[1]}), ends[1])


def _log_odds(share: float) -> float:
    return float(np.clip(logit(share), -FARTHEST, FARTHEST))


def _name_of(frozen: Any) -> str:
    """The frozen distribution as it was written: scipy.stats.beta(2,8)."""
    family = f"scipy.stats.{getattr(getattr(frozen, 'dist', None), 'name', type(frozen).__name__)}"
    given = [*getattr(frozen, "args", ()), *(f"{k}={v:g}" for k, v in getattr(frozen, "kwds", {}).items())]
    return f"{family}({','.join(value if isinstance(value, str) else f'{value:g}' for value in given)})"
