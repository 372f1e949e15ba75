"""What a check finds: statistics, the score of each bag, a verdict; as a table, in words and as JSON."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from html import escape
from typing import Annotated, Any

import numpy as np

from handful.arrays import Floats
from handful.data.complaints import escaped
from handful.errors import ParameterError
from handful.inference.evidence import Verdict
from handful.inference.outcome import DataRecord
from handful.results.checking.judged import MASS, CheckedStatistic
from handful.results.checking.left_out_scores import LeftOut
from handful.results.document import versions
from handful.results.p_values import p_text
from handful.results.table import aligned, html_table

SCHEMA = "handful/check/1"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Check:
    """Whether the bags look like bags that the model makes: statistics, the score of each bag, a verdict.

    Parameters
    ----------
    model, prior : str
        The model and its prior, as the command line has them.
    data : DataRecord
        What the fit was fitted to.
    statistics : tuple of CheckedStatistic
        What the bags were looked at for.
    bags : tuple of str
        The bags that were looked at: all, but for empty ones and for some of very many.
    unlikely : array (b,)
        For each of them, how many standard deviations its log probability is below that of made-up bags.
    left_out : LeftOut or None
        How well each bag is foretold by the others; None where that cannot be told.
    verdict : Verdict
        Whether the model is adequate as far as these statistics see, in words.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43], [9, 46], [11, 44]], categories=["blue", "not blue"], ids=["A", "B", "C"])
    >>> found = hf.check(hf.fit(hf.Pooled(), counts), counts, rng=1)
    >>> found.verdict.ok, found["zeros"].p
    (True, 0.5)
    """

    model: str
    prior: str
    data: DataRecord
    statistics: tuple[CheckedStatistic, ...]
    bags: tuple[str, ...]
    unlikely: Annotated[Floats, "b"]
    left_out: LeftOut | None
    verdict: Verdict

    def __getitem__(self, name: str) -> CheckedStatistic:
        """The statistic of this name.

        Raises
        ------
        ParameterError
            If it was not looked at.
        """
        for one in self.statistics:
            if one.name == name:
                return one
        there = ", ".join(one.name for one in self.statistics) or "none"
        raise ParameterError(f"{name!r} was not looked at; there are: {there}", name="name", found=name)

    def cells(self) -> list[tuple[str, ...]]:
        """The statistics as texts, header first."""
        rows = [
            (
                one.name,
                one.observed_text,
                f"{one.lower:.4g} .. {one.upper:.4g}",
                p_text(one.p),
                one.words,
            )
            for one in self.statistics
        ]
        return [("statistic", "seen", "95% of made-up bags", "p", "in words"), *rows]

    @property
    def reading(self) -> str:
        """How to read the table of statistics."""
        said = "p: how probable a larger value is (half of how probable the same one is added)."
        if all(low == high for low, high in (one.observed_between for one in self.statistics)):
            return said
        return (
            f"{said} chi2 differs from draw to draw: seen are the middle one and 95% of them, and p compares the two "
            "tables of each draw."
        )

    def bag_cells(self) -> list[tuple[str, ...]]:
        """The bags that were left out as texts, header first; the worst foretold for their total first."""
        if self.left_out is None:
            return []
        place = dict(zip(self.bags, self.unlikely.tolist(), strict=True))
        scores = zip(self.left_out.bags, self.left_out.log_scores, self.left_out.pareto_k, strict=True)
        rows = [
            (
                bag,
                f"{score:.2f}",
                "" if np.isnan(k) else f"{k:.2f}",
                f"{place[bag]:.1f}" if bag in place else "",
            )
            for bag, score, k in scores
        ]
        rows.sort(key=lambda row: -place.get(row[0], -np.inf))
        return [("bag", "log score", "pareto_k", "sds below its like"), *rows]

    def to_json(self) -> str:
        """The check as JSON text, after the published schema ``handful/check/1``."""
        return json.dumps(check_document(self), indent=2)

    @property
    def verdict_words(self) -> str:
        """The verdict in a sentence; its notes say why."""
        if not self.verdict.ok:
            return "Verdict: the model is called into question."
        if not self.statistics:
            return f"Verdict: {who_cannot(self.data).lower()} tell."
        return "Verdict: nothing speaks against the model."

    def __str__(self) -> str:
        """The table, the scores of bags left out, and the verdict."""
        lines = [*aligned(self.cells()), self.reading] if self.statistics else []
        lines += [] if self.left_out is None else [escaped(self.left_out.words)]
        return "\n".join([*lines, self.verdict_words, *self.verdict.notes])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        said = [self.reading] if self.statistics else []
        said += [] if self.left_out is None else [self.left_out.words]
        said += [self.verdict_words, *self.verdict.notes]
        return html_table(self.cells()) + "".join(f"<p>{escape(text)}</p>" for text in said)


def who_cannot(data: DataRecord) -> str:
    """Why nothing can be told, where there are not two bags with something in them."""
    if not data.n_bags:
        return "No bag can"
    return "One bag cannot" if data.n_items else "Empty bags cannot"


def check_document(check: Check) -> dict[str, Any]:
    """The check as the object that the schema describes."""
    data = check.data
    return {
        "schema": SCHEMA,
        "model": {"spec": check.model, "prior": check.prior},
        "data": {
            "source": data.source,
            "bags": data.n_bags,
            "categories": list(data.categories),
            "items": data.n_items,
            "sha256": data.sha256,
        },
        "statistics": [
            {
                "name": one.name,
                "title": one.title,
                "observed": one.observed,
                "observed_between": list(one.observed_between),
                "mean": one.mean,
                "lower": one.lower,
                "upper": one.upper,
                "p": one.p,
                "sides": one.sides,
                "surprise": one.surprise,
                "alarm": one.alarm,
                "words": one.words,
            }
            for one in check.statistics
        ],
        "interval": {"kind": "eti", "mass": MASS},
        "draws": len(check.statistics[0].replicated) if check.statistics else 0,
        "unlikely": [
            {"bag": bag, "sds": _finite(sds)}
            for bag, sds in zip(check.bags, check.unlikely.tolist(), strict=True)
        ],
        "left_out": None if check.left_out is None else _left_out(check.left_out),
        "verdict": {"ok": check.verdict.ok, "notes": list(check.verdict.notes)},
        "versions": versions(),
    }


def _left_out(scores: LeftOut) -> dict[str, Any]:
    refitted, rough = set(scores.refitted.tolist()), set(scores.rough.tolist())
    return {
        "unit": "bag",
        "total": _finite(scores.total),
        "se": _finite(scores.se),
        "method": scores.method,
        "refitted": len(refitted),
        "bags": [
            {
                "bag": bag,
                "log_score": _finite(score),
                "pareto_k": _finite(k),
                "refitted": b in refitted,
                "rough": b in rough,
            }
            for b, (bag, score, k) in enumerate(
                zip(scores.bags, scores.log_scores.tolist(), scores.pareto_k.tolist(), strict=True)
            )
        ],
    }


def _finite(number: float) -> float | None:
    """JSON knows no infinity, and no NaN."""
    return number if math.isfinite(number) else None
