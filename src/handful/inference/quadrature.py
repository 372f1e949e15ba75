"""The engine for one or two unknowns: panels that follow likelihood times prior.

One share under a prior of any shape is answered here, the precision of a population in ``population_quadrature``.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from handful.data.histograms import Histograms
from handful.data.statistics import Totals
from handful.distributions.beta import Beta
from handful.distributions.density import Density
from handful.distributions.shapes import log_jacobian
from handful.distributions.tabulated import Tabulated, tabulate
from handful.errors import EngineError
from handful.inference import population_quadrature
from handful.inference.evidence import Evidence
from handful.inference.outcome import Model, Outcome, Sampling, Statistic
from handful.models.hierarchical import Hierarchical
from handful.models.pooled import Pooled
from handful.models.priors import PAIR, Shaped
from handful.models.share import ShareLikelihood, ShareTarget

REFUSAL = "it answers two categories under a prior on the share, or populations with a fixed mean"

GUESS = 1e-5
"""How wrong a density may be where it is continued as an exponential, relative to itself."""

UNIT = float(np.finfo(np.float64).eps)
WORTH_SAYING = 1e-4
NEGLIGIBLE = 1e-9


def supports(model: Model, statistic: Statistic) -> bool:
    """Whether `model` has one share as its only free parameter, or is a population with one or two."""
    if population_quadrature.supports(model, statistic):
        return True
    if not (isinstance(model, Pooled) and isinstance(statistic, Totals)):
        return False
    if len(statistic.categories) != PAIR:
        # A prior on one share is refused here with its own words.
        return isinstance(model.prior_over(statistic.categories), Shaped)
    return isinstance(model.prior_over(statistic.categories), Beta | Shaped)


def run(model: Model, statistic: Statistic, *, sampling: Sampling) -> Outcome:  # noqa: ARG001  # it draws nothing
    """The posterior as a table, and the evidence with a bound on its error."""
    if isinstance(model, Hierarchical) and isinstance(statistic, Histograms):
        return population_quadrature.run(model, statistic)
    if not (isinstance(model, Pooled) and isinstance(statistic, Totals)):
        raise EngineError(engine="quadrature", reason=REFUSAL)
    prior = model.prior_over(statistic.categories)
    before, log_before = _before(prior)
    seen = model.likelihood(statistic)
    target = ShareTarget(before.prior, before.likelihood + seen)
    counted = f"{target.likelihood.successes} of {target.likelihood.trials}"
    posterior = tabulate(
        target, target.points, spec=f"{before.prior.spec} after {counted}", noise=target.noise
    )
    panels = posterior.panels
    # Each likelihood is kept relative to its own peak: what the peaks differ by is the same everywhere.
    peak = np.asarray(target.likelihood.log_odds)
    peaks = before.likelihood.relative(peak) + seen.relative(peak) - target.likelihood.relative(peak)
    value = seen.log_peak + float(peaks) + panels.log_integral - log_before + statistic.log_split
    # The deviance of N items is good to about sqrt(N) units in the last place near its peak.
    rounding = 32 * UNIT * (1.0 + np.sqrt(target.likelihood.trials))
    guess = GUESS * float(panels.above(np.asarray(before.prior.guessed_from)))
    error = panels.error + rounding + guess + 4 * UNIT * (abs(value) + abs(statistic.log_split))
    lost = _lost(target, posterior)
    notes = (*lost, *_notes(target, posterior))
    return Outcome(posterior, Evidence(value, float(error)), notes, ok=not lost)


def _before(prior: object) -> tuple[ShareTarget, float]:
    """The prior as a density and the items it has learnt from, and the log of its integral.

    Raises
    ------
    EngineError
        If it is no prior on one share.
    """
    nothing = ShareLikelihood(0, 0)
    if isinstance(prior, Tabulated):
        if isinstance(prior.log_density, ShareTarget):
            return prior.log_density, prior.panels.log_integral
        density = Density(prior.log_density, tuple(map(float, prior.panels.edges)), prior.spec)
        return ShareTarget(density, nothing), prior.panels.log_integral
    if isinstance(prior, Density):
        return ShareTarget(prior, nothing), 0.0
    if isinstance(prior, Beta):
        return ShareTarget(Density.of_beta(prior), nothing), 0.0
    raise EngineError(engine="quadrature", reason="it needs a prior on one share")


def _lost(target: ShareTarget, posterior: Tabulated) -> tuple[str, ...]:
    """A sentence where the data want a share at which the prior was too small for a double."""
    t = posterior.panels.nodes[posterior.panels.weights > NEGLIGIBLE]
    faint = target.prior.log_density(t) + log_jacobian(t) < target.prior.least_log
    if not faint.any():
        return ()
    note = (
        f"The prior {target.prior.spec} is lost among the smallest numbers where the data want the share to be: "
        "this answer shows where it got lost, not what it says. Give a scipy.stats distribution, "
        "which knows its logarithm."
    )
    return (note,)


def _notes(target: ShareTarget, posterior: Tabulated) -> tuple[str, ...]:
    notes = []
    prior, likelihood = target.prior, target.likelihood
    if prior.cut > WORTH_SAYING:
        notes.append(
            f"The prior {prior.spec} was cut to [0, 1]: {100 * prior.cut:.3g}% of it lay outside, "
            "and the rest was scaled up."
        )
    low, high = float(expit(prior.points[0])), float(expit(prior.points[-1]))
    outside = float(likelihood.shape.cdf(low)) + float(likelihood.shape.sf(high))
    if outside > WORTH_SAYING:
        notes.append(
            f"{100 * outside:.3g}% of the likelihood lies outside {low:g} .. {high:g}, where the prior "
            f"{prior.spec} gives no chance: no data could move the answer there."
        )
    if len(posterior.modes) > 1:
        peaks = ", ".join(f"{mode:.4g}" for mode in posterior.modes)
        notes.append(
            f"The posterior has {len(posterior.modes)} peaks, at {peaks}: an optimiser finds the one it "
            "starts near, and a mean between peaks is a value that hardly ever occurs."
        )
    return tuple(notes)
