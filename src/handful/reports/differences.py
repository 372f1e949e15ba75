"""Where two reports differ: in their JSON, place by place, and in the text of their pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_PICTURE = re.compile(r"<svg\b.*?</svg>|<img\b[^>]*>", re.DOTALL)


def differences(one: Any, other: Any, *, place: str = "") -> Iterator[str]:
    """The places at which two JSON values differ: 'models.0.headline'.

    Examples
    --------
    >>> list(differences({"a": [1, 2], "b": 3}, {"a": [1, 5], "b": 3}))
    ['a.1']
    """
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from differences(one.get(key), other.get(key), place=f"{place}.{key}".lstrip("."))
    elif isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other):
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from differences(left, right, place=f"{place}.{number}".lstrip("."))
    elif one != other:
        yield place


def bare(html: str) -> str:
    """A page without its pictures, whose fonts and numbers of marks are the drawing library's affair.

    Examples
    --------
    >>> bare("<figure><svg><g/></svg>Shares</figure>")
    '<figure>Shares</figure>'
    """
    return _PICTURE.sub("", html)
