"""check: whether the bags look like bags that the model makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import numpy as np

from handful.arrays import Integers
from handful.data.counts import Counts
from handful.distributions.checks import whole
from handful.inference.draws_fit import DrawsFit
from handful.inference.fits import Fit
from handful.models.poisson import Poisson
from handful.progress import stage
from handful.results.checking.door import bags_of, wanted_statistics
from handful.results.checking.judged import Judged, judged
from handful.results.checking.left_out import left_out
from handful.results.checking.new_bags import NewBags
from handful.results.checking.result import Check
from handful.results.checking.said import verdict_of
from handful.results.checking.statistics import OF_VARIATION
from handful.rng import RNG, as_generator

DRAWS = 4_000
FEWEST_DRAWS = 2_000
"""With fewer made-up tables no single p could be small enough for an alarm."""

MOST_CELLS = 40_000_000
"""So many made-up cells take some seconds: of more, fewer tables are made, and of those of some bags only."""


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
    but 'chi2' is then compared with tables of the same totals, whose p-values are exact. All other p-values are as a
    rule too near one half, since the fit has seen the bags. 'chi2' measures both tables from what a draw expects, draw
    by draw.

    Parameters
    ----------
    fit : Fit
        Of any model.
    counts : Counts, optional
        The bags of the fit; not needed where the fit keeps them, one by one.
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
    Gelman, Meng & Stern (1996), Statistica Sinica 6:733, on posterior predictive checks and on discrepancies
    between a table and a draw; Meng (1994), Annals of Statistics 22:1142, on how their p-values are spread; Bayarri &
    Berger (2000), Journal of the American Statistical Association 95:1127, on why they are conservative and given what
    statistic they are not; Vehtari, Gelman & Gabry (2017), Statistics and Computing 27:1413, on scores of what is
    left out.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[30, 5], [4, 28]], categories=["blue", "brown"], ids=["A", "B"])
    >>> hf.check(hf.fit(hf.Pooled(), counts), counts, rng=1)["var_between_bags"].words
    'the bags differ more than the model expects'
    """
    for_tables, for_bags, for_places = as_generator(rng, use="check").spawn(3)
    bags = bags_of(fit, counts)
    wanted = wanted_statistics(statistics, bags, rate=isinstance(fit.model, Poisson))
    if isinstance(fit, DrawsFit) and fit.bound is not None:
        # That the bags are more alike than such a model makes them is no fault of theirs: it is what the bound says.
        wanted = tuple(replace(one, sides="upper") if one.name in OF_VARIATION else one for one in wanted)
    given = None if draws is None else whole(draws, name="draws", least=FEWEST_DRAWS)
    number = given or max(min(DRAWS, MOST_CELLS // max(bags.table.size, 1)), FEWEST_DRAWS)
    looked_at, found = np.zeros(0, dtype=np.int64), Judged((), np.zeros(0))
    if wanted:
        most = max(MOST_CELLS // (number * bags.n_categories), 1)
        looked_at = _places(bags, most, rng=for_places)
        new = NewBags.of(fit, bags, places=looked_at, n_draws=number, rng=for_tables)
        found = judged(new, wanted, rng=for_tables)
    names = tuple(bags.bags[b] for b in looked_at.tolist())
    with stage("leaving each bag out"):
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
