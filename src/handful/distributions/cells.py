"""Rectangles of Gauss-Legendre nodes that adapt to a function of two variables, with its integral."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, read_only_floats
from handful.distributions.refine import NODES, WEIGHTS, Mask, graded, refined
from handful.errors import ParameterError

LogFunction = Callable[[Floats, Floats], Floats]

_PRODUCT = np.outer(WEIGHTS, WEIGHTS)


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A positive function of two variables in rectangles, normalised to an integral of 1.

    Parameters
    ----------
    first, second : array (P, N, N)
        The two variables at the nodes of each rectangle.
    weights : array (P, N, N)
        What each node contributes to the integral.
    log_integral : float
        The log of the integral before it was normalised, in nats.
    error : float
        A bound on the error of that log, in nats.

    Examples
    --------
    >>> cells = Cells.adaptive(lambda x, y: -0.5 * (x**2 + y**2), [-30, 0, 30], second=[-30, 0, 30], name="two normals")
    >>> bool(abs(cells.log_integral - np.log(2 * np.pi)) < 1e-12)
    True
    >>> bool(abs((cells.weights * cells.first**2).sum() - 1) < 1e-12)
    True
    """

    first: Annotated[Floats, "P N N"]
    second: Annotated[Floats, "P N N"]
    weights: Annotated[Floats, "P N N"]
    log_integral: float
    error: float

    @staticmethod
    def adaptive(
        log_function: LogFunction, first: Sequence[float], *, second: Sequence[float], name: str
    ) -> Cells:
        """The rectangles that the exponential of `log_function` needs.

        Parameters
        ----------
        log_function : callable
            The log of the function, at two arrays of the same shape.
        first, second : sequence of float
            For each variable its two ends, and between them places that no rectangle shall straddle.
        name : str
            What to call it in an error.

        Raises
        ------
        ParameterError
            If the function is 0 everywhere, or no number somewhere.
        """
        x, y = (graded(np.unique(np.asarray(points, dtype=np.float64))) for points in (first, second))
        low = np.stack(np.meshgrid(x[:-1], y[:-1], indexing="ij"), axis=-1).reshape(-1, 2)
        high = np.stack(np.meshgrid(x[1:], y[1:], indexing="ij"), axis=-1).reshape(-1, 2)
        whole = _Grid.over(log_function, low, high=high, name=name)
        done, error = refined(
            whole, lambda grid: grid.quartered(log_function, name), only=_Grid.only, name=name
        )
        return _normalised(done, error)


@dataclass(frozen=True, slots=True, eq=False)
class _Grid:
    """Rectangles while they are made: two corners of each, and the log function at the nodes."""

    low: Annotated[Floats, "P 2"]
    high: Annotated[Floats, "P 2"]
    logs: Annotated[Floats, "P N N"]

    @staticmethod
    def over(log_function: LogFunction, low: Floats, *, high: Floats, name: str) -> _Grid:
        logs = np.asarray(log_function(*_nodes(low, high)), dtype=np.float64)
        if np.isnan(logs).any() or (logs == np.inf).any():
            raise ParameterError(f"{name} is no number, or infinite, somewhere", name="prior", found=name)
        return _Grid(low, high, logs)

    def __len__(self) -> int:
        return len(self.low)

    @property
    def top(self) -> float:
        return float(self.logs.max(initial=-np.inf))

    @property
    def areas(self) -> Annotated[Floats, "P"]:
        return np.asarray(0.25 * (self.high - self.low).prod(axis=1))

    def integrals(self, top: float) -> Annotated[Floats, "P"]:
        return np.asarray((np.exp(self.logs - top) * _PRODUCT).sum(axis=(1, 2)) * self.areas)

    def unseen(self, _: float) -> Annotated[Floats, "P"]:
        return np.zeros(len(self))

    def quartered(self, log_function: LogFunction, name: str) -> _Grid:
        middle = 0.5 * (self.low + self.high)
        corners = [self.low, middle, self.high]
        picks = [(0, 0), (0, 1), (1, 0), (1, 1)]
        low = np.stack([np.column_stack([corners[i][:, 0], corners[j][:, 1]]) for i, j in picks], axis=1)
        high = np.stack(
            [np.column_stack([corners[i + 1][:, 0], corners[j + 1][:, 1]]) for i, j in picks], axis=1
        )
        return _Grid.over(log_function, low.reshape(-1, 2), high=high.reshape(-1, 2), name=name)

    def only(self, chosen: Mask) -> _Grid:
        return _Grid(self.low[chosen], self.high[chosen], self.logs[chosen])


def _nodes(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    middle, half = 0.5 * (low + high), 0.5 * (high - low)
    along = middle[:, :, None] + half[:, :, None] * NODES
    shape = (len(low), len(NODES), len(NODES))
    return (
        np.broadcast_to(along[:, 0, :, None], shape),
        np.broadcast_to(along[:, 1, None, :], shape),
    )


def _normalised(grids: Sequence[_Grid], error: float) -> Cells:
    top = max(grid.top for grid in grids)
    weights = np.concatenate([np.exp(g.logs - top) * _PRODUCT * g.areas[:, None, None] for g in grids])
    whole = float(weights.sum())
    nodes = [_nodes(grid.low, grid.high) for grid in grids]
    return Cells(
        read_only_floats(np.concatenate([first for first, _ in nodes])),
        read_only_floats(np.concatenate([second for _, second in nodes])),
        read_only_floats(weights / whole),
        top + float(np.log(whole)),
        error,
    )
