"""The one place where a random generator is made (SPEC 7 of Scientific Python).

A public function takes ``rng`` (an int, a ``Generator`` or nothing) and turns it into a
``Generator`` here, once; everything inside takes the ``Generator``.
"""

from __future__ import annotations

import operator
import secrets
from typing import SupportsIndex, TypeAlias

import numpy as np

from handful.errors import ParameterError, ParameterTypeError

RNG: TypeAlias = int | np.random.Generator | None

SEED_BITS = 48


def as_generator(rng: RNG) -> np.random.Generator:
    """The generator that `rng` stands for.

    Parameters
    ----------
    rng : int, Generator or None
        A seed, a generator (handed through), or nothing (unpredictable).

    Raises
    ------
    ParameterTypeError, ParameterError
        If `rng` is anything else, or a negative seed.
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
    return np.random.default_rng(seed)


def fresh_seed() -> int:
    """A seed nobody chose, short enough to be typed again."""
    return secrets.randbits(SEED_BITS)
