"""replay: the fits of a report made again from what it embeds, and whether they are the same."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from handful.data.complaints import Note
from handful.data.counts import Counts
from handful.data.fingerprints import content_hash
from handful.data.reading.sources import read_bytes
from handful.errors import CountsError, EngineError, ParameterError, SourceError
from handful.inference.evidence import Verdict
from handful.inference.fit import fit
from handful.inference.fits import Fit
from handful.progress import each, stage
from handful.reports.differences import bare, differences
from handful.reports.document import SCHEMA, machine
from handful.reports.embedded import counts_of, fingerprint
from handful.reports.page import GENERATOR, ID_OF_JSON, page_of
from handful.reports.replayed import Entry, Replay, Replayed
from handful.reports.report import report
from handful.reports.sealed import Sealed
from handful.results.document import versions

MOST_NAMED = 5

OTHER_BITS = (
    "other kernels of BLAS, a generator of the caller's, or a changed report. The text was not made again."
)

_JSON = re.compile(rf'<script type="application/json" id="{ID_OF_JSON}">(.*?)</script>', re.DOTALL)


def replay(path: str | Path, counts: Counts | None = None) -> Replay:
    """The fits of a report made again from the counts, models and seeds that it embeds, and whether they are the same.

    With the versions of the report on its kind of machine every bit must be the same, and all of it is made again, its
    text included. With others, means and evidences must agree within four of their errors.

    Parameters
    ----------
    path : str or Path
        The report: the HTML file.
    counts : Counts, optional
        The bags as they are now, to be compared with those of the report; needed where it does not hold them.

    Raises
    ------
    SourceError
        If the file is not there, is no report, or is damaged.
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
    html, document = read_report(path)
    try:
        kept = Kept.of(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"{path}: the data in this report are damaged ({type(error).__name__}: {error})"
        raise SourceError(message, source=str(path)) from error
    bags = kept.counts if counts is None else counts
    if bags is None:
        message = f"{path} holds the hash of its counts only, since they are many: give the counts themselves"
        raise CountsError(message)
    changes = _changes(bags, kept.counts, sha256=kept.sha256)
    if changes:
        return Replay((), Verdict(ok=False, notes=tuple(changes)))
    bags = replace(bags, source=kept.source, notes=kept.notes)
    fits = [_again(entry, bags) for entry in each(kept.entries, "model")]
    models = tuple(Replayed.beside(entry, found) for entry, found in zip(kept.entries, fits, strict=True))
    agree = all(one.agrees for one in models)
    elsewhere = [
        *_differing("version of", then=kept.versions, now=versions()),
        *_differing("", then=kept.machine, now=machine()),
    ]
    if elsewhere:
        told = f"Not as it was: {'; '.join(elsewhere)}. The text of the report was not made again."
        return Replay(models, Verdict(agree, (told,)))
    if not all(one.identical for one in models):
        others = ", ".join(one.spec for one in models if not one.identical)
        told = f"Versions and kind of machine are the same, but not every bit of {others}: {OTHER_BITS}"
        return Replay(models, Verdict(ok=False, notes=(told,)))
    wrong = _other_text(html, document, kept=kept, fits=fits, bags=bags)
    return Replay(models, Verdict(not wrong and agree, tuple(wrong)))


@dataclass(frozen=True, slots=True)
class Kept:
    """What a report holds that it can be made again of."""

    entries: tuple[Entry, ...]
    counts: Counts | None
    source: str
    notes: tuple[Note, ...]
    sha256: str
    question: str
    sealed: tuple[Sealed, ...]
    command: str | None
    seed: int | None
    made: Mapping[str, Any]
    versions: Mapping[str, str]
    machine: Mapping[str, str]

    @staticmethod
    def of(document: Mapping[str, Any]) -> Kept:
        """That of a document; a KeyError, TypeError, ValueError or AttributeError of one that is damaged."""
        data = document["data"]
        return Kept(
            entries=tuple(Entry.of(one) for one in document["models"]),
            counts=None if data["counts"] is None else counts_of(data["counts"], data["source"]),
            source=str(data["source"]),
            notes=tuple(Note(**one) for one in data["notes"]),
            sha256=str(data["sha256"]),
            question=str(document["question"]),
            sealed=tuple(Sealed(**one) for one in document["sealed"]),
            command=document["command"],
            seed=None if document["seed"] is None else operator.index(document["seed"]),
            made={"at": str(document["made"]["at"]), "seconds": float(document["made"]["seconds"])},
            versions=dict(document["versions"]),
            machine=dict(document["machine"]),
        )


def _differing(what: str, *, then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Which of the names have another value now, with both."""
    return [
        f"{what} {name}: {then.get(name)} then, {now[name]} now".strip()
        for name in now
        if now[name] != then.get(name)
    ]


def read_report(path: str | Path) -> tuple[str, dict[str, Any]]:
    """The page of a report, and the document that it embeds.

    Raises
    ------
    SourceError
        If the file is not there, cannot be read, or is no report.
    """
    with stage(f"reading {path}"):
        html = read_bytes(Path(path))[0].decode(errors="replace").replace("\r\n", "\n")
    found = _JSON.search(html)
    try:
        document = json.loads(found[1]) if found else {}
    except ValueError as error:
        message = f"{path}: the data in this report are damaged ({error})"
        raise SourceError(message, source=str(path)) from error
    if found is None and GENERATOR in html:
        raise SourceError(
            f"{path}: this report is damaged: the data at its end are not whole", source=str(path)
        )
    if not isinstance(document, Mapping) or document.get("schema") != SCHEMA or not document.get("models"):
        raise SourceError(f"{path} is no report of handful's: it holds no {SCHEMA}", source=str(path))
    return html, dict(document)


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


def _again(entry: Entry, bags: Counts) -> Fit:
    """The model fitted again: by the engine that is chosen or the one that is named, whichever gives the same bits.

    What was asked of the engine is not known where a report was made of fits. Where nothing gives the same bits, it is
    the first fit by the engine of the report that is judged.
    """
    kept: Fit | None = None
    for draws, engine in product((None, entry.draws), (None, entry.engine)):
        try:
            found = fit(entry.model, bags, engine=engine, draws=draws, rng=entry.seed)
        except (EngineError, ParameterError):
            continue  # an engine cannot be asked for everything that it does when it is chosen
        if fingerprint(found) == entry.sha256 and found.reason == entry.reason:
            return found
        if kept is None or (kept.engine != entry.engine and found.engine == entry.engine):
            kept = found
    if kept is None:
        raise EngineError(engine=entry.engine, reason="it cannot make this fit again")
    return kept


def _other_text(
    html: str, document: Mapping[str, Any], *, kept: Kept, fits: Sequence[Fit], bags: Counts
) -> list[str]:
    """Where the report says anything else than one that is made again of the same fits."""
    if kept.seed is None:
        return ["The checks were made with a generator of the caller's: they cannot be made again."]
    again = report(
        fits,
        bags,
        question=kept.question,
        sealed=kept.sealed,
        interval=kept.entries[0].interval,
        command=kept.command,
        rng=kept.seed,
    )
    expected = {**again.document, "made": kept.made}  # the hour is the report's own
    places = list(differences(document, expected))
    named = ", ".join(places[:MOST_NAMED]) + (
        f" and {len(places) - MOST_NAMED:,} more" * (len(places) > MOST_NAMED)
    )
    wrong = [f"The report says something else than its fits give, at: {named}."] if places else []
    without = {chart["name"]: "" for chart in expected["charts"]}
    if not wrong and bare(html) != page_of(expected, without):
        wrong.append("The text of the page is not that of its data: the page has been changed.")
    return wrong
