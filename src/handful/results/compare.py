"""compare: log evidences side by side, as probabilities of the models and in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from handful.data.counts import Counts
from handful.distributions.beta import Beta
from handful.distributions.density import Density
from handful.distributions.tabulated import Tabulated
from handful.errors import ParameterError
from handful.inference.evidence import Evidence, Verdict
from handful.inference.fit import fit
from handful.inference.fits import Fit
from handful.inference.outcome import Model
from handful.models.poisson import Poisson
from handful.models.pooled import Pooled
from handful.progress import so_far
from handful.results.table import aligned, html_table
from handful.rng import RNG, as_generator

UNDECIDED = 3.0
"""A Bayes factor below this tells two models apart by no more than a bare mention."""

APPROXIMATE = 30.0
"""In hundreds of dimensions Laplace's approximation is off by tens of nats, and less tells nothing apart."""

SCALE = ((3.0, "not worth more than a bare mention"), (20.0, "positive"), (150.0, "strong"))
STRONGEST = "very strong"

NOTICEABLE = 1.0
"""A prior that moves an evidence by a nat has its own say in a comparison."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One of the models compared.

    Parameters
    ----------
    spec, prior : str
        The model and its prior, as the command line has them.
    log_evidence : Evidence
        Of the same counts for all models, in nats.
    probability : float
        Of the model, given that one of those compared is right.
    """

    spec: str
    prior: str
    log_evidence: Evidence
    probability: float


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """Models side by side, the most probable first.

    Parameters
    ----------
    models : tuple of Compared
        By falling probability.
    verdict : Verdict
        What the comparison shows, and what it rests on.

    Examples
    --------
    >>> row = Compared("pooled", "beta(1,1)", Evidence(-3.0), 1.0)
    >>> Comparison((row,), Verdict()).words
    'There is only one model; nothing is compared.'
    """

    models: tuple[Compared, ...]
    verdict: Verdict

    @property
    def best(self) -> str:
        """The spec of the most probable model."""
        return self.models[0].spec

    @property
    def words(self) -> str:
        """What the evidence says, on the scale of Kass & Raftery.

        References
        ----------
        Kass & Raftery (1995), Journal of the American Statistical Association 90:773, section 3.2.
        """
        if len(self.models) == 1:
            return "There is only one model; nothing is compared."
        first, *others = sorted(self.models, key=lambda model: -model.log_evidence.value)
        close = [other for other in others if undecided(first, other)]
        if close:
            titles = [_title(one, self.models) for one in (first, *close)]
            names = f"{', '.join(titles[:-1])} and {titles[-1]}"
            factor = _factor(first.log_evidence.value - close[-1].log_evidence.value)
            most = "" if len(close) == 1 else "at most "
            return f"{names} cannot be told apart by these bags (Bayes factor {most}{factor})."
        second = others[0]
        gap = first.log_evidence.value - second.log_evidence.value
        strength = next((words for limit, words in SCALE if gap < math.log(limit)), STRONGEST)
        return (
            f"The evidence for {_title(first, self.models)} against {_title(second, self.models)} is {strength} "
            f"(Bayes factor {_factor(gap)}; Kass & Raftery 1995)."
        )

    def cells(self) -> list[tuple[str, ...]]:
        """The table as texts, header first."""
        head = ("model", "prior", "log evidence", "probability")
        return [
            head,
            *((m.spec, m.prior, _evidence(m.log_evidence), f"{m.probability:.4f}") for m in self.models),
        ]

    def __str__(self) -> str:
        """The table, and the finding in words."""
        return "\n".join(
            [*aligned(self.cells()), self.words, *(f"Note: {note}" for note in self.verdict.notes)]
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(self.cells())


def compare(
    models: Sequence[Model],
    counts: Counts,
    *,
    prior_probabilities: Sequence[float] | None = None,
    draws: int | None = None,
    rng: RNG = None,
) -> Comparison:
    """The log evidences of `models` on the same counts, and the probability of each model.

    Parameters
    ----------
    models : sequence of models
        Two or more, each with its priors.
    counts : Counts
        Bags by categories.
    prior_probabilities : sequence of float, optional
        Of the models, before the data; equal if not given.
    draws : int, optional
        How many draws each engine that draws shall make; as many as it deems right if not given.
    rng : int, Generator or None, optional
        The source of randomness, for engines that need it.

    Raises
    ------
    ParameterError
        If there is no model, or the prior probabilities are none.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43], [9, 46]], categories=["blue", "not blue"])
    >>> hf.compare([hf.Pooled(), hf.Separate()], counts).best
    'pooled'
    """
    if not models:
        raise ParameterError("give at least one model to compare", name="models", found=models)
    log_prior = _log_prior(prior_probabilities, len(models))
    # Each model gets a stream of its own: the same one for all would tie their errors together.
    streams = as_generator(rng).spawn(len(models))
    fits = so_far(
        lambda one: fit(one[0], counts, draws=draws, rng=one[1]),
        list(zip(models, streams, strict=True)),
        what="model",
    )
    found = compared(fits, counts, prior_probabilities=np.exp(log_prior[: len(fits)]).tolist())
    missing = models[len(fits) :]
    if not missing:
        return found
    notes = (_interrupted(missing, n_models=len(models)), *found.verdict.notes)
    return replace(found, verdict=Verdict(ok=False, notes=notes))


def compared(
    fits: Sequence[Fit], counts: Counts, *, prior_probabilities: Sequence[float] | None = None
) -> Comparison:
    """The comparison of models that have been fitted to the same counts.

    Parameters
    ----------
    fits : sequence of Fit
        One or more.
    counts : Counts
        What all of them were fitted to.
    prior_probabilities : sequence of float, optional
        Of the models, before the data; equal if not given.

    Raises
    ------
    ParameterError
        If the prior probabilities are none.
    """
    log_prior = _log_prior(prior_probabilities, len(fits))
    models = [found.model for found in fits]
    log_weights = np.array([found.log_evidence.value for found in fits]) + log_prior
    probabilities = np.exp(log_weights - np.logaddexp.reduce(log_weights))
    ranked = sorted(
        zip(models, fits, probabilities, strict=True),
        key=lambda row: (-row[2], row[0].spec, row[0].prior_over(counts.categories).spec),
    )
    rows = tuple(
        Compared(model.spec, model.prior_over(counts.categories).spec, found.log_evidence, float(probability))
        for model, found, probability in ranked
    )
    notes = _decided_by_priors([(model, found.log_evidence.value) for model, found, _ in ranked], counts)
    notes += _by_model(
        [(row, found.verdict.notes) for row, (_, found, _) in zip(rows, ranked, strict=True)], rows
    )
    return Comparison(rows, Verdict(all(found.verdict.ok for found in fits), tuple(dict.fromkeys(notes))))


def _interrupted(missing: Sequence[Model], *, n_models: int) -> str:
    """That some models are not among those compared."""
    names = ", ".join(model.spec for model in missing)
    done = n_models - len(missing)
    return f"Interrupted: {done} of {n_models} models are compared here, and {names} not."


def _log_prior(given: Sequence[float] | None, n_models: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    weights = np.ones(n_models) if given is None else np.asarray(given, dtype=np.float64)
    if weights.shape != (n_models,) or not (weights > 0).all() or not np.isfinite(weights).all():
        raise ParameterError(
            f"prior_probabilities = {given!r}: give {n_models} positive numbers, one a model",
            name="prior_probabilities",
            found=given,
        )
    log_prior: np.ndarray[tuple[int], np.dtype[np.float64]] = np.log(weights / weights.sum())
    return log_prior


def _decided_by_priors(ranked: Sequence[tuple[Model, float]], counts: Counts) -> list[str]:
    """A warning for each Poisson prior that moves the evidence away from the one of a matched prior.

    A rate may be anything positive, a share only 0 to 1: a vague Gamma spends its mass on rates that
    no share can have, and pays for it in the evidence.
    """
    shares = (model.prior_over(counts.categories) for model, _ in ranked if isinstance(model, Pooled))
    share = next((prior for prior in shares if isinstance(prior, Beta | Density | Tabulated)), Beta(1, 1))
    if isinstance(share, Density):
        share = share.tabulated()
    notes = []
    for model, value in ranked:
        if not isinstance(model, Poisson):
            continue
        matched = Poisson.matching(share.mean, share.variance)
        moved = value - fit(matched, counts).log_evidence.value
        if abs(moved) >= NOTICEABLE:
            gamma = f"gamma({matched.prior.shape:.3g},{matched.prior.rate:.3g})"
            notes.append(
                f"The prior {model.prior.spec} on the rate moves the evidence of its model by {moved:+.1f} nats "
                f"against {gamma}, which matches the prior on the share: the prior, not the bags, "
                "may decide this comparison."
            )
    return notes


def _evidence(evidence: Evidence) -> str:
    """The log evidence, with its standard error where it has one."""
    if evidence.approximate:
        return f"{evidence.value:.2f} (approximate)"
    return f"{evidence.value:.4f}" + (f" +- {evidence.error:.1g}" if evidence.sampled else "")


def _by_model(told: Sequence[tuple[Compared, tuple[str, ...]]], rows: Sequence[Compared]) -> list[str]:
    """The notes of all fits, each once; those that not every fit has say whose they are."""
    notes = dict.fromkeys(note for _, own in told for note in own)
    found = []
    for note in notes:
        whose = [_title(row, rows) for row, own in told if note in own]
        found.append(note if len(whose) == len(rows) else f"{', '.join(whose)}: {note}")
    return found


def undecided(first: Compared, second: Compared) -> bool:
    """Whether two models' evidences differ by too little, or by less than their errors."""
    gap = first.log_evidence.value - second.log_evidence.value
    if first.log_evidence.approximate or second.log_evidence.approximate:
        return gap < APPROXIMATE
    error = math.hypot(first.log_evidence.error, second.log_evidence.error)
    return gap < math.log(UNDECIDED) or gap <= error


def _title(row: Compared, among: Sequence[Compared]) -> str:
    """The name of a model; with its prior where another has the same name."""
    alone = sum(other.spec == row.spec for other in among) == 1
    return row.spec if alone else f"{row.spec} with {row.prior}"


def _factor(gap: float) -> str:
    return f"{math.exp(gap):.3g}" if abs(gap) < 700 else f"e^{gap:.0f}"
