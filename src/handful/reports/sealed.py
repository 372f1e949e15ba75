"""What was said before the data were seen, as a report shows it."""

from __future__ import annotations

from dataclasses import dataclass


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
