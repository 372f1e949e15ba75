"""Distributions and ends of intervals as people write them."""

from __future__ import annotations

PRETTY = {"lognormal": "LogNormal", "halfnormal": "HalfNormal"}
MANY = 12
STEPS = 5
MOST_DIGITS = 8


def pretty(spec: str) -> str:
    """A distribution as people write it, shortened where it has very many parameters."""
    name, _, rest = spec.partition("(")
    values = rest.rstrip(")").split(",")
    if len(values) > MANY:
        same = len(set(values)) == 1
        values = (
            [f"{values[0]}, {len(values)} times"] if same else [*values[:MANY], f"... {len(values)} in all"]
        )
    return f"{PRETTY.get(name, name.capitalize())}({','.join(values)})"


def percent_between(low: float, high: float) -> str:
    """The two ends, with as many digits as it takes to tell them apart by five steps or more."""
    digits = 0
    while digits < MOST_DIGITS and 10 ** (digits + 2) * (high - low) < STEPS:
        digits += 1
    return f"between {_percent(low, digits)} and {_percent(high, digits)}"


def _percent(share: float, digits: int) -> str:
    """17%, 0.2%: with `digits`, or more where the share or what is left of it is small."""
    percent = 100 * share
    near = min(percent, 100 - percent)
    if 0 < near < min(0.01, 10.0**-digits):
        step = 10.0 ** -max(digits, 2)
        text = f"{step:.{max(digits, 2)}f}", f"{100 - step:.{max(digits, 2)}f}"
        return f"less than {text[0]}%" if percent < 50 else f"more than {text[1]}%"
    least = 0 if near >= 1 or near == 0 else 1 if near >= 0.1 else 2
    return f"{percent:.{max(digits, least)}f}%"
