"""replay: the fits of a report made again from what it embeds, and whether they are the same."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from handful.data.counts import Counts
from handful.data.fingerprints import content_hash
from handful.errors import CountsError, EngineError, ParameterError, SourceError
from handful.inference.evidence import Verdict
from handful.inference.fit import fit
from handful.inference.fits import Fit
from handful.reports.document import SCHEMA
from handful.reports.embedded import counts_of, fingerprint, model_of
from handful.reports.page import ID_OF_JSON
from handful.results.document import versions
from handful.results.parameters import Parameter
from handful.results.summary import summary
from handful.results.table import aligned, html_table

MOST_ERRORS = 4.0
"""How many of their Monte Carlo errors two means may lie apart: more happens by chance once in 16,000 times."""

ROUNDING = 1e-6
"""What other versions may change of an answer that is exact."""

MOST_NAMED = 5

_JSON = re.compile(rf'<script type="application/json" id="{ID_OF_JSON}">(.*?)</script>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Replayed:
    """One of the models of a report, fitted again.

    Parameters
    ----------
    spec : str
        The model.
    identical : bool
        Whether the posterior is the same bit by bit.
    farthest : float
        How far the mean that lies farthest from the report's is from it, in Monte Carlo errors of both; of an exact
        answer, in units of 1e-6.
    of : str
        Which parameter that is.
    """

    spec: str
    identical: bool
    farthest: float
    of: str

    @property
    def agrees(self) -> bool:
        """Whether the answer is the same, as far as chance and rounding allow."""
        return self.identical or self.farthest <= MOST_ERRORS

    @property
    def words(self) -> str:
        """The finding in words."""
        if self.identical:
            return "identical, bit by bit"
        told = f"{self.of} lies {self.farthest:.2g} errors from the report's"
        return f"the same within error ({told})" if self.agrees else f"differs: {told}"


@dataclass(frozen=True, slots=True, repr=False)
class Replay:
    """The fits of a report, made again.

    Parameters
    ----------
    models : tuple of Replayed
        As the report has them.
    verdict : Verdict
        Whether all of it is the same; the notes say what is not, and which versions differ.

    Examples
    --------
    >>> print(Replay((Replayed("pooled", True, 0.0, "nothing"),), Verdict()))
    model   again
    pooled  identical, bit by bit
    """

    models: tuple[Replayed, ...]
    verdict: Verdict

    def cells(self) -> list[tuple[str, ...]]:
        """The table as texts, header first."""
        return [("model", "again"), *((one.spec, one.words) for one in self.models)]

    def __str__(self) -> str:
        """The table, and what is not the same."""
        return "\n".join([*aligned(self.cells()), *self.verdict.notes])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(self.cells())


def replay(path: str | Path, counts: Counts | None = None) -> Replay:
    """The fits of a report made again from the counts, models and seeds that it embeds, and whether they are the same.

    Parameters
    ----------
    path : str or Path
        The report: the HTML file.
    counts : Counts, optional
        The bags as they are now, to be compared with those of the report; needed where it does not hold them.

    Raises
    ------
    SourceError
        If the file is not there, or is no report.
    CountsError
        If the report does not hold its counts and none are given.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import handful as hf
    >>> bags = hf.Counts([[12, 43], [9, 46]], categories=["blue", "not blue"], ids=["A", "B"])
    >>> with TemporaryDirectory() as folder:
    ...     found = hf.report(hf.fit(hf.Pooled(), bags), bags)
    ...     hf.replay(hf.write_report(found, f"{folder}/report.html")).models[0].words
    'identical, bit by bit'
    """
    document = read_report(path)
    data = document["data"]
    embedded = None if data["counts"] is None else counts_of(data["counts"], data["source"])
    bags = embedded if counts is None else counts
    if bags is None:
        raise CountsError(
            f"{path} holds the hash of its counts only, since they are many: give the counts themselves"
        )
    notes = _changes(bags, embedded, sha256=data["sha256"])
    if embedded is not None and content_hash(embedded) != data["sha256"]:
        notes.append("The counts in the report are not those of its hash: the file has been changed.")
    if notes:
        return Replay((), Verdict(ok=False, notes=tuple(notes)))
    models = tuple(_again(entry, bags) for entry in document["models"])
    now, then = versions(), document["versions"]
    differing = [f"{name} {then[name]} then, {now[name]} now" for name in now if now[name] != then.get(name)]
    if differing:
        notes.append(f"Versions differ: {'; '.join(differing)}.")
    return Replay(models, Verdict(all(one.agrees for one in models), tuple(notes)))


def read_report(path: str | Path) -> dict[str, Any]:
    """The document that the page of a report embeds.

    Raises
    ------
    SourceError
        If the file is not there, or is no report.
    """
    target = Path(path)
    if not target.is_file():
        raise SourceError(f"{path}: there is no such file", source=str(path))
    found = _JSON.search(target.read_text(encoding="utf-8", errors="replace"))
    try:
        document = json.loads(found[1]) if found else {}
    except ValueError as error:
        message = f"{path}: the data in this report are damaged ({error})"
        raise SourceError(message, source=str(path)) from error
    if not isinstance(document, Mapping) or document.get("schema") != SCHEMA:
        raise SourceError(f"{path} is no report of handful's: it holds no {SCHEMA}", source=str(path))
    return dict(document)


def _changes(bags: Counts, embedded: Counts | None, *, sha256: str) -> list[str]:
    """What of the counts is not as it was; the cells by name where the report holds them."""
    if content_hash(bags) == sha256:
        return []
    if embedded is None or bags.categories != embedded.categories or bags.bags != embedded.bags:
        return ["The counts are not those of the report: bags or categories differ (another SHA-256)."]
    rows, columns = (bags.table != embedded.table).nonzero()
    cells = [
        f"bag {bags.bags[b]}, {bags.categories[c]}: {embedded.table[b, c]:,} then, {bags.table[b, c]:,} now"
        for b, c in zip(rows[:MOST_NAMED], columns[:MOST_NAMED], strict=True)
    ]
    more = f"; and {len(rows) - MOST_NAMED:,} more" if len(rows) > MOST_NAMED else ""
    return [f"The counts are not those of the report: {'; '.join(cells)}{more}."]


def _again(entry: Mapping[str, Any], bags: Counts) -> Replayed:
    """One of the models, fitted again as it may have been: by the engine that is chosen, or the one that is named."""
    model = model_of(entry["again"]["model"])
    closest: Replayed | None = None
    for found in _fits(entry, bags, model=model):
        one = _compared(entry, found)
        if one.identical:
            return one
        closest = one if closest is None or one.farthest < closest.farthest else closest
    if closest is None:
        raise EngineError(engine=entry["fit"]["engine"]["name"], reason="it cannot make this fit again")
    return closest


def _fits(entry: Mapping[str, Any], bags: Counts, *, model: Any) -> Iterator[Fit]:
    """The fits that the report may be of: what was asked of it is not known, but the engine and the draws are."""
    known = entry["fit"]
    drawn = None if known["draws"] is None else int(known["draws"])
    engines = (None, str(known["engine"]["name"]))
    numbers = (None,) if drawn is None else (None, drawn)
    for draws, engine in product(numbers, engines):
        try:
            yield fit(model, bags, engine=engine, draws=draws, rng=known["seed"])
        except (EngineError, ParameterError):
            continue  # an engine cannot be asked for everything that it does when it is chosen


def _compared(entry: Mapping[str, Any], found: Fit) -> Replayed:
    """How far the fit is from what the report says."""
    spec, interval = entry["fit"]["model"]["spec"], entry["fit"]["interval"]
    identical = fingerprint(found) == entry["again"]["sha256"]
    farthest, of = 0.0, "nothing"
    now = {
        _place(one): one for one in summary(found, mass=interval["mass"], kind=interval["kind"]).parameters
    }
    for then in entry["fit"]["parameters"]:
        one = now.get((then["name"], then["component"], then["bag"], then["category"]))
        gap = math.inf if one is None else _gap(then, one)
        if gap > farthest:
            farthest, of = gap, " ".join(str(part) for part in (then["category"], then["component"]) if part)
    return Replayed(spec, identical, farthest, of or "a parameter")


def _place(one: Parameter) -> tuple[str, str | None, str | None, str | None]:
    return one.name, one.component, one.bag, one.category


def _gap(then: Mapping[str, Any], now: Parameter) -> float:
    """How far apart two means are, in their errors."""
    if then["mean"] is None or now.mean is None:
        return 0.0 if then["mean"] is now.mean else math.inf
    error = math.hypot(then["mcse"] or 0.0, now.mcse or 0.0)
    return float(abs(then["mean"] - now.mean) / max(error, ROUNDING))
