"""Chains: what a sampler leaves, draw after draw, one chain beside the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, read_only_floats
from handful.errors import ParameterError


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Chains:
    """The draws of M chains of S draws each, in the order in which they were made.

    Parameters
    ----------
    draws : array (M, S, D)
        Of D quantities.
    names : tuple of str
        What they are called.
    log_density : array (M, S)
        How high the density is at each draw, in nats, up to a constant.
    acceptance : array (M,)
        The part of each chain's moves that were accepted after the warm-up.
    sampler : str
        'metropolis', 'hamiltonian' or 'gibbs'.
    steps : array (M, 1) or (M, D), or None
        The step sizes; None where a sampler has none.
    judged : tuple of str
        The quantities by which the chains are to be judged: labels that mean nothing are no reason to distrust them.
    seed : int or None
        What gives the same chains again; None where a generator was given.

    Examples
    --------
    >>> two = Chains.of([[1.0, 2.0], [3.0, 4.0]], names=("q",), acceptance=[1.0, 1.0], sampler="metropolis")
    >>> two.values("q").tolist(), two.flat("q").tolist()
    ([[1.0, 2.0], [3.0, 4.0]], [1.0, 2.0, 3.0, 4.0])
    """

    draws: Annotated[Floats, "M S D"]
    names: tuple[str, ...]
    log_density: Annotated[Floats, "M S"]
    acceptance: Annotated[Floats, "M"]
    sampler: str
    steps: Annotated[Floats, "M W"] | None
    judged: tuple[str, ...]
    seed: int | None

    @staticmethod
    def of(
        draws: object,
        *,
        names: Sequence[str],
        acceptance: object,
        sampler: str,
        log_density: object = None,
        judged: Sequence[str] | None = None,
        seed: int | None = None,
    ) -> Chains:
        """Chains with read-only copies of the arrays; draws of a single quantity may be (M, S)."""
        found = np.asarray(draws, dtype=np.float64)
        found = found[:, :, None] if found.ndim == 2 else found
        heights = np.full(found.shape[:2], np.nan) if log_density is None else log_density
        return Chains(
            read_only_floats(found),
            tuple(names),
            read_only_floats(heights),
            read_only_floats(acceptance),
            sampler,
            None,
            tuple(names) if judged is None else tuple(judged),
            seed,
        )

    @property
    def n_chains(self) -> int:
        """M."""
        return len(self.draws)

    @property
    def n_draws(self) -> int:
        """S, of each chain."""
        return int(self.draws.shape[1])

    def values(self, name: str) -> Annotated[Floats, "M S"]:
        """The draws of one quantity, a chain a row.

        Raises
        ------
        ParameterError
            If nothing is called `name`.
        """
        if name not in self.names:
            known = ", ".join(self.names)
            message = f"{name!r}: the chains have no such quantity; they have {known}"
            raise ParameterError(message, name="name", found=name)
        return np.asarray(self.draws[:, :, self.names.index(name)])

    def flat(self, name: str) -> Annotated[Floats, "S"]:
        """The draws of one quantity, chain after chain."""
        return self.values(name).ravel()

    def __repr__(self) -> str:
        """What they are, in a line."""
        accepted = ", ".join(f"{one:.0%}" for one in self.acceptance)
        return (
            f"Chains({self.sampler}: {self.n_chains} x {self.n_draws:,} draws of {', '.join(self.names[:6])}"
            f"{', ...' if len(self.names) > 6 else ''}; accepted {accepted})"
        )
