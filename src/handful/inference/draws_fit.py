"""The fit whose posterior is known by draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, NoReturn

from handful.arrays import Floats
from handful.data.counts import Counts
from handful.errors import CountsError, NoPrior
from handful.inference.bag_proportions import BagProportions, bag_proportions
from handful.inference.draws import Draws
from handful.inference.evidence import Evidence, Verdict
from handful.inference.extra_variation import PrecisionBound
from handful.inference.fit_lines import html_of, text_of
from handful.inference.outcome import DataRecord, Statistic
from handful.models.hierarchical import Hierarchical
from handful.models.mixture import Mixture


@dataclass(frozen=True, slots=True, eq=False)
class DrawsFit:
    """A fit whose posterior is known by weighted draws, or by the nodes of a quadrature.

    Parameters
    ----------
    model : Hierarchical or Mixture
        Likelihood and prior.
    data : DataRecord
        What it was fitted to.
    statistic : Histograms
        What the model needed of the data.
    posterior : Draws
        The draws with their weights.
    log_evidence : Evidence
        Of all bags' counts, with its standard error.
    engine, reason : str
        What computed it, and why that was chosen.
    verdict : Verdict
        Whether the draws can be trusted, and what should be known about the answer.
    counts : Counts or None
        The bags, where they were given one by one.
    seed : int or None
        The seed that gives these draws again; None where a generator was given.
    bound : PrecisionBound or None
        The lower bound on the precision, where the bags show no sign of extra variation.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43], [30, 25]], categories=["blue", "not blue"], ids=["A", "B"])
    >>> found = hf.fit(hf.Hierarchical(), counts, engine="laplace", rng=7)
    >>> found.draws["proportions"].shape, found.seed
    ((10000, 2), 7)
    """

    model: Hierarchical | Mixture
    data: DataRecord
    statistic: Statistic
    posterior: Draws
    log_evidence: Evidence
    engine: str
    reason: str
    verdict: Verdict
    counts: Counts | None = None
    seed: int | None = None
    bound: PrecisionBound | None = None

    @property
    def draws(self) -> Mapping[str, Floats]:
        """The draws by name, S first: 'proportions' (S, C) and 'precision' (S,). Their weights differ."""
        return self.posterior.quantities

    @property
    def weights(self) -> Annotated[Floats, "S"]:
        """The probability of each draw; they sum to 1."""
        return self.posterior.weights

    def bag_proportions(self, counts: Counts | None = None) -> BagProportions:
        """The recipe of each bag that was fitted, or of the bags of `counts`: mean and sd in closed form.

        Raises
        ------
        CountsError
            If the fit knows only histograms and no bags are given, or they have other categories.
        """
        bags = self.counts if counts is None else counts
        if bags is None:
            raise CountsError("this fit has seen histograms, and no single bag: give the bags' counts")
        if bags.categories != self.data.categories:
            raise CountsError(
                f"the bags have {', '.join(bags.categories)}, the fit {', '.join(self.data.categories)}",
                found=bags.categories,
            )
        return bag_proportions(self.posterior, bags)

    def as_prior(self) -> NoReturn:
        """Nothing: draws are no distribution that could be written down.

        Raises
        ------
        NoPrior
            Always, with what to do in its place.
        """
        raise NoPrior(
            "its posterior is known by draws only.",
            cure="Fit all bags at once: counts can be merged (Counts.merge), and so can histograms.",
        )

    def __repr__(self) -> str:
        """Model, data, posterior, evidence and verdict, a line each."""
        return text_of(self)

    def _repr_html_(self) -> str:
        return html_of(self)
