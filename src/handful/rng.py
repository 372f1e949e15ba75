"""The one place where a random generator is made (SPEC 7 of Scientific Python).

A public function takes ``rng`` (an int, a ``Generator`` or nothing) and turns it into a
``Generator`` here, once; everything inside takes the ``Generator``.

People give one seed to everything. A fit takes the stream of the seed itself; what makes bags for a fit, or looks at
one, names its use and has a stream of its own: else the tables that a check makes up would be of the very numbers that
the draws of the fit are of.
"""

from __future__ import annotations

import operator
import secrets
import zlib
from typing import SupportsIndex, TypeAlias

import numpy as np

from handful.errors import ParameterError, ParameterTypeError

RNG: TypeAlias = int | np.random.Generator | None

SEED_BITS = 48

FIRST_USE = 1 << 31
"""Generators that are spawned are numbered from 0: none comes so far."""


def as_generator(rng: RNG, *, use: str | None = None) -> np.random.Generator:
    """The generator that `rng` stands for.

    Parameters
    ----------
    rng : int, Generator or None
        A seed, a generator (handed through), or nothing (unpredictable).
    use : str, optional
        What the seed is used for: each use has a stream of its own, apart from that of the seed itself and from all
        that are spawned from it.

    Raises
    ------
    ParameterTypeError, ParameterError
        If `rng` is anything else, or a negative seed.

    Examples
    --------
    >>> as_generator(7).integers(100), as_generator(7, use="check").integers(100)
    (np.int64(94), np.int64(1))
    """
    if rng is None or isinstance(rng, np.random.Generator):
        return np.random.default_rng(rng)
    if isinstance(rng, bool) or not isinstance(rng, SupportsIndex):
        raise ParameterTypeError(
            f"rng = {rng!r}: give a whole number, a numpy Generator or nothing", name="rng", found=rng
        )
    seed = operator.index(rng)
    if seed < 0:
        raise ParameterError(f"rng = {seed}: a seed must be >= 0", name="rng", found=rng)
    key = () if use is None else (FIRST_USE | zlib.crc32(use.encode()),)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def fresh_seed() -> int:
    """A seed nobody chose, short enough to be typed again."""
    return secrets.randbits(SEED_BITS)
