"""calibrate: whether a model and an engine are right on data sets that are made up from the model itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers, read_only_floats
from handful.data.counts import Counts
from handful.distributions.checks import whole
from handful.inference.evidence import Verdict
from handful.inference.outcome import Model
from handful.progress import so_far
from handful.results.calibrating.bands import band
from handful.results.calibrating.quantities import Ranked
from handful.results.calibrating.quantity import MASSES, Quantity
from handful.results.calibrating.setting import Setting
from handful.results.calibrating.simulated import Simulation, simulated
from handful.results.p_values import p_text, p_words
from handful.results.table import aligned, html_table
from handful.rng import RNG, as_generator

FALSE_ALARM = 0.01
"""How often a right model and a right engine are said to be wrong: over all quantities together."""

FEWEST = 50
"""Fewer simulations show nothing but the grossest errors."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Calibration:
    """How truths lie among the draws of the posteriors of what they made.

    Parameters
    ----------
    spec, prior : str
        The model and its prior, as the command line has them.
    given : int
        How many counted bags were there in every simulation; 0: truths come from the prior.
    engines : mapping of str to int
        How many of the posteriors each engine gave.
    quantities : tuple of Quantity
        What was ranked, and what came of it.
    scores : array (n, Q)
        The rank of each truth as a number in [0, 1], of each simulation and quantity.
    false_alarm : float
        The probability that any quantity's curve leaves its band though nothing is wrong.
    verdict : Verdict
        Whether all curves stay in their bands; if not, what is off, in which direction.

    Examples
    --------
    >>> import handful as hf
    >>> bags = hf.Counts([[12, 43], [9, 46]], categories=["blue", "not blue"])
    >>> calibrate(hf.Pooled(), like=bags, simulations=100, rng=1).verdict.ok
    True
    """

    spec: str
    prior: str
    given: int
    engines: Mapping[str, int]
    quantities: tuple[Quantity, ...]
    scores: Annotated[Floats, "n Q"]
    false_alarm: float
    verdict: Verdict

    @property
    def simulations(self) -> int:
        """n, how many data sets were made up and fitted."""
        return len(self.scores)

    @property
    def p(self) -> float:
        """The probability that any curve strays as far as the worst one, if nothing is wrong (Bonferroni)."""
        return min(1.0, len(self.quantities) * min(one.p for one in self.quantities))

    @property
    def band(self) -> tuple[Annotated[Integers, "J"], Annotated[Integers, "J"]]:
        """The fewest and the most scores below 1/64, ..., 63/64 where all is well: the same for each quantity."""
        return band(self.simulations, self.false_alarm / len(self.quantities))

    @property
    def words(self) -> str:
        """The finding in words, with its false-alarm rate."""
        off = [one.words for one in self.quantities if not one.ok]
        rate = (
            f"a right model and engine would be called wrong in at most {self.false_alarm:.0%} of such calibrations, "
            f"over all {len(self.quantities)} quantities together"
        )
        if off:
            return " ".join([*off, f"({rate[0].upper()}{rate[1:]}; {p_words(self.p)}.)"])
        said = "the truth lies among the draws as it should"
        end = ": no sign of an error" if self.verdict.ok else ", as far as these can tell"
        return f"In {self.simulations:,} simulations {said}{end} ({rate}; {p_words(self.p)})."

    def cells(self) -> list[tuple[str, ...]]:
        """The table as texts, header first: how often intervals held the truth, with standard errors."""
        head = ("quantity", *(f"{mass:.0%} intervals held it" for mass in MASSES), "p", "finding")
        rows = [
            (
                one.name,
                *(f"{held:.1%} +- {error:.1%}" for held, error in zip(one.coverage, one.errors, strict=True)),
                p_text(one.p),
                one.direction or "ok",
            )
            for one in self.quantities
        ]
        return [head, *rows]

    def __str__(self) -> str:
        """The table, and the finding in words."""
        return "\n".join([*aligned(self.cells()), self.words, *(f"Note: {note}" for note in self._others)])

    @property
    def _others(self) -> tuple[str, ...]:
        """The notes that are not of a quantity, whose own are in the words."""
        said = {one.words for one in self.quantities}
        return tuple(note for note in self.verdict.notes if note not in said)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{escape(text)}</p>" for text in (self.words, *self._others))
        return html_table(self.cells()) + said


def calibrate(
    model: Model,
    *,
    like: Counts,
    engine: str | None = None,
    simulations: int = 500,
    draws: int | None = None,
    given: Counts | None = None,
    rng: RNG = None,
) -> Calibration:
    """Simulation-based calibration: whether truths lie among the draws of their posteriors as they should.

    A truth is drawn from the prior, bags are made from it, and the engine gives the posterior of these bags. If model
    and engine are right, the truth is one more draw from that posterior: the rank of any of its quantities among those
    of 63 draws is uniform. Ranked are the parameters (of a mixture such as labels do not touch), the likelihoods,
    whether two bags have one source, and a count that is to come.

    Parameters
    ----------
    model : Model
        Likelihood and prior.
    like : Counts
        Bags to be imitated: as many, with the same totals, categories and labels. Their counts are not used.
    engine : str, optional
        The name of an engine; the best one for each data set if not given.
    simulations : int, optional
        How many data sets to make up, 50 or more.
    draws : int, optional
        How many draws an engine that draws shall make; as many as it deems right if not given.
    given : Counts, optional
        Bags that have been counted: truths are then drawn from their posterior, and fitted are they and the made-up
        ones together (Säilynoja et al. 2025). Calibrated is then what is said of these data, not of all that the prior
        holds possible.
    rng : int, Generator or None, optional
        The source of randomness.

    Raises
    ------
    ParameterError, ParameterTypeError
        If the model cannot be fitted to such bags, or a number is out of range.
    EngineError
        If the engine that was asked for cannot do it.
    CountsError, CountsTypeError
        If `like` and `given` do not fit together, or are no Counts.

    References
    ----------
    Talts et al. (2018), arXiv:1804.06788, algorithm 1; Modrák et al. (2023), arXiv:2211.02383, on what to rank;
    Säilynoja et al. (2025), arXiv:2502.03279, for `given`.

    Examples
    --------
    >>> import handful as hf
    >>> bags = hf.Counts([[12, 43], [9, 46]], categories=["blue", "not blue"])
    >>> found = calibrate(hf.Pooled(hf.Beta(1, 5)), like=bags, simulations=200, rng=1)
    >>> [one.name for one in found.quantities]
    ['share of blue', 'log likelihood', 'blue in the next bag']
    """
    number = whole(simulations, name="simulations", least=FEWEST)
    ranked = Ranked.of(Setting.of(model, like, given=given, engine=engine, draws=draws))
    first, *streams = as_generator(rng, use="calibrate").spawn(1 + number)
    truths = None if given is None else ranked.setting.truths_given(number, rng=first)

    def work(place: int) -> Simulation:
        own = None if truths is None else {name: values[[place]] for name, values in truths.items()}
        return simulated(ranked, own, rng=streams[place])

    found = so_far(work, range(number), what="simulation", fewest=FEWEST)
    return _concluded(ranked, found, asked=number)


def _concluded(ranked: Ranked, found: list[Simulation], *, asked: int) -> Calibration:
    """What the simulations show, or those before an interrupt."""
    names = found[0].names
    scores = read_only_floats([one.scores for one in found])
    level = FALSE_ALARM / len(names)
    quantities = tuple(Quantity.of(name, scores[:, q], level=level) for q, name in enumerate(names))
    setting = ranked.setting
    twice = len(scores) - len(np.unique(scores, axis=0))
    notes = [one.words for one in quantities if not one.ok]
    missing = asked - len(found)
    if missing:
        notes.insert(0, f"Interrupted: {len(found):,} of {asked:,} simulations are ranked here.")
    if twice:
        notes.append(
            f"{twice:,} of the simulations gave the very numbers of another one: the source of randomness repeats "
            "itself."
        )
    doubtful = sum(not one.ok for one in found)
    if doubtful:
        notes.append(
            f"In {doubtful:,} of {len(found):,} simulations the engine itself was not satisfied with its answer; "
            "these are ranked with the others."
        )
    return Calibration(
        spec=setting.model.spec,
        prior=setting.model.prior_over(setting.categories).spec,
        given=setting.n_given,
        engines=MappingProxyType(dict(Counter(one.engine for one in found).most_common())),
        quantities=quantities,
        scores=scores,
        false_alarm=FALSE_ALARM,
        verdict=Verdict(all(one.ok for one in quantities) and not twice and not missing, tuple(notes)),
    )
