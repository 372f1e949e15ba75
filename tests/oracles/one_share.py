"""One share under any prior, by mpmath's own quadrature with 30 digits: posterior and evidence.

Works in the share itself and with plain powers; the package works in the log odds with deviances.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import mpmath

Prior = Callable[[mpmath.mpf], mpmath.mpf]


class OneShare:
    """The posterior of q under `prior`, after k of N, as integrals over pieces of [0, 1]."""

    def __init__(self, prior: Prior, *, k: int, n: int, pieces: Sequence[float]) -> None:
        self.pieces = [mpmath.mpf(piece) for piece in pieces]
        peak = mpmath.mpf(k) / n if 0 < k < n else None
        scale = mpmath.mpf(1) if peak is None else peak**k * (1 - peak) ** (n - k)
        self.density = lambda q: prior(q) * q**k * (1 - q) ** (n - k) / scale
        self.mass = mpmath.quad(self.density, self.pieces)
        self.log_evidence = mpmath.log(mpmath.binomial(n, k)) + mpmath.log(self.mass * scale)

    def expect(self, of: Callable[[mpmath.mpf], mpmath.mpf]) -> mpmath.mpf:
        return mpmath.quad(lambda q: of(q) * self.density(q), self.pieces) / self.mass

    def below(self, q: float) -> mpmath.mpf:
        pieces = [piece for piece in self.pieces if piece < q]
        return mpmath.quad(self.density, [*pieces, mpmath.mpf(q)]) / self.mass
