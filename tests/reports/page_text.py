"""A page as a reader meets it: its texts, its numbers, its addresses, its pictures."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from itertools import chain

NUMBER = re.compile(r"(?<![\w.])[-+−]?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?")
BEYOND = r"SHA-256|[<>] ?0\.\d+|(more|less) than [\d.]+%"  # the name of a hash; what is beyond its digits
UNSEEN = {"script", "style", "svg"}
VOID = {"meta", "img", "br", "hr", "link"}


class Page(HTMLParser):
    """What a page holds.

    `texts` are what is seen outside pictures, and `parts` the same by the section or the figure they stand in;
    `addresses` are what it would fetch or link to; `embedded` is its JSON.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.parts: dict[str, str] = {}
        self.addresses: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.embedded = ""
        self._open: list[str] = []
        self._section = self._figure = ""
        self.feed(html)
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.append((tag, found))
        self.addresses += [
            v for k, v in found.items() if k in {"src", "href", "srcset", "action", "data"} and v
        ]
        if tag in {"header", "section"}:
            self._section = found.get("id") or tag
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.addresses += [v for k, v in attributes if k in {"src", "href", "xlink:href"} and v]

    def handle_endtag(self, tag):
        assert self._open, tag
        assert self._open.pop() == tag
        if tag == "figure":
            self._figure = ""

    def handle_data(self, data):
        if self._open and self._open[-1] == "script":
            self.embedded += data
        elif not UNSEEN & set(self._open) and data.strip():
            self.texts.append(data)
            if "figcaption" in self._open:
                self._figure = f"figure {data}"
            part = self._figure or self._section
            self.parts[part] = f"{self.parts.get(part, '')}\n{data}"

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
    "handful", "python", "numpy", "scipy", "machine", "instructions", "at", "prior_words", "formulas", "bag",
    "category", "categories", "component",
    "question", "command", "value", "time", "receipt", "diagnosis", "name", "limits", "title",
}  # fmt: skip


OF_CHART = {
    "bags": "data", "prior": "models", "check": "checks", "left-out": "checks", "comparison": "comparison",
    "sensitivity": "sensitivity",
}  # fmt: skip


def strangers(page: Page) -> list[str]:
    """Numbers in the texts of a page that are, as far as their digits show, none of its document's."""
    return [one for part, text in page.parts.items() for one in strangers_in(text, part, page.document)]


def strangers_in(text: str, part: str, document: dict) -> list[str]:
    """The same of the text of one part of a page.

    It is held against what it tells of alone, and a picture's table against the picture: any small number is somewhere
    in the whole.
    """
    known = {str(one) for key, one in leaves(document) if key in WORD_FOR_WORD and isinstance(one, str)}
    # The letters of a formula are set apart: what is left is its prior.
    known |= {one.partition("~")[2] for model in document["models"] for one in model["formulas"]} - {""}
    names = {one for one in known if re.fullmatch(r"\d+", one)}  # bags and components that have no names
    told = list(_told_of(part, document))
    numbers = [float(n) for _, n in leaves(told) if isinstance(n, int | float) and not isinstance(n, bool)]
    numbers += [float(len(one)) for _, one in _lists(told)]
    numbers += [float(name) for name in names]
    if part == "methods":  # the years of what is cited
        numbers += [
            float(year) for one in document["references"] for year in re.findall(r"\d{4}", one["text"])
        ]
    for one in sorted(known - names, key=len, reverse=True):
        if NUMBER.search(one):
            text = text.replace(one, " ")
    text = re.sub(BEYOND, "", text)
    return [token for token in NUMBER.findall(text) if not _among(token, numbers)]


def _told_of(part: str, document: dict) -> Iterator[object]:
    """The parts of a document that a part of its page tells of."""
    models, lead = document["models"], document["models"][0]
    fits = [model["fit"] for model in models]
    if part.startswith("figure "):
        (chart,) = (one for one in document["charts"] if f"figure {one['title']}" == part)
        # Of many bags a picture's numbers are in the JSON as texts only: its words and the cells of its table.
        yield chart["numbers"] or _in_texts([chart["alt"], *chain.from_iterable(chart["rows"])])
        yield [chart["more"], lead["fit"]["interval"]]
        section = OF_CHART.get(chart["name"], "results")
        yield from (document["data"],) if section == "models" else _told_of(section, document)
    elif part == "header":
        yield from (document["data"], fits, document["comparison"])
        yield from (model["check"]["left_out"] for model in models)
    elif part == "results":
        yield from (fits, document["data"]["totals"])
    elif part == "checks":
        yield from (model["check"] for model in models)
    elif part == "sensitivity":
        yield from (lead["sensitivity"], lead["fit"]["parameters"])
    elif part == "computation":
        yield from ({**fit, "parameters": [], "assignments": []} for fit in fits)
        yield from ([model["health"] for model in models], document["made"])
    elif part == "methods":
        yield from (document["data"], [{**fit, "parameters": []} for fit in fits], document["comparison"])
        yield from (model["check"]["draws"] for model in models)
    elif part in document:
        yield document[part]


def _in_texts(texts: Iterable[str]) -> list[float]:
    return [float(one.replace(",", "")) for one in NUMBER.findall(" ".join(texts).replace("−", "-"))]


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
