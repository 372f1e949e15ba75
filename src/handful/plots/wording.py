"""The texts in a picture: names made safe to draw, numbers as people read them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from handful.inference.evidence import Verdict

LONGEST = 24
FORBIDDEN = {"Cc", "Cs", "Cn", "Zl", "Zp"}
"""Unicode's categories of control characters, halves of characters, no characters and line ends."""


def shown(name: str, longest: int = LONGEST) -> str:
    """`name` as it can be drawn: shortened, nothing in it read as a formula or as a command.

    Examples
    --------
    >>> shown("a very long name of a category")
    'a very long name of a c…'
    """
    text = printable(name)
    if len(text) > longest:
        text = text[: longest - 1] + "…"
    # matplotlib reads a formula between dollars, and leaves '_names' out of legends.
    text = text.replace("$", r"\$")
    return " " + text if text.startswith("_") else text


def printable(text: str) -> str:
    """`text` on one line, without characters that XML forbids: each becomes a replacement character.

    Examples
    --------
    >>> printable("two" + chr(10) + "lines") == "two" + chr(0xFFFD) + "lines"
    True
    """
    return "".join("\ufffd" if unicodedata.category(c) in FORBIDDEN else c for c in text)


def percent(share: float) -> str:
    """A share as a percentage: '17%', '0.2%', 'less than 0.01%'.

    Examples
    --------
    >>> percent(0.1737), percent(0.0021), percent(0.0)
    ('17%', '0.2%', '0%')
    """
    value = 100.0 * share
    near = min(value, 100.0 - value)
    if 0 < near < 0.01:
        return "less than 0.01%" if value < 50 else "more than 99.99%"
    return f"{value:.{0 if near >= 1 or near == 0 else 1 if near >= 0.1 else 2}f}%"


def capital(spec: str) -> str:
    """A distribution's SPEC as people write it: 'Beta(1,5)'; long ones are cut.

    Examples
    --------
    >>> capital("beta(1,5)")
    'Beta(1,5)'
    """
    text = spec[:1].upper() + spec[1:]
    return shown(text if len(text) <= 40 else text[:38] + "…)", 40)


def listing(texts: Sequence[str], word: str = "and") -> str:
    """The texts in a row, the last after 'and' or another `word`.

    Examples
    --------
    >>> listing(["0", "0.5", "1"])
    '0, 0.5 and 1'
    """
    return texts[0] if len(texts) == 1 else ", ".join(texts[:-1]) + f" {word} " + texts[-1]


def axis_name(category: str | None) -> str:
    """The name of an axis of shares.

    Examples
    --------
    >>> axis_name("blue")
    'share q of blue'
    """
    return "share q" if category is None else f"share q of {shown(category)}"


def doubts(verdict: Verdict) -> str:
    """What is wrong with a fit, for the words of its picture; nothing where it can be trusted.

    Examples
    --------
    >>> doubts(Verdict(ok=False, notes=("Too few draws.",)))
    ' The fit cannot be trusted: Too few draws.'
    """
    return "" if verdict.ok else " ".join([" The fit cannot be trusted:", *verdict.notes])


def marked(title: str, doubts: str) -> str:
    """The title of a picture, marked if what it shows cannot be trusted.

    Examples
    --------
    >>> marked("Shares", " The fit cannot be trusted: too few draws.")
    'Shares (not to be trusted)'
    """
    return f"{title} (not to be trusted)" if doubts else title
