"""Receipts: what was said, when, and that it has not been changed since.

Each receipt has the SHA-256 of its entry and of the receipt before it, so that an entry that is changed, taken out or
moved breaks the chain from there on. It proves that a file is whole, not who wrote it: whoever writes all of it anew
has a whole file, too. A teacher who collects the last receipt before the data are opened holds all that came before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from numbers import Real
from typing import Any

import numpy as np

from handful.errors import ParameterTypeError

FIRST = "0" * 64
"""What the first receipt has before it."""


def canonical(value: Any) -> Any:
    """`value` as JSON has it: numbers, texts and lists of them, and a prior by its description.

    Raises
    ------
    ParameterTypeError
        If it is anything else.

    Examples
    --------
    >>> from handful.distributions.beta import Beta
    >>> canonical([0.2, Beta(2, 8)])
    [0.2, 'beta(2,8)']
    """
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, np.generic | np.ndarray):
        return canonical(value.tolist())
    if isinstance(value, int):
        return value
    if isinstance(value, Real):
        return float(value)
    if isinstance(value, Mapping):
        return {str(key): canonical(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [canonical(one) for one in value]
    spec = getattr(value, "spec", None)
    if isinstance(spec, str):
        return spec
    message = f"{value!r}: seal a number, a text, a list of them or a prior"
    raise ParameterTypeError(message, name="value", found=value)


def digest(entry: Mapping[str, Any], before: str) -> str:
    """The receipt of an entry (all of it but 'receipt') after the receipt `before`."""
    kept = {key: value for key, value in entry.items() if key != "receipt"}
    text = json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256(f"{before}\n{text}".encode()).hexdigest()


def faults(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is wrong with a chain of receipts, the first broken place only; empty if it is whole.

    Examples
    --------
    >>> faults([])
    []
    """
    before = FIRST
    for place, entry in enumerate(entries, 1):
        if entry.get("receipt") != digest(entry, before):
            name = entry.get("name", "?")
            return [f"entry {place} ({name!r}) does not fit its receipt: it, or one before it, was changed"]
        before = str(entry["receipt"])
    return []
