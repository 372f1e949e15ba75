"""self_assignment: whether labelled bags find back to their label when it is taken from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Annotated

import numpy as np

from handful.arrays import Floats, Integers, read_only_floats, read_only_integers
from handful.data.complaints import escaped
from handful.data.counts import Counts
from handful.data.labelled import UNKNOWN
from handful.distributions.beta import Beta
from handful.distributions.intervals import Interval
from handful.errors import MissingExtra, ParameterError, ParameterTypeError
from handful.inference.evidence import Verdict
from handful.models.known_components import known_components
from handful.models.mixture import Mixture
from handful.progress import stage
from handful.results.assigning.each_left_out import by_draws, closed
from handful.results.assigning.words import MOST_NAMED, called
from handful.results.table import aligned, html_table
from handful.rng import RNG, as_generator

if TYPE_CHECKING:
    from pandas import DataFrame

MASS = 0.95


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SelfAssignment:
    """Where each labelled bag would be put if its own label and counts were unknown to the fit.

    Parameters
    ----------
    labels : str
        The name of the labels.
    bags : tuple of str
        The L bags that have one.
    components : tuple of str
        The K names.
    truth : array of int, shape (L,)
        The component that each label names, by number.
    probabilities : array (L, K)
        P(component | bag), the bag left out.
    verdict : Verdict
        Whether this can be trusted, and what should be known.

    Examples
    --------
    >>> counts = Counts(
    ...     [[9, 1], [8, 2], [1, 9], [2, 8]], categories=["blue", "red"], labels={"from": ["NJ", "NJ", "TN", "TN"]}
    ... )
    >>> print(self_assignment(counts, "from"))
    from  put in NJ  put in TN  right
    NJ            2          0   100%
    TN            0          2   100%
    Left out one at a time, 4 of 4 bags are put where their label says: 100% (95% interval, equal-tailed: 48% to 99%). \
To call all of them NJ would be right for 50%.
    """

    labels: str
    bags: tuple[str, ...]
    components: tuple[str, ...]
    truth: Annotated[Integers, "L"]
    probabilities: Annotated[Floats, "L K"]
    verdict: Verdict

    @property
    def put(self) -> Annotated[Integers, "L"]:
        """The component where each bag is put: the most probable one."""
        return np.asarray(self.probabilities.argmax(axis=1), dtype=np.int64)

    @property
    def confusion(self) -> Annotated[Integers, "K K"]:
        """How many bags of each label (row) are put in each component (column)."""
        size = len(self.components)
        return np.bincount(self.truth * size + self.put, minlength=size**2).reshape(size, size)

    @property
    def right(self) -> int:
        """How many bags are put where their label says."""
        return int((self.put == self.truth).sum())

    @property
    def accuracy(self) -> float:
        """Their part of all."""
        return self.right / len(self.bags)

    @property
    def interval(self) -> Interval:
        """The 95 % equal-tailed interval of the chance to be right, which is uniform beforehand."""
        return Beta(1.0 + self.right, 1.0 + len(self.bags) - self.right).interval(mass=MASS, kind="eti")

    @property
    def chance(self) -> float:
        """The part that would be right if all bags were put where the commonest label is."""
        return float(self.confusion.sum(axis=1).max() / len(self.bags))

    @property
    def words(self) -> str:
        """The accuracy in a sentence."""
        commonest = self.components[int(self.confusion.sum(axis=1).argmax())]
        interval = self.interval
        return escaped(
            f"Left out one at a time, {self.right:,} of {len(self.bags):,} bags are put where their label says: "
            f"{self.accuracy:.0%} ({MASS:.0%} interval, equal-tailed: {interval.lower:.0%} to {interval.upper:.0%}). "
            f"To call all of them {called(commonest)} would be right for {self.chance:.0%}."
        )

    def cells(self) -> list[tuple[str, ...]]:
        """The confusion table as texts, header first: a row for each label."""
        rows = [
            (name, *(f"{n:,}" for n in row), f"{row[k] / sum(row):.0%}" if any(row) else "")
            for k, (name, row) in enumerate(zip(self.components, self.confusion.tolist(), strict=True))
        ]
        return [(self.labels, *(f"put in {name}" for name in self.components), "right"), *rows]

    def to_pandas(self) -> DataFrame:
        """The probabilities as a data frame, a row a bag.

        Raises
        ------
        MissingExtra
            If pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            raise MissingExtra(extra="arviz", purpose="a data frame (pandas)") from None
        columns: dict[str, object] = {
            "bag": self.bags,
            "label": [self.components[k] for k in self.truth],
            "put": [self.components[k] for k in self.put],
        }
        return pd.DataFrame(
            columns | {f"P({name})": self.probabilities[:, k] for k, name in enumerate(self.components)}
        )

    def __str__(self) -> str:
        """The confusion table, and what it says."""
        return "\n".join(
            [*aligned(self.cells()), self.words, *(f"Note: {one}" for one in self.verdict.notes)]
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{escape(text)}</p>" for text in (self.words, *self.verdict.notes))
        return html_table(self.cells()) + said


def self_assignment(
    counts: Counts, labels: str, *, model: Mixture | None = None, rng: RNG = None
) -> SelfAssignment:
    """Leave-one-out assignment of labelled bags: P(component | bag) where its own label and counts are left out.

    Bags whose label is blank are left out altogether. Where labels mean nothing, bags are put back less often than by
    a guess: without a bag, the others of its label are on the average a little less like it. Whether labels mean
    anything is for the evidence to tell: ``compare([Pooled(), Mixture(3, labels="box")], counts)``.

    Parameters
    ----------
    counts : Counts
        The bags.
    labels : str
        Which of their labels name the components.
    model : Mixture, optional
        Its priors, recipes and overdispersion; if not given a flat mixture of as many components as there are labels.
    rng : int, Generator or None, optional
        The source of randomness, where the model needs one: overdispersed components.

    Raises
    ------
    ParameterError, ParameterTypeError
        If there are no such labels, they are all the same, or the model has no component for one of them.

    Examples
    --------
    >>> import handful as hf
    >>> boxes = hf.read_counts("data:fruit-snacks")
    >>> self_assignment(boxes, "box").confusion.sum()
    np.int64(244)
    """
    generator = as_generator(rng, use="self assignment")
    chosen = _model(counts, labels, given=model)
    rows = chosen.compress(counts)
    known = rows.known[rows.row_of_bag]
    there = np.flatnonzero(known != UNKNOWN)
    labelled = _only(counts, there)
    rough, verdict = np.zeros(0, dtype=np.int64), Verdict()
    with stage("leaving out labelled bags"):
        if chosen.overdispersed:
            found, rough, verdict = by_draws(chosen, labelled, rng=generator)
        else:
            own = chosen.compress(labelled)
            found = closed(chosen, own)[own.row_of_bag]
    notes = verdict.notes
    bags = tuple(counts.bags[b] for b in there)
    if rough.size:
        named = ", ".join(bags[b] for b in rough[:MOST_NAMED])
        more = f" and {rough.size - MOST_NAMED:,} more" if rough.size > MOST_NAMED else ""
        notes = (
            *notes,
            f"Without bag {named}{more} the fit would be quite another: their probabilities are rough.",
        )
    return SelfAssignment(
        labels=labels,
        bags=bags,
        components=rows.components,
        truth=read_only_integers(known[there]),
        probabilities=read_only_floats(found),
        verdict=Verdict(verdict.ok, notes),
    )


def _model(counts: object, labels: str, *, given: Mixture | None) -> Mixture:
    """The model with these labels; a flat one if none is given."""
    if not isinstance(counts, Counts):
        message = f"counts are a {type(counts).__name__}: read them with read_counts"
        raise ParameterTypeError(message, name="counts", found=counts)
    if given is None:
        known, _ = known_components(counts, labels, named=None, size=max(counts.n_bags, 1))
        given = Mixture(int(known.max()) + 1)
    if not isinstance(given, Mixture):
        raise ParameterTypeError(f"model = {given!r}: give a Mixture", name="model", found=given)
    chosen = replace(given, labels=labels)
    named = chosen.compress(counts).known
    if len(np.unique(named[named != UNKNOWN])) < len(("one", "another")):
        message = f"labels {labels!r} name one component only: there is nothing that bags could be taken for"
        raise ParameterError(message, name="labels", found=labels)
    return chosen


def _only(counts: Counts, places: Annotated[Integers, "L"]) -> Counts:
    """Some of the bags, with all their labels."""
    return replace(
        counts,
        table=counts.table[places],
        ids=None if counts.ids is None else tuple(counts.ids[b] for b in places),
        labels={name: tuple(texts[b] for b in places) for name, texts in counts.labels.items()},
    )
