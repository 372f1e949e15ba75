"""Can these chains be trusted? R-hat, effective draws and errors, and what they mean in sentences.

The numbers are those of arviz-stats: rank-normalised R-hat, bulk and tail effective sample size.

References
----------
Vehtari, Gelman, Simpson, Carpenter & Bürkner (2021), Bayesian Analysis 16:667 (arXiv:1903.08008).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

import numpy as np

from handful.arrays import Floats
from handful.errors import MissingExtra
from handful.mcmc.chains import Chains
from handful.results.table import Rows, aligned, html_table

LARGEST_RHAT = 1.01
FEWEST_EFFECTIVE = 400
LARGEST_MCSE = 0.05
"""Of the sd: 400 effective draws know a mean that well."""

FEWEST_DRAWS = 100
"""Chains shorter than this tell nothing of themselves."""

TOO_EASY, TOO_HARD = 0.9, 0.1
"""A random walk that nearly always moves takes tiny steps; one that seldom does takes huge ones."""

ROUGH = 0.4
"""Leaps that follow the slope are nearly always accepted; where they are not, they are too long to follow it."""


@dataclass(frozen=True, slots=True)
class ChainHealth:
    """What chains tell of one quantity; NaN where they cannot.

    Parameters
    ----------
    name : str
        What it is called.
    mean, sd, mcse : float
        Of the draws; the standard error of the mean.
    ess_bulk, ess_tail : float
        So many independent draws would tell the mean, and the 5 % and 95 % quantiles, as well.
    rhat : float
        √(variance of all chains together / variance within each), of ranks; 1 where chains agree.
    judged : bool
        Whether the verdict rests on it too.
    """

    name: str
    mean: float
    sd: float
    mcse: float
    ess_bulk: float
    ess_tail: float
    rhat: float
    judged: bool


@dataclass(frozen=True, slots=True, repr=False)
class Diagnosis:
    """Whether chains can be trusted, and why not.

    Parameters
    ----------
    quantities : tuple of ChainHealth
        One for each quantity that moves or should.
    acceptance : tuple of float
        Of each chain.
    ok : bool
        Whether nothing speaks against them. It is no proof: chains that all miss the same mode look well.
    notes : tuple of str
        What is wrong and what to change; what should be known.

    Examples
    --------
    >>> Diagnosis((), (0.4, 0.5), ok=True, notes=())
    quantity  mean  sd  mcse  ess bulk  ess tail  R-hat
    No sign of trouble.
    """

    quantities: tuple[ChainHealth, ...]
    acceptance: tuple[float, ...]
    ok: bool
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        """A table, and the sentences."""
        return "\n".join([*aligned(self._rows()), self._verdict, *self.notes])

    def _repr_html_(self) -> str:
        """The same for a notebook."""
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        return f"{html_table(self._rows())}<p>{escape(self._verdict)}</p><ul>{notes}</ul>"

    @property
    def _verdict(self) -> str:
        return "No sign of trouble." if self.ok else "Do not trust these chains yet."

    def _rows(self) -> Rows:
        head = ("quantity", "mean", "sd", "mcse", "ess bulk", "ess tail", "R-hat")
        return [head, *(_row(one) for one in self.quantities)]


def diagnose(chains: Chains) -> Diagnosis:
    """The health of each quantity of the chains, and a verdict in sentences.

    Parameters
    ----------
    chains : Chains
        Of ``handful.mcmc``.

    Raises
    ------
    MissingExtra
        Without arviz-stats.

    Examples
    --------
    >>> from handful import mcmc
    >>> walker = mcmc.Metropolis(lambda q: -0.5 * q**2, step=0.05)
    >>> found = diagnose(mcmc.run(walker, starts=[-2.0, 2.0], n_draws=500, rng=1))
    >>> found.ok, found.notes[0]
    (False, 'The step is too small: 95 % of the proposals were accepted, and each leads nowhere. Make it larger.')
    """
    try:
        from arviz_stats.base import array_stats  # type: ignore[attr-defined]  # it is exported, and not listed
    except ImportError as error:
        raise MissingExtra(extra="arviz", purpose="diagnosing chains") from error
    reported = [name for name in chains.names if not name.startswith("assignments[")]
    quantities = tuple(_health(chains, name, stats=array_stats) for name in reported)
    wrong = list(_faults(chains, quantities))
    return Diagnosis(quantities, tuple(map(float, chains.acceptance)), not wrong, (*wrong, *_remarks(chains)))


def _row(one: ChainHealth) -> tuple[str, ...]:
    """A line of the table; nothing where nothing is known."""
    known = [f"{value:.4g}" for value in (one.mean, one.sd, one.mcse)]
    known += [f"{value:,.0f}" for value in (one.ess_bulk, one.ess_tail)] + [f"{one.rhat:.3f}"]
    return (one.name, *("" if text == "nan" else text for text in known))


def _health(chains: Chains, name: str, *, stats: object) -> ChainHealth:
    """Of one quantity; NaN wherever a draw is no finite number or nothing moves."""
    values = chains.values(name)
    judged = name in chains.judged
    constant = bool((values == values.ravel()[0]).all())
    if not np.isfinite(values).all() or constant or values.shape[1] < FEWEST_DRAWS:
        mean = float(values.mean()) if np.isfinite(values).all() else np.nan
        sd = 0.0 if constant else np.nan
        return ChainHealth(name, mean, sd, np.nan, np.nan, np.nan, np.nan, judged)
    several = {"chain_axis": 0, "draw_axis": 1}
    return ChainHealth(
        name,
        float(values.mean()),
        float(values.std(ddof=1)),
        float(stats.mcse(values, method="mean", **several)),  # type: ignore[attr-defined]
        float(stats.ess(values, method="bulk", **several)),  # type: ignore[attr-defined]
        float(stats.ess(values, method="tail", prob=(0.05, 0.95), **several)),  # type: ignore[attr-defined]
        float(stats.rhat(values, method="rank", **several)) if len(values) > 1 else np.nan,  # type: ignore[attr-defined]
        judged,
    )


def _faults(chains: Chains, quantities: tuple[ChainHealth, ...]) -> Iterator[str]:
    """What speaks against the chains. A comparison with NaN is never true, so that no NaN passes."""
    if chains.sampler == "metropolis":
        yield from _about_steps(chains.acceptance)
    if chains.sampler == "hamiltonian" and not float(np.mean(chains.acceptance)) >= ROUGH:
        yield (
            f"The leaps are too long: {100 * float(np.mean(chains.acceptance)):.0f} % of the moves were accepted. "
            "Make the step smaller."
        )
    if chains.n_draws < FEWEST_DRAWS:
        yield f"{chains.n_draws} draws a chain are no basis for a judgement. Draw {FEWEST_DRAWS} or more."
        return
    if chains.n_chains == 1:
        yield "A single chain cannot be compared with another: begin several, far from one another."
    judged = [one for one in quantities if one.judged]
    for one in judged:
        values = chains.values(one.name)
        if not np.isfinite(values).all():
            broken = int((~np.isfinite(values)).sum())
            yield f"{one.name} is no finite number in {broken:,} of {values.size:,} draws."
        elif one.sd == 0.0:
            yield f"{one.name} has never moved: every draw is {one.mean:.6g}."
        elif chains.n_chains > 1 and not one.rhat <= LARGEST_RHAT:
            yield f"The chains have not met in {one.name}: R-hat is {one.rhat:.2f}. Draw more, or take other steps."
        elif not min(one.ess_bulk, one.ess_tail) >= FEWEST_EFFECTIVE:
            worth = min(one.ess_bulk, one.ess_tail)
            yield (
                f"{values.size:,} draws of {one.name} are worth {worth:,.0f} independent ones only; "
                f"{FEWEST_EFFECTIVE} would do. Draw more."
            )
        elif not one.mcse <= LARGEST_MCSE * one.sd:
            yield f"The mean of {one.name} is known to {one.mcse / one.sd:.0%} of its sd only. Draw more."


def _about_steps(acceptance: Floats) -> Iterator[str]:
    """Whether the proposals of a random walk were too timid or too bold."""
    mean = float(np.mean(acceptance))
    if mean > TOO_EASY:
        yield (
            f"The step is too small: {100 * mean:.0f} % of the proposals were accepted, and each leads nowhere. "
            "Make it larger."
        )
    elif not mean >= TOO_HARD:
        yield (
            f"The step is too large: {100 * mean:.0f} % of the proposals were accepted, and the chain hardly moves. "
            "Make it smaller."
        )


def _remarks(chains: Chains) -> Iterator[str]:
    """What is no fault and should be known."""
    if (
        set(chains.judged) != set(chains.names)
        and "weights[1]" in chains.names
        and "weights[1]" not in chains.judged
    ):
        yield (
            "The labels 1, 2, ... mean nothing: components can be swapped, and each chain keeps or changes its "
            "labelling by chance. The verdict rests on what no swap changes; means of numbered ones are of no use."
        )
