"""What samplers ask of the numbers they are given."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from handful.arrays import Floats, read_only_floats
from handful.distributions.checks import positive

Step = float | Annotated[Floats, "D"]


def checked_step(step: object) -> Step:
    """`step` as a float, or as an array of one for each coordinate.

    Raises
    ------
    ParameterError, ParameterTypeError
        If one is not a number above 0.

    Examples
    --------
    >>> checked_step(1)
    1.0
    """
    if np.ndim(np.asarray(step, dtype=object)) == 0:
        return positive(step, name="step")
    return read_only_floats([positive(one, name="step") for one in np.ravel(np.asarray(step, dtype=object))])
