"""The seed of a test: fixed, from the test's own name; rotated and printed on request.

``HANDFUL_ROTATE_SEED=new`` draws one rotation for the whole run, which pytest prints at its top;
``HANDFUL_ROTATE_SEED=12345`` repeats that run.
"""

from __future__ import annotations

import hashlib
import os
import secrets

VARIABLE = "HANDFUL_ROTATE_SEED"
SEED_BYTES = 6


def seed_for(name: str) -> int:
    """The seed of the test called `name`: the same in every run, unless rotated."""
    rotation = os.environ.get(VARIABLE, "")
    text = f"{rotation}|{name}" if rotation else name
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:SEED_BYTES], "big")


def settle_rotation() -> str | None:
    """The line to print about a rotation, or None without one; ``new`` becomes a number here, once.

    The number goes into the environment, so that the workers of pytest-xdist use the same.
    """
    rotation = os.environ.get(VARIABLE, "")
    if not rotation:
        return None
    if rotation == "new":
        rotation = str(secrets.randbits(32))
        os.environ[VARIABLE] = rotation
    return f"rotated seeds: {VARIABLE}={rotation} repeats this run"
