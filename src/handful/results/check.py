"""check: whether the bags look like bags that the model makes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers
from handful.data.complaints import escaped
from handful.data.counts import Counts
from handful.distributions.checks import whole
from handful.errors import ParameterError
from handful.inference.evidence import Verdict
from handful.inference.fits import Fit
from handful.inference.outcome import DataRecord
from handful.models.poisson import Poisson
from handful.results.check_document import check_document
from handful.results.checking.door import bags_of, wanted_statistics
from handful.results.checking.judged import CheckedStatistic, Judged, judged, p_text
from handful.results.checking.left_out import left_out
from handful.results.checking.left_out_scores import LeftOut
from handful.results.checking.new_bags import NewBags
from handful.results.checking.said import verdict_of
from handful.results.table import aligned, html_table
from handful.rng import RNG, as_generator

DRAWS = 4_000
FEWEST_DRAWS = 2_000
"""With fewer made-up tables no single p could be small enough for an alarm."""

MOST_CELLS = 100_000_000
"""So many made-up cells take some seconds: of more, fewer tables are made, and of those of some bags only."""


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
                f"{one.observed:.4g}",
                f"{one.lower:.4g} .. {one.upper:.4g}",
                p_text(one.p),
                one.words,
            )
            for one in self.statistics
        ]
        return [("statistic", "seen", "95% of made-up bags", "p", "in words"), *rows]

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

    def __str__(self) -> str:
        """The table, the score of the bags left out, and the verdict."""
        lines = aligned(self.cells()) if self.statistics else []
        lines += [escaped(self.left_out.words)] if self.left_out is not None else []
        head = "Verdict: nothing speaks against the model" if self.verdict.ok else "Verdict: not ok"
        return "\n".join([*lines, f"{head}.", *self.verdict.notes])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        said = [] if self.left_out is None else [self.left_out.words]
        said += ["ok" if self.verdict.ok else "not ok", *self.verdict.notes]
        return html_table(self.cells()) + "".join(f"<p>{escape(text)}</p>" for text in said)


def check(
    fit: Fit,
    counts: Counts | None = None,
    *,
    statistics: Sequence[str] | None = None,
    draws: int | None = None,
    rng: RNG = None,
) -> Check:
    """Whether the bags look like bags that the model makes: predictive p-values, left-out scores, a verdict.

    Tables of new bags with the same totals are made up from what the fit knows, and statistics of the bags seen are
    held against theirs. A fit of one recipe, or rate, leaves the totals of the categories to chance no longer: all
    but 'chi2' is then compared with tables of the same totals, whose p-values are exact. All other p-values are a
    little too near one half, since the fit has seen the bags.

    Parameters
    ----------
    fit : Fit
        Of any model.
    counts : Counts, optional
        The bags of the fit; not needed where the fit keeps them (one of draws that was given Counts).
    statistics : sequence of str, optional
        Some of 'var_between_bags', 'max_share', 'zeros', 'chi2', 'identical_pairs', 'correlations', 'farthest_bag';
        all that say something of these bags if not given.
    draws : int, optional
        How many tables are made up, 2,000 or more; 4,000 if not given, fewer for very large tables.
    rng : int, Generator or None, optional
        The source of randomness.

    Raises
    ------
    CountsError, CountsTypeError
        If the bags are needed and not given, or are not those of the fit.
    ParameterError
        If there is no such statistic, or it says nothing of these bags.

    References
    ----------
    Gelman, Meng & Stern (1996), Statistica Sinica 6:733, on posterior predictive checks; Bayarri & Berger (2000),
    Journal of the American Statistical Association 95:1127, on why they are conservative and given what statistic
    they are not; Vehtari, Gelman & Gabry (2017), Statistics and Computing 27:1413, on scores of what is left out.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[30, 5], [4, 28]], categories=["blue", "brown"], ids=["A", "B"])
    >>> hf.check(hf.fit(hf.Pooled(), counts), counts, rng=1)["var_between_bags"].words
    'the bags differ more than the model expects'
    """
    for_tables, for_bags, for_places = as_generator(rng).spawn(3)
    bags = bags_of(fit, counts)
    wanted = wanted_statistics(statistics, bags, rate=isinstance(fit.model, Poisson))
    given = None if draws is None else whole(draws, name="draws", least=FEWEST_DRAWS)
    number = given or max(min(DRAWS, MOST_CELLS // max(bags.table.size, 1)), FEWEST_DRAWS)
    looked_at, found = np.zeros(0, dtype=np.int64), Judged((), np.zeros(0))
    if wanted:
        most = max(MOST_CELLS // (number * bags.n_categories), 1)
        looked_at = _places(bags, most, rng=for_places)
        new = NewBags.of(fit, bags, looked_at, n_draws=number, rng=for_tables)
        found = judged(new, wanted, rng=for_tables)
    names = tuple(bags.bags[b] for b in looked_at.tolist())
    scores = left_out(fit, bags, rng=for_bags)
    return Check(
        model=fit.model.spec,
        prior=fit.model.prior_over(fit.data.categories).spec,
        data=fit.data,
        statistics=found.statistics,
        bags=names,
        unlikely=found.unlikely,
        left_out=scores,
        verdict=verdict_of(fit, found, names=names, scores=scores),
    )


def _places(bags: Counts, most: int, *, rng: np.random.Generator) -> Annotated[Integers, "b"]:
    """The bags with something in them; of very many, some at random."""
    places = np.flatnonzero(bags.totals > 0)
    return places if len(places) <= most else np.sort(rng.choice(places, size=most, replace=False))
