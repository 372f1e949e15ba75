"""predict: how many of each category a bag holds, be it a fresh one or one that was counted in part."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Annotated, Any

import numpy as np

from handful.arrays import Floats, Integers
from handful.data.counts import Counts
from handful.distributions.checks import category_index, probability, whole
from handful.distributions.dirichlet_multinomial import LONGEST_TABLE
from handful.distributions.multinomial import draw_counts
from handful.errors import ParameterError
from handful.inference.evidence import Verdict
from handful.inference.fits import Fit
from handful.results.document import versions
from handful.results.learnt import counted_of
from handful.results.remainder import CountToCome, equal_tailed_counts
from handful.results.table import aligned
from handful.results.to_come import counts_to_come, draw_recipes, posterior_of
from handful.rng import RNG, as_generator

SCHEMA = "handful/predict/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictedCount:
    """How many items of one category the whole bag holds.

    Parameters
    ----------
    category : str
        Which one.
    mean, sd : float
        Of the number of its items.
    lower, upper : int
        The equal-tailed interval: the smallest numbers whose cdf reaches either limit.
    held : float
        The probability that the number lies in it, ends included: at least the mass asked for.
    """

    category: str
    mean: float
    sd: float
    lower: int
    upper: int
    held: float


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """How many items of each category a bag holds: a row each, and the exact distributions behind them.

    Parameters
    ----------
    fit : Fit
        The pooled fit that predicts.
    n_items : int
        How many items the whole bag holds.
    seen : array of int, shape (C,), or None
        How many of them were counted; None for a fresh bag.
    mass : float
        The probability that each interval holds at least.
    categories : tuple of PredictedCount
        In the order of the fit's categories.
    verdict : Verdict
        That of the fit, and what should be known about the prediction.
    to_come : tuple of CountToCome
        For each category the distribution of its number among the items not counted.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43]], categories=["blue", "not blue"], ids=["A"])
    >>> predict(hf.fit(hf.Pooled(), counts), size=2).pmf("blue").round(3)
    array([0.599, 0.346, 0.055])
    """

    fit: Fit
    n_items: int
    seen: Annotated[Integers, "C"] | None
    mass: float
    categories: tuple[PredictedCount, ...]
    verdict: Verdict
    to_come: tuple[CountToCome, ...] = field(repr=False)

    def pmf(self, category: str | int) -> Annotated[Floats, "n"]:
        """The probabilities of 0, 1, ..., `n_items` items of one category in the whole bag.

        Raises
        ------
        ParameterError
            If there is no such category, or the bag holds more than 10^7 items (fewer, if the
            posterior is a coarse table).
        """
        names = self.fit.data.categories
        place = category_index(category, categories=names, n=len(names))
        if self.n_items > LONGEST_TABLE:
            message = (
                f"the bag holds {self.n_items:,} items: a table of probabilities goes up to {LONGEST_TABLE:,}"
            )
            raise ParameterError(message, name="category", found=category)
        already = 0 if self.seen is None else int(self.seen[place])
        result = np.zeros(self.n_items + 1)
        result[already : already + self.to_come[place].total + 1] = self.to_come[place].pmf()
        return result

    def draw(self, n_draws: int, *, rng: RNG = None) -> Annotated[Integers, "S C"]:
        """Whole bags drawn at random (S, C), each with a recipe of its own from the posterior."""
        number, generator = whole(n_draws, name="n_draws"), as_generator(rng, use="predict")
        recipes = draw_recipes(self.fit.posterior, number, rng=generator)
        counted = 0 if self.seen is None else self.seen
        totals = np.full(number, self.to_come[0].total)
        return np.asarray(draw_counts(totals, recipes, rng=generator) + counted)

    @property
    def words(self) -> str:
        """The prediction in a sentence: for the first of two categories, or for the commonest."""
        rows = self.categories
        row = rows[0] if len(rows) == 2 else max(rows, key=lambda one: one.mean)
        between = (
            f"exactly {row.lower:,}" if row.lower == row.upper else f"between {row.lower:,} and {row.upper:,}"
        )
        return (
            f"Of {self.n_items:,}, {between} are {row.category} with {100 * self.mass:g}% probability "
            f"(the interval holds {_percent(row.held)})."
        )

    def cells(self, noun: str = "category") -> list[tuple[str, ...]]:
        """The table as texts, header first; `noun` is what a category is called."""
        seen = [()] * len(self.categories) if self.seen is None else [(str(n),) for n in self.seen.tolist()]
        head = (noun, *(() if self.seen is None else ("seen",)), "expected", "sd")
        return [
            (*head, f"{100 * self.mass:g}% interval (equal-tailed)", "holds"),
            *(
                (
                    row.category,
                    *already,
                    f"{row.mean:.1f}",
                    f"{row.sd:.1f}",
                    f"{row.lower} .. {row.upper}",
                    _percent(row.held),
                )
                for row, already in zip(self.categories, seen, strict=True)
            ),
        ]

    def to_json(self) -> str:
        """The prediction as JSON text, after the published schema ``handful/predict/1``."""
        return json.dumps(prediction_document(self), indent=2)

    def __str__(self) -> str:
        """The table in columns, and the sentence."""
        return "\n".join(
            [*aligned(self.cells()), self.words, *(f"Note: {one}" for one in self.verdict.notes)]
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = ("".join(f"<td>{escape(text)}</td>" for text in row) for row in self.cells())
        table = "".join(f"<tr>{row}</tr>" for row in rows)
        return f"<table>{table}</table><p>{escape(self.words)}</p>"


def predict(
    fit: Fit,
    *,
    size: int | None = None,
    total: int | None = None,
    seen: Counts | None = None,
    mass: float = 0.95,
) -> Prediction:
    """How many items of each category a bag holds, with exact means, sds and intervals.

    Give `size` for a fresh bag from the fit's recipe. Give `total` and `seen` for a bag of which a
    part was counted: the rest is predicted and what was seen added, so that the pieces must have been
    taken at random from the bag. The fit must have learnt from what was seen, or it would go unused.

    Parameters
    ----------
    fit : Fit
        A pooled fit.
    size : int, optional
        How many items a fresh bag holds.
    total : int, optional
        How many items the bag holds in all, those of `seen` included.
    seen : Counts, optional
        What was counted of that bag; its rows are added up.
    mass : float, optional
        The probability that each interval holds at least.

    Raises
    ------
    ParameterError
        If not exactly one of `size` and (`total` and `seen`) is given, `total` is below what was
        seen, `seen` has other categories, or the fit has not learnt from it.
    ParameterTypeError
        If the fit is not a pooled one whose posterior is known, or `seen` is no Counts.

    References
    ----------
    Mosimann (1962), Biometrika 49:65, on the compound multinomial distribution.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43]], categories=["blue", "not blue"], ids=["A"])
    >>> print(predict(hf.fit(hf.Pooled(), counts), total=500, seen=counts))
    category  seen  expected    sd  95% interval (equal-tailed)  holds
    blue        12     113.5  26.0  67 .. 168                    95.2%
    not blue    43     386.5  26.0  332 .. 433                   95.2%
    Of 500, between 67 and 168 are blue with 95% probability (the interval holds 95.2%).
    """
    mass = probability(mass, name="mass")
    n_items, counted, notes = _bag(fit, size=size, total=total, seen=seen)
    already = np.zeros(len(fit.data.categories), dtype=np.int64) if counted is None else counted
    to_come = counts_to_come(posterior_of(fit), n_items - int(already.sum()))
    rows = []
    for category, count, n in zip(fit.data.categories, to_come, already.tolist(), strict=True):
        lower, upper, held = equal_tailed_counts(count, mass)
        rows.append(
            PredictedCount(
                category=category,
                mean=n + count.mean,
                sd=math.sqrt(count.variance),
                lower=n + lower,
                upper=n + upper,
                held=held,
            )
        )
    verdict = Verdict(fit.verdict.ok, (*fit.verdict.notes, *notes))
    return Prediction(
        fit, n_items, counted, mass=mass, categories=tuple(rows), verdict=verdict, to_come=to_come
    )


def prediction_document(prediction: Prediction) -> dict[str, Any]:
    """The prediction as the object that the schema describes."""
    fit, seen = prediction.fit, prediction.seen
    names = fit.data.categories
    return {
        "schema": SCHEMA,
        "model": {"spec": fit.model.spec, "prior": fit.model.prior_over(names).spec},
        "data": {
            "source": fit.data.source,
            "bags": fit.data.n_bags,
            "categories": list(names),
            "items": fit.data.n_items,
            "sha256": fit.data.sha256,
        },
        "size": prediction.n_items if seen is None else None,
        "total": None if seen is None else prediction.n_items,
        "seen": None if seen is None else dict(zip(names, seen.tolist(), strict=True)),
        "interval": {"kind": "eti", "mass": prediction.mass},
        "categories": [asdict(row) for row in prediction.categories],
        "verdict": {"ok": prediction.verdict.ok, "notes": list(prediction.verdict.notes)},
        "versions": versions(),
    }


def _bag(
    fit: Fit, *, size: int | None, total: int | None, seen: Counts | None
) -> tuple[int, Annotated[Integers, "C"] | None, list[str]]:
    """How many items the bag holds, how many of each were counted, and notes."""
    if (size is None) == (total is None) or (total is None) != (seen is None):
        given = {"size": size, "total": total, "seen": seen}
        there = " and ".join(name for name, value in given.items() if value is not None) or "nothing"
        message = (
            f"{there} was given: give size=N for a fresh bag of N items, or both total=T and "
            "seen=counts for a bag of T items of which those counts are part"
        )
        raise ParameterError(message, name="size", found=there)
    if total is None or seen is None:
        return whole(size, name="size", least=1), None, []
    n_items = whole(total, name="total")
    counted, notes = counted_of(fit, seen, total=n_items)
    return n_items, counted, notes


def _percent(probability_held: float) -> str:
    """95.0%, 99.97%, 100%: a digit at least of what is left out."""
    left = 1.0 - probability_held
    if left <= 1e-12:
        return "100%"
    digits = max(1, math.ceil(-math.log10(left)) - 2)
    return f"{100 * probability_held:.{digits}f}%"
