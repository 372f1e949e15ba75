"""A page as a reader meets it: its texts, its numbers, its addresses, its pictures."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

NUMBER = re.compile(r"(?<![\w.])[-+−]?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?")
UNSEEN = {"script", "style", "svg"}
VOID = {"meta", "img", "br", "hr", "link"}


class Page(HTMLParser):
    """What a page holds.

    `texts` are what is seen outside pictures; `addresses` what it would fetch or link to; `embedded` its JSON.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.addresses: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.embedded = ""
        self._open: list[str] = []
        self.feed(html)
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.append((tag, found))
        self.addresses += [
            v for k, v in found.items() if k in {"src", "href", "srcset", "action", "data"} and v
        ]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.addresses += [v for k, v in attributes if k in {"src", "href", "xlink:href"} and v]

    def handle_endtag(self, tag):
        assert self._open, tag
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open and self._open[-1] == "script":
            self.embedded += data
        elif not UNSEEN & set(self._open) and data.strip():
            self.texts.append(data)

    @property
    def document(self) -> dict:
        return json.loads(self.embedded)


def leaves(value, *, key="") -> Iterator[tuple[str, object]]:
    """Every number and text of a JSON value with the name that it stands under."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, key=name)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one, key=key)
    else:
        yield key, value


# Texts that the library's own results have said, or that were given: the document has them word for word.
WORD_FOR_WORD = {
    "notes", "words", "left_out_words", "assigned", "text", "bibtex", "reason", "source", "spec", "prior", "sha256",
    "handful", "python", "numpy", "scipy", "machine", "at", "prior_words", "formulas", "bag", "category", "categories",
    "component",
    "question", "command", "value", "time", "receipt", "diagnosis", "name", "limits", "title",
}  # fmt: skip


def strangers(page: Page) -> list[str]:
    """Numbers in the texts of a page that are, as far as their digits show, none of its document's."""
    found = list(leaves(page.document))
    known = {str(text) for key, text in found if key in WORD_FOR_WORD and isinstance(text, str)}
    # The letters of a formula are set apart: what is left is its prior.
    known |= {one.partition("~")[2] for model in page.document["models"] for one in model["formulas"]} - {""}
    names = {text for text in known if re.fullmatch(r"\d+", text)}  # bags and components that have no names
    numbers = [float(n) for _, n in found if isinstance(n, int | float) and not isinstance(n, bool)]
    numbers += [float(len(v)) for _, v in _lists(page.document)]
    # The years of what is cited, and the name of the hash.
    numbers += [
        float(year) for one in page.document["references"] for year in re.findall(r"\d{4}", one["text"])
    ]
    numbers += [float(name) for name in names]
    every = sorted(known - names, key=len, reverse=True)
    text = re.sub(r"SHA-256|< ?0\.001|> ?0\.999", "", "\n".join(page.texts))  # a p beyond its digits
    for one in every:
        if NUMBER.search(one):
            text = text.replace(one, " ")
    return [token for token in NUMBER.findall(text) if not _among(token, numbers)]


def _lists(value, key="") -> Iterator[tuple[str, list]]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _lists(one, name)
    elif isinstance(value, list):
        yield key, value
        for one in value:
            yield from _lists(one, key)


def _among(token: str, numbers: list[float]) -> bool:
    """Whether a number that is written is one of these, or a hundred times it, rounded to the digits that are shown."""
    plain = token.replace(",", "").replace("−", "-")
    value = float(plain)
    mantissa = plain.lower().split("e")
    decimals = len(mantissa[0].partition(".")[2]) - (int(mantissa[1]) if len(mantissa) > 1 else 0)
    half = 0.5000001 * 10.0**-decimals
    if abs(value) >= 1000 and value % 10 == 0:
        half = max(half, 0.005 * abs(value))  # three digits that count
    return any(abs(scale * abs(n) - abs(value)) <= half for n in numbers for scale in (1.0, 100.0))
