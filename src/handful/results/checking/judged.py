"""Statistics of the bags seen beside those of made-up bags: how surprising each is, in numbers and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

import numpy as np

from handful.arrays import Floats, read_only_floats
from handful.results.checking.new_bags import NewBags
from handful.results.checking.statistics import Looked, Statistic

MASS = 0.95
LEVEL = 0.01
"""The chance that a model that is right raises any alarm at all, over all its statistics together."""

ODD = 0.05
"""Less likely than this is odd, for a single statistic that was chosen beforehand."""

TIE = 1e-9


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CheckedStatistic:
    """One statistic of the bags seen, and of bags that the model makes.

    Parameters
    ----------
    name, title : str
        Its name, and what it is.
    observed : float
        Of the bags seen.
    mean, lower, upper : float
        Of the made-up bags: the mean and the ends of the central 95 %.
    p : float
        The mid-p: how probable a larger value is, and half of how probable the same one is.
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
    observed: float
    mean: float
    lower: float
    upper: float
    p: float
    sides: Literal["both", "upper"]
    alarm: bool
    words: str
    replicated: Annotated[Floats, "S"] = field(repr=False)

    @property
    def surprise(self) -> float:
        """How probable a value as far out is: of both sides, where a small value is as telling as a large one."""
        return 2.0 * min(self.p, 1.0 - self.p) if self.sides == "both" else self.p

    def __repr__(self) -> str:
        return f"{self.name}: {self.observed:.4g} (p = {p_text(self.p)}), {self.words}"


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
    what the fit expects, by tables that it predicts.
    """
    expected, totals = bags.expected, bags.totals.astype(np.float64)
    seen = Looked(bags.table[None], totals, expected)
    streams = rng.spawn(2)
    about_fit = [one for one in wanted if one.of_expected or not bags.sufficient]
    among = [one for one in wanted if one not in about_fit]
    values: dict[str, list[Floats]] = {one.name: [] for one in wanted}
    scores = []
    for own, tables in (
        (about_fit, bags.predicted(rng=streams[0]) if about_fit or not bags.sufficient else iter(())),
        (among, bags.dealt(rng=streams[1]) if bags.sufficient else iter(())),
    ):
        for some in tables:
            looked = Looked(some, totals, expected)
            for one in own:
                if one.measure is not None:
                    values[one.name].append(one.measure(looked))
            if own is among or not bags.sufficient:
                scores.append(bags.log_pmf(some))
    unlikely, farthest = _farthest(bags.log_pmf(bags.table[None])[0], np.concatenate(scores))
    level = LEVEL / max(len(wanted), 1)
    found = []
    for one in wanted:
        measured = farthest if one.measure is None else np.concatenate(values[one.name])
        observed = float(unlikely.max() if one.measure is None else one.measure(seen)[0])
        found.append(_checked(one, observed, made_up=measured, level=level))
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
    statistic: Statistic, observed: float, *, made_up: Annotated[Floats, "S"], level: float
) -> CheckedStatistic:
    p = mid_p(observed, made_up)
    low, high = np.quantile(made_up, [0.5 * (1.0 - MASS), 0.5 * (1.0 + MASS)], method="inverted_cdf")
    surprise = 2.0 * min(p, 1.0 - p) if statistic.sides == "both" else p
    alarm = surprise < level
    return CheckedStatistic(
        name=statistic.name,
        title=statistic.title,
        observed=observed,
        mean=float(made_up.mean()),
        lower=float(low),
        upper=float(high),
        p=p,
        sides=statistic.sides,
        alarm=alarm,
        words=_words(statistic, p, surprise=surprise, alarm=alarm),
        replicated=read_only_floats(made_up),
    )


def mid_p(observed: float, made_up: Annotated[Floats, "S"]) -> float:
    """The part of all tables, the one seen among them, whose value is larger; of equal ones, and of itself, half.

    Examples
    --------
    >>> mid_p(2.0, np.array([1.0, 2.0, 3.0]))
    0.5
    """
    ties = np.isclose(made_up, observed, rtol=TIE, atol=0.0)
    larger = np.count_nonzero((made_up > observed) & ~ties)
    return float((larger + 0.5 * (np.count_nonzero(ties) + 1)) / (len(made_up) + 1))


def _words(statistic: Statistic, p: float, *, surprise: float, alarm: bool) -> str:
    if surprise >= ODD:
        return "as the model expects"
    said = statistic.large if p < 0.5 else statistic.small
    return said if alarm else f"odd, but one of several looks: {said}"


def p_text(p: float) -> str:
    """A probability as text.

    Examples
    --------
    >>> p_text(0.4321), p_text(0.0321), p_text(0.0001), p_text(0.99999)
    ('0.43', '0.032', '<0.001', '>0.999')
    """
    if p < 0.001:
        return "<0.001"
    return ">0.999" if p > 0.999 else f"{p:.2g}" if p < 0.1 else f"{p:.3f}" if p > 0.99 else f"{p:.2f}"
