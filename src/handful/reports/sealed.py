"""What was said before the data were seen, as a report shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handful.inference.fits import Fit
from handful.models.hierarchical import Hierarchical
from handful.models.mixture import Mixture
from handful.models.poisson import Poisson
from handful.models.pooled import Pooled
from handful.models.priors import over
from handful.models.separate import Separate

_NUMBER = r"\d+(?:\.\d*)?(?:e[+-]?\d+)?"
_ON_SHARES = re.compile(rf"(?:beta|dirichlet)\(({_NUMBER}(?:,{_NUMBER})*)\)")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A guess or a prior with its receipt.

    Parameters
    ----------
    name, value : str
        Of what, and what was said.
    version : int
        1, and one more each time it was changed.
    time : str
        When, in UTC.
    receipt : str
        The SHA-256 of it and of all that was said before.
    late : bool
        Whether it was changed after the data were opened.

    Examples
    --------
    >>> Sealed("prior", "beta(2,8)", 1, "2026-01-05T14:02:11+00:00", "3f9a", late=False).late
    False
    """

    name: str
    value: str
    version: int
    time: str
    receipt: str
    late: bool


def sealed_prior(sealed: Sequence[Sealed], fit: Fit) -> bool | None:
    """Whether the fit's prior is one that was sealed before the data; None where no prior was sealed at all.

    What is sealed is a prior on the shares: of the recipe, the population's mean, or each component.

    Examples
    --------
    >>> import handful as hf
    >>> said = Sealed("prior", "beta(2,8)", 1, "2026-01-05T14:02:11+00:00", "3f9a", late=False)
    >>> counts = hf.Counts([[12, 43]], categories=["blue", "not blue"])
    >>> [sealed_prior([said], hf.fit(hf.Pooled(hf.Beta(2, b)), counts)) for b in (8, 9)]
    [True, False]
    """
    said = [one for one in sealed if "prior" in one.name.casefold()]
    if not said:
        return None
    n = len(fit.data.categories)
    own = {_plain(text, n) for text in _specs(fit)}
    return any(_plain(one.value, n) in own and not one.late for one in said)


def _specs(fit: Fit) -> Iterator[str]:
    """The fit's prior as it may have been written: all of it, and that on the shares by itself."""
    model, categories = fit.model, fit.data.categories
    yield model.prior_over(categories).spec
    if isinstance(model, Pooled | Separate):
        yield over(model.prior, categories).spec
    elif isinstance(model, Hierarchical) and model.alpha_prior is None:
        yield over(model.mean, categories).spec
    elif isinstance(model, Mixture) and model.recipes is None and model.alpha_prior is None:
        yield over(model.prior, categories).spec
    elif isinstance(model, Poisson):
        mean, size = model.prior.mean, model.prior.rate * (1 - model.prior.mean) - 1
        yield f"beta({mean * size},{(1 - mean) * size})"  # whose mean and variance the Gamma has


def _plain(text: str, n: int) -> str:
    """A prior in one of the ways to write it: a beta is a Dirichlet of two, and dirichlet(1) one of `n` ones.

    Examples
    --------
    >>> _plain("Beta(2, 8.0)", 2), _plain("dirichlet(1)", 3)
    ('dirichlet(2,8)', 'dirichlet(1,1,1)')
    """
    bare = "".join(text.casefold().split())
    found = _ON_SHARES.fullmatch(bare)
    if found is None:
        return bare
    numbers = [f"{float(one):.10g}" for one in found[1].split(",")]
    return f"dirichlet({','.join(numbers * n if len(numbers) == 1 else numbers)})"
