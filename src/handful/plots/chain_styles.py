"""How chains look: each a colour and a dash of its own, so that they can be told apart in grey."""

from __future__ import annotations

from handful.plots.styles import OTHERS, CurveStyle

DASHES: tuple[str | tuple[int, tuple[float, ...]], ...] = (
    "-",
    (0, (5.0, 1.5)),
    (0, (1.2, 1.2)),
    (0, (6.0, 1.5, 1.2, 1.5)),
)


def chain_style(number: int, *, width: float = 1.2) -> CurveStyle:
    """The look of chain `number`, from 0 on.

    Examples
    --------
    >>> chain_style(0) == chain_style(1)
    False
    """
    return CurveStyle(OTHERS[number % len(OTHERS)], DASHES[number % len(DASHES)], width)
