"""The log density of a prior of any shape, in a form that a file can hold.

A density that was named, as uniform(0.5,1) or by a frozen distribution of scipy.stats, is kept by its name,
if the name gives the very same numbers again. A function of the user's own cannot be kept: in its place
stands a table that follows it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

import numpy as np
from numpy.polynomial import legendre

from handful.arrays import Floats, read_only_floats
from handful.distributions.beta import Beta
from handful.distributions.density import Density
from handful.distributions.tabulated import LogDensity, Tabulated
from handful.errors import ParameterError
from handful.models.share import ShareTarget

N_NODES = 16
NODES, _WEIGHTS = legendre.leggauss(N_NODES)
CHECKS = 0.5 * (NODES[1:] + NODES[:-1])
"""Between the nodes a table is compared with what it follows."""

TOLERANCE = 1e-12
"""How far, in nats and relative to the log density, a table may be off."""

MOST_PANELS = 4_000
ROUNDS = 40

_TO_SERIES = (legendre.legvander(NODES, N_NODES - 1) * _WEIGHTS[:, None]).T * (np.arange(N_NODES) + 0.5)[
    :, None
]
_SPEC = re.compile(r"(scipy\.stats\.)?([a-z_0-9]+)\(([^()]*)\)")
_OURS: Mapping[str, Callable[[float, float], Density]] = {
    "uniform": Density.uniform,
    "normal": Density.normal,
    "beta": lambda a, b: Density.of_beta(Beta(a, b)),
}


@dataclass(frozen=True, slots=True)
class Named:
    """The log density in the log odds of a distribution that is known by its name.

    Parameters
    ----------
    spec : str
        As the command line has it, or as scipy.stats has it.

    Examples
    --------
    >>> float(Named("uniform(0,1)")(np.array(0.0)).round(6))
    -1.386294
    """

    spec: str

    def __call__(self, t: Annotated[Floats, "..."]) -> Annotated[Floats, "..."]:
        """The log density at log odds `t`."""
        density = _named(self.spec)
        if density is None:
            raise ParameterError(f"{self.spec} is no density", name="prior", found=self.spec)
        return density.log_density(t)


@dataclass(frozen=True, slots=True, eq=False)
class LogTable:
    """A log density in the log odds as a polynomial a panel.

    Parameters
    ----------
    edges : array (P + 1,)
        Where the panels meet, rising.
    logs : array (P, N)
        The log density at the Gauss-Legendre nodes of each panel.

    Examples
    --------
    >>> table = LogTable.of(lambda t: -0.5 * t**2, [-8.0, 8.0])
    >>> float(table(np.array(3.0)).round(12))
    -4.5
    """

    edges: Annotated[Floats, "P+1"]
    logs: Annotated[Floats, "P N"]

    @staticmethod
    def of(function: LogDensity, points: Annotated[Floats, "n"] | list[float]) -> LogTable:
        """The table of `function` between the ends of `points`, halved until it follows the function."""
        edges = np.unique(np.asarray(points, dtype=np.float64))
        table = LogTable(edges, _at(function, edges, within=NODES))
        for _ in range(ROUNDS):
            missed = table._missed(function)
            if not missed.any() or len(edges) + missed.sum() > MOST_PANELS:
                break
            middles = 0.5 * (edges[:-1] + edges[1:])[missed]
            edges = np.unique(np.concatenate([edges, middles]))
            table = LogTable(edges, _at(function, edges, within=NODES))
        return LogTable(read_only_floats(table.edges), read_only_floats(table.logs))

    def __call__(self, t: Annotated[Floats, "..."]) -> Annotated[Floats, "..."]:
        """The log density at log odds `t`; that of the nearest end beyond the table."""
        inside = np.clip(np.asarray(t, dtype=np.float64), self.edges[0], self.edges[-1])
        panel = np.clip(np.searchsorted(self.edges, inside, side="right") - 1, 0, len(self.logs) - 1)
        width = self.edges[panel + 1] - self.edges[panel]
        x = np.clip(2.0 * (inside - self.edges[panel]) / width - 1.0, -1.0, 1.0)
        nearest = np.abs(x[..., None] - NODES).argmin(axis=-1)
        smooth = np.asarray(np.isfinite(self.logs).all(axis=1))
        series = np.where(smooth[:, None], self.logs, 0.0) @ _TO_SERIES.T
        followed = (_basis(x) * series[panel]).sum(axis=-1)
        # Where the density is 0 in a part of the panel there is no polynomial.
        return np.asarray(np.where(smooth[panel], followed, self.logs[panel, nearest]))

    def _missed(self, function: LogDensity) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which panels do not follow the function between their nodes."""
        truth = _at(function, self.edges, within=CHECKS)
        found = self(_places(self.edges, CHECKS))
        with np.errstate(invalid="ignore"):
            off = np.abs(found - truth) > TOLERANCE * np.maximum(1.0, np.abs(truth))
        off |= np.isneginf(found) != np.isneginf(truth)
        missed: np.ndarray[Any, np.dtype[np.bool_]] = np.any(off, axis=1)
        return missed


def kept(distribution: Density | Tabulated) -> object:
    """The log density of `distribution` in a form that can be kept: exact, if its name tells what it is."""
    function: Any = distribution.log_density
    if isinstance(function, ShareTarget | Named | LogTable):
        return function
    points = distribution.points if isinstance(distribution, Density) else distribution.panels.edges
    places = np.unique(np.asarray(points, dtype=np.float64))
    places = np.concatenate([places, _places(places, NODES).ravel()])
    named = _named(distribution.spec)
    if named is not None and np.array_equal(_quiet(named.log_density, places), _quiet(function, places)):
        return Named(distribution.spec)
    return LogTable.of(function, np.asarray(points, dtype=np.float64))


@lru_cache(maxsize=64)
def _named(spec: str) -> Density | None:
    """The density that `spec` spells out, if it does."""
    match = _SPEC.fullmatch(spec)
    if match is None:
        return None
    try:
        given = [part.rpartition("=") for part in match[3].split(",") if part]
        values = [float(value) for name, _, value in given if not name]
        if not match[1]:
            return _OURS[match[2]](*values)
        return _of_scipy(match[2], values, keywords={n: float(value) for n, _, value in given if n})
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _of_scipy(family: str, values: list[float], *, keywords: dict[str, float]) -> Density:
    from scipy import stats

    kind = getattr(stats, family)
    if not isinstance(kind, stats.rv_continuous):
        raise TypeError(family)
    return Density.of(kind(*values, **keywords))


def _places(edges: Floats, within: Floats) -> Annotated[Floats, "P N"]:
    """Places in every panel, `within` it from −1 to 1."""
    return np.asarray(0.5 * (edges[:-1] + edges[1:])[:, None] + 0.5 * np.diff(edges)[:, None] * within)


def _at(function: LogDensity, edges: Floats, *, within: Floats) -> Annotated[Floats, "P N"]:
    return _quiet(function, _places(edges, within))


def _quiet(function: LogDensity, t: Floats) -> Floats:
    """The function at `t`; what is no number there is −inf."""
    with np.errstate(all="ignore"):
        found = np.asarray(function(t), dtype=np.float64)
    return np.where(np.isnan(found), -math.inf, found)


def _basis(x: Floats) -> Floats:
    found = legendre.legvander(x.ravel(), N_NODES - 1)
    return np.asarray(found.reshape(*x.shape, N_NODES))
