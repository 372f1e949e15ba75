"""Panels of Gauss-Legendre nodes that adapt to a function, with its integral and an error bound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.polynomial import legendre

from handful.arrays import Floats, read_only_floats
from handful.distributions.refine import N_NODES, NODES, WEIGHTS, Mask, graded, refined
from handful.errors import ParameterError

LogFunction = Callable[[Floats], Floats]

BISECTIONS = 60

NUDGE = 1e-9
"""So near to an edge a function is looked at, as a part of the panel: at the edge itself it may jump."""

JUMP = 1e-3
"""A value at an edge that is off by more than this is no matter of smoothness."""

GAP = 0.5 * (1.0 + float(NODES[0]))
"""The part of a panel between its edge and the node next to it."""

# From values at the nodes to Legendre coefficients, and to those of the integral from the left end.
_TO_SERIES = (legendre.legvander(NODES, N_NODES - 1) * WEIGHTS[:, None]).T * (np.arange(N_NODES) + 0.5)[
    :, None
]
_TO_INTEGRAL = legendre.legint(_TO_SERIES, lbnd=-1, axis=0)
_TO_ENDS = legendre.legvander(np.array([-1.0, 1.0]), N_NODES - 1) @ _TO_SERIES


@dataclass(frozen=True, slots=True, eq=False)
class Panels:
    """A positive function in panels, normalised to an integral of 1.

    Parameters
    ----------
    edges : array (P + 1,)
        Where the panels meet, rising.
    densities : array (P, N)
        The normalised function at the nodes of each panel.
    log_integral : float
        The log of the integral before it was normalised, in nats.
    error : float
        A bound on the error of that log, in nats.

    Examples
    --------
    >>> panels = Panels.adaptive(lambda t: -0.5 * t**2, [-40.0, 0.0, 40.0], name="a normal")
    >>> round(float(panels.below(np.array(1.0))), 9)
    0.841344746
    """

    edges: Annotated[Floats, "P+1"]
    densities: Annotated[Floats, "P N"]
    log_integral: float
    error: float

    @staticmethod
    def adaptive(
        log_function: LogFunction, points: Sequence[float], *, name: str, noise: float = 0.0
    ) -> Panels:
        """The panels that the exponential of `log_function` needs between the ends of `points`.

        Parameters
        ----------
        log_function : callable
            The log of the function, at an array of any shape.
        points : sequence of float
            The two ends, and between them places that no panel shall straddle.
        name : str
            What to call it in an error.
        noise : float, optional
            The rounding of the log of the function where it is highest.

        Raises
        ------
        ParameterError
            If the function is 0 everywhere, or no number somewhere.
        """
        edges = graded(np.unique(np.asarray(points, dtype=np.float64)))
        whole = _Strip.over(log_function, edges[:-1], rights=edges[1:], name=name)
        done, error = refined(
            whole, lambda strip: strip.halved(log_function, name), only=_Strip.only, name=name, noise=noise
        )
        return _Strip.joined(done).normalised(error)

    @property
    def nodes(self) -> Annotated[Floats, "P N"]:
        """The nodes of each panel."""
        return _nodes(self.edges[:-1], self.edges[1:])

    @property
    def weights(self) -> Annotated[Floats, "P N"]:
        """What each node contributes to the integral."""
        return np.asarray(self.densities * (0.5 * np.diff(self.edges)[:, None] * WEIGHTS))

    def below(self, t: Annotated[Floats, "..."]) -> Annotated[Floats, "..."]:
        """The integral up to `t`."""
        panel, part = self._part(t)
        before = np.append(0.0, np.cumsum(self._masses))
        return np.asarray(np.clip(before[panel] + part, 0.0, 1.0))

    def above(self, t: Annotated[Floats, "..."]) -> Annotated[Floats, "..."]:
        """The integral from `t` on, without the loss of 1 − the integral up to it."""
        panel, part = self._part(t)
        after = np.append(np.cumsum(self._masses[::-1])[::-1], 0.0)
        return np.asarray(np.clip(after[panel + 1] + (self._masses[panel] - part), 0.0, 1.0))

    def quantile(self, p: Annotated[Floats, "..."]) -> Annotated[Floats, "..."]:
        """Where the integral from the left reaches `p`."""
        return self._solved(p, self.below)

    def upper_quantile(self, p: Annotated[Floats, "..."]) -> Annotated[Floats, "..."]:
        """Where the integral to the right end is `p`."""
        return self._solved(p, lambda t: -self.above(t))

    @property
    def _masses(self) -> Annotated[Floats, "P"]:
        masses: Floats = self.weights.sum(axis=1)
        return masses

    def _part(self, t: Floats) -> tuple[np.ndarray[Any, np.dtype[np.intp]], Floats]:
        """The panel of each `t`, and the integral from that panel's left edge to `t`."""
        inside = np.clip(t, self.edges[0], self.edges[-1])
        panel = np.clip(np.searchsorted(self.edges, inside, side="right") - 1, 0, len(self.densities) - 1)
        width = self.edges[panel + 1] - self.edges[panel]
        x = np.clip(2.0 * (inside - self.edges[panel]) / width - 1.0, -1.0, 1.0)
        series = self.densities[panel] @ _TO_INTEGRAL.T
        basis = legendre.legvander(x.ravel(), N_NODES).reshape(*x.shape, N_NODES + 1)
        part = (basis * series).sum(axis=-1)
        return panel, 0.5 * width * part

    def _solved(self, p: Floats, rising: Callable[[Floats], Floats]) -> Floats:
        """The t with rising(t) = p (or −p), by bisection over the whole range."""
        wanted = p if float(rising(self.edges[-1:])[0]) > 0.5 else -p
        low = np.full(np.shape(p), self.edges[0])
        high = np.full(np.shape(p), self.edges[-1])
        for _ in range(BISECTIONS):
            middle = 0.5 * (low + high)
            short = rising(middle) < wanted
            low, high = np.where(short, middle, low), np.where(short, high, middle)
        return np.asarray(0.5 * (low + high))


@dataclass(frozen=True, slots=True, eq=False)
class _Strip:
    """Panels while they are made: the two ends of each, and the log function at its nodes."""

    lefts: Annotated[Floats, "P"]
    rights: Annotated[Floats, "P"]
    logs: Annotated[Floats, "P N"]
    ends: Annotated[Floats, "P 2"]

    @staticmethod
    def over(log_function: LogFunction, lefts: Floats, *, rights: Floats, name: str) -> _Strip:
        logs = np.asarray(log_function(_nodes(lefts, rights)), dtype=np.float64)
        if np.isnan(logs).any() or (logs == np.inf).any():
            raise ParameterError(f"{name} is no number, or infinite, inside [0, 1]", name="prior", found=name)
        inward = NUDGE * (rights - lefts)
        ends = np.asarray(log_function(np.stack([lefts + inward, rights - inward], axis=1)))
        return _Strip(lefts, rights, logs, ends)

    @staticmethod
    def joined(strips: Sequence[_Strip]) -> _Strip:
        lefts = np.concatenate([strip.lefts for strip in strips])
        order = np.argsort(lefts)
        rights = np.concatenate([strip.rights for strip in strips])
        logs, ends = (np.concatenate([getattr(s, name) for s in strips])[order] for name in ("logs", "ends"))
        return _Strip(lefts[order], rights[order], logs, ends)

    def __len__(self) -> int:
        return len(self.lefts)

    @property
    def top(self) -> float:
        return float(self.logs.max(initial=-np.inf))

    def integrals(self, top: float) -> Annotated[Floats, "P"]:
        """The integral over each panel of exp(log function − top)."""
        return np.asarray((np.exp(self.logs - top) @ WEIGHTS) * (0.5 * (self.rights - self.lefts)))

    def unseen(self, top: float) -> Annotated[Floats, "P"]:
        """The area between an edge and the node next to it, where the value at the edge is not as expected."""
        values = np.exp(self.logs - top)
        off = np.abs(np.exp(self.ends - top) - values @ _TO_ENDS.T)
        jumps = np.where(off > JUMP * values.max(axis=1, keepdims=True), off, 0.0)
        return np.asarray(jumps.sum(axis=1) * (GAP * (self.rights - self.lefts)))

    def halved(self, log_function: LogFunction, name: str) -> _Strip:
        middles = 0.5 * (self.lefts + self.rights)
        lefts = np.stack([self.lefts, middles], axis=1).ravel()
        rights = np.stack([middles, self.rights], axis=1).ravel()
        return _Strip.over(log_function, lefts, rights=rights, name=name)

    def only(self, chosen: Mask) -> _Strip:
        return _Strip(self.lefts[chosen], self.rights[chosen], self.logs[chosen], self.ends[chosen])

    def normalised(self, error: float) -> Panels:
        whole = float(self.integrals(self.top).sum())
        edges = read_only_floats(np.append(self.lefts, self.rights[-1]))
        densities = read_only_floats(np.exp(self.logs - self.top) / whole)
        return Panels(edges, densities, self.top + float(np.log(whole)), error)


def _nodes(lefts: Floats, rights: Floats) -> Annotated[Floats, "P N"]:
    return np.asarray(0.5 * (lefts + rights)[:, None] + 0.5 * (rights - lefts)[:, None] * NODES)
