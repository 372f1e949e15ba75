"""What was said before the data were seen, as a report shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handful.inference.fits import Fit


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
    own = fit.model.prior_over(fit.data.categories).spec
    return any(one.value == own and not one.late for one in said)
