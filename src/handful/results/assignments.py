"""Assignments: which component each bag came from, as probabilities, a table and words."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Annotated

import numpy as np

from handful.arrays import Floats
from handful.data.complaints import escaped
from handful.errors import MissingExtra
from handful.inference.evidence import Verdict
from handful.results.assigning.together import Together
from handful.results.assigning.words import accuracy_words, from_words, none_words
from handful.results.table import aligned, html_table

if TYPE_CHECKING:
    from pandas import DataFrame

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Assignments:
    r"""Which component each of B bags came from: always as probabilities.

    Parameters
    ----------
    bags : tuple of str
        Their ids.
    components : tuple of str
        The K names.
    probabilities : array (B, K)
        P(component | bag), given all bags of the fit; of a bag with a known component 1 for that.
    mcse : array (B, K) or None
        Their Monte Carlo standard errors; None where they are exact.
    none : array (B,)
        How seldom bags of the same total from the components are as improbable as this one, the bag itself left out
        of the fit: small means that it is from none of them, though among many bags some are small by chance.
    known : tuple of (str or None)
        The component, where it is known.
    together : tuple of Together
        The odds of several bags that are all from one component.
    verdict : Verdict
        That of the fit, and what should be known about these assignments.

    Examples
    --------
    >>> import handful as hf
    >>> recipes = hf.Recipes({"NJ": {"blue": 0.25, "red": 0.75}, "TN": {"blue": 0.6, "red": 0.4}})
    >>> counts = hf.Counts([[2, 8], [4, 6]], categories=["blue", "red"], ids=["A", "B"])
    >>> from handful.results.assign import assign
    >>> found = assign(hf.fit(hf.Mixture(recipes=recipes, weights=hf.Fixed([0.5, 0.5])), counts))
    >>> print("\n".join(aligned(found.cells())[:3]))
    bag     NJ     TN  comes from          none
    A    0.964  0.036  NJ                 0.698
    B    0.567  0.433  could be NJ or TN  0.435
    """

    bags: tuple[str, ...]
    components: tuple[str, ...]
    probabilities: Annotated[Floats, "B K"]
    mcse: Annotated[Floats, "B K"] | None
    none: Annotated[Floats, "B"]
    known: tuple[str | None, ...]
    together: tuple[Together, ...]
    verdict: Verdict

    @property
    def accuracy(self) -> float | None:
        """The expected part that is right, each bag of unknown component put where it most probably belongs.

        None where every component is known.
        """
        unknown = [b for b, name in enumerate(self.known) if name is None]
        return float(self.probabilities[unknown].max(axis=1).mean()) if unknown else None

    @property
    def comes_from(self) -> tuple[str, ...]:
        """For each bag a component, if one is 90 % probable or more; else those that it could be of."""
        return tuple(
            from_words(row, self.components, known=known, none=none)
            for row, known, none in zip(self.probabilities, self.known, self.none.tolist(), strict=True)
        )

    @property
    def words(self) -> str:
        """What the probabilities say, in sentences."""
        unknown = np.array([name is None for name in self.known], dtype=bool)
        sentences = [accuracy_words(self.probabilities[unknown]), none_words(self.bags, self.none)]
        return escaped(" ".join(filter(None, sentences)))

    def cells(self, most: int | None = None) -> list[tuple[str, ...]]:
        """The table as texts, header first: a row a bag, the first `most` of them."""
        head = ("bag", *self.components, "comes from", "none")
        rows = zip(self.bags[:most], self.probabilities[:most].tolist(), self.comes_from[:most], strict=True)
        return [
            head,
            *(
                (bag, *(f"{p:.3f}" for p in row), words, f"{none:.3f}")
                for (bag, row, words), none in zip(rows, self.none[:most].tolist(), strict=True)
            ),
        ]

    def rows(self) -> list[dict[str, object]]:
        """The table as a list, a mapping a bag: 'bag', 'probabilities' by component, 'mcse', 'none', 'known'."""
        errors = [None] * len(self.bags) if self.mcse is None else [self._by_name(row) for row in self.mcse]
        return [
            {"bag": bag, "probabilities": self._by_name(row), "mcse": error, "none": none, "known": known}
            for bag, row, error, none, known in zip(
                self.bags, self.probabilities, errors, self.none.tolist(), self.known, strict=True
            )
        ]

    def to_pandas(self) -> DataFrame:
        """The table as a data frame, a row a bag.

        Raises
        ------
        MissingExtra
            If pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            raise MissingExtra(extra="arviz", purpose="a data frame (pandas)") from None
        columns: dict[str, object] = {"bag": self.bags}
        columns |= {f"P({name})": self.probabilities[:, k] for k, name in enumerate(self.components)}
        return pd.DataFrame(columns | {"comes_from": self.comes_from, "none": self.none, "known": self.known})

    def __str__(self) -> str:
        """The table, its first rows if it is long, and what it says."""
        lines = aligned(self.cells(MOST_SHOWN))
        left = len(self.bags) - MOST_SHOWN
        return "\n".join([*lines, *([f"... and {left:,} more bags"] if left > 0 else []), *self.lines])

    __repr__ = __str__

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands below the table: the words, the odds of several bags together, and the notes."""
        odds = (
            ["If several bags are all from one component:", *aligned(self.odds_cells())]
            if self.together
            else []
        )
        return (*filter(None, [self.words]), *odds, *(f"Note: {note}" for note in self.verdict.notes))

    def odds_cells(self) -> list[tuple[str, ...]]:
        """The odds of several bags that are all from one component as texts, header first."""
        return [("bags", "how many", "odds"), *(one.cells for one in self.together)]

    def _repr_html_(self) -> str:
        odds = html_table(self.odds_cells()) if self.together else ""
        said = [self.words, *self.verdict.notes]
        return (
            html_table(self.cells(MOST_SHOWN))
            + odds
            + "".join(f"<p>{escape(line)}</p>" for line in said if line)
        )

    def _by_name(self, row: Annotated[Floats, "K"]) -> dict[str, float | None]:
        """JSON knows no infinity."""
        values = (float(one) if np.isfinite(one) else None for one in row)
        return dict(zip(self.components, values, strict=True))
