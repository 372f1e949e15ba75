"""Statistics of the bags seen beside those of made-up bags: how surprising each is, in numbers and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

import numpy as np

from handful.arrays import Floats, read_only_floats
from handful.results.checking.new_bags import NewBags
from handful.results.checking.statistics import Looked, Statistic
from handful.results.p_values import TIE, mid_p, p_words

MASS = 0.95
LEVEL = 0.01
"""The chance that a model that is right raises any alarm at all, over all its statistics together."""

ODD = 0.05
"""Less likely than this is odd, for a single statistic that was chosen beforehand."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CheckedStatistic:
    """One statistic of the bags seen, and of bags that the model makes.

    Parameters
    ----------
    name, title : str
        Its name, and what it is.
    seen : array (s,)
        Of the bags seen: one value, or of 'chi2', whose expected counts differ from draw to draw, one a draw.
    mean, lower, upper : float
        Of the made-up bags: the mean and the ends of the central 95 %.
    p : float
        The mid-p: how probable a larger value is, and half of how probable the same one is; of 'chi2' the value of a
        made-up table is compared with that of the bags seen at the very same draw.
    sides : {'both', 'upper'}
        Whether a small value is as telling as a large one.
    alarm : bool
        Whether the value is so improbable that the model is called into question.
    words : str
        What it says.
    replicated : array (S,)
        The values of the made-up bags.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[30, 5], [4, 28]], categories=["blue", "brown"])
    >>> checked = hf.check(hf.fit(hf.Pooled(), counts), counts, statistics=["var_between_bags"], rng=1)
    >>> checked.statistics[0].alarm, checked.statistics[0].p < 0.001
    (True, True)
    """

    name: str
    title: str
    seen: Annotated[Floats, "s"] = field(repr=False)
    mean: float
    lower: float
    upper: float
    p: float
    sides: Literal["both", "upper"]
    alarm: bool
    words: str
    replicated: Annotated[Floats, "S"] = field(repr=False)

    @property
    def observed(self) -> float:
        """The value of the bags seen; where there is one a draw, the middle one."""
        return float(np.median(self.seen))

    @property
    def observed_between(self) -> tuple[float, float]:
        """The ends of the central 95 % of the values of the bags seen; the one value twice where there is one."""
        return _central(self.seen)

    @property
    def observed_text(self) -> str:
        """The value of the bags seen as text, and where it differs from draw to draw how far."""
        middle, low, high = (f"{value:.4g}" for value in (self.observed, *self.observed_between))
        return middle if low == high else f"{middle} ({low} .. {high})"

    @property
    def surprise(self) -> float:
        """How probable a value as far out is: of both sides, where a small value is as telling as a large one."""
        return 2.0 * min(self.p, 1.0 - self.p) if self.sides == "both" else self.p

    def __repr__(self) -> str:
        return f"{self.name}: {self.observed_text} ({p_words(self.p)}), {self.words}"


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """All statistics, and how unlikely each bag is.

    Parameters
    ----------
    statistics : tuple of CheckedStatistic
        In the order asked for.
    unlikely : array (B,)
        For each bag, how many standard deviations its log probability is below that of made-up bags in its place.
    """

    statistics: tuple[CheckedStatistic, ...]
    unlikely: Annotated[Floats, "B"]


def judged(bags: NewBags, wanted: Sequence[Statistic], *, rng: np.random.Generator) -> Judged:
    """The statistics of the bags seen among those of made-up bags.

    Bags are held against each other by tables with the same totals of the categories where those suffice; against
    what the fit expects, by tables that it predicts. What it expects it has learnt from the very bags seen: a distance
    from it is taken draw by draw, of the bags seen and of those made up from the same draw, and p compares the two
    of each draw (Gelman, Meng & Stern 1996, equation 8).
    """
    totals, table = bags.totals.astype(np.float64), bags.table[None]
    streams = rng.spawn(2)
    about_fit = [one for one in wanted if one.of_expected or not bags.sufficient]
    among = [one for one in wanted if one not in about_fit]
    values: dict[str, list[Floats]] = {one.name: [] for one in wanted}
    of_seen: dict[str, list[Floats]] = {one.name: [] for one in wanted if one.of_expected}
    scores = []
    for some, expected in bags.predicted(rng=streams[0]) if about_fit else ():
        for one in about_fit:
            if one.measure is not None:
                values[one.name].append(one.measure(Looked(some, totals, expected)))
            if one.measure is not None and one.of_expected:
                of_seen[one.name].append(one.measure(Looked(table, totals, expected)))
        if not bags.sufficient:
            scores.append(bags.log_pmf(some))
    for some in bags.dealt(rng=streams[1]) if bags.sufficient else ():
        for one in among:
            if one.measure is not None:
                values[one.name].append(one.measure(Looked(some, totals)))
        scores.append(bags.log_pmf(some))
    unlikely, farthest = _farthest(bags.log_pmf(table)[0], np.concatenate(scores))
    level = LEVEL / max(len(wanted), 1)
    found = []
    for one in wanted:
        if one.measure is None:
            seen, made_up = np.array([unlikely.max()]), farthest
        else:
            seen = (
                np.concatenate(of_seen[one.name]) if one.of_expected else one.measure(Looked(table, totals))
            )
            made_up = np.concatenate(values[one.name])
        found.append(_checked(one, seen, made_up=made_up, level=level))
    return Judged(tuple(found), read_only_floats(unlikely))


def _farthest(
    seen: Annotated[Floats, "B"], made_up: Annotated[Floats, "S B"]
) -> tuple[Annotated[Floats, "B"], Annotated[Floats, "S"]]:
    """How unlikely each bag is for its place, and the most unlikely bag of each made-up table."""
    finite = np.where(np.isfinite(made_up), made_up, np.nan)
    mean = np.nanmean(finite, axis=0)
    sd = np.nanstd(finite, axis=0)
    sd = np.where(sd > TIE * np.maximum(np.abs(mean), 1.0), sd, np.inf)
    return (mean - seen) / sd + 0.0, ((mean - made_up) / sd).max(axis=1) + 0.0


def _checked(
    statistic: Statistic, seen: Annotated[Floats, "s"], *, made_up: Annotated[Floats, "S"], level: float
) -> CheckedStatistic:
    """What a statistic says; `seen` is one number, or one a draw."""
    p = mid_p(seen, made_up)
    low, high = _central(made_up)
    surprise = 2.0 * min(p, 1.0 - p) if statistic.sides == "both" else p
    alarm = surprise < level
    return CheckedStatistic(
        name=statistic.name,
        title=statistic.title,
        seen=read_only_floats(seen),
        mean=float(made_up.mean()),
        lower=low,
        upper=high,
        p=p,
        sides=statistic.sides,
        alarm=alarm,
        words=_words(statistic, p, surprise=surprise, alarm=alarm),
        replicated=read_only_floats(made_up),
    )


def _central(values: Annotated[Floats, "S"]) -> tuple[float, float]:
    """The ends of the central 95 %."""
    low, high = np.quantile(values, [0.5 * (1.0 - MASS), 0.5 * (1.0 + MASS)], method="inverted_cdf")
    return float(low), float(high)


def _words(statistic: Statistic, p: float, *, surprise: float, alarm: bool) -> str:
    if surprise >= ODD:
        return "as the model expects"
    said = statistic.large if p < 0.5 else statistic.small
    return said if alarm else f"odd, but one of several looks: {said}"
