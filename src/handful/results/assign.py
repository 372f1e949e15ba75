"""assign: which component each bag came from, as probabilities, and whether it may be from none of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from handful.arrays import Floats, Integers, read_only_floats
from handful.data.counts import Counts
from handful.data.distinct import distinct_rows
from handful.data.labelled import UNKNOWN
from handful.inference.evidence import Verdict
from handful.inference.fits import Fit
from handful.models.mixture import Mixture
from handful.progress import stage
from handful.results.assigning import none, probabilities
from handful.results.assigning.asked import NEW, AskedBags, asked_of
from handful.results.assigning.probabilities import Chances
from handful.results.assigning.said import contradictions
from handful.results.assigning.source import components_of, model_of, rows_of
from handful.results.assigning.together import Together, together
from handful.results.assigning.words import MOST_NAMED
from handful.results.assignments import Assignments
from handful.rng import RNG, as_generator

HALF = 0.5
FEW_BAGS = 10
"""Of fewer bags it says nothing that a component has but one."""


def assign(fit: Fit, counts: Counts | None = None, *, rng: RNG = None) -> Assignments:
    """P(component | bag) for the bags of a mixture's fit, or for new ones, and how well each fits any component.

    Bags that the fit has learnt from are recognised by their ids and counts; all others are new, each judged by
    itself. A known component is that of a fitted bag: labels of new bags are not taken for the truth, but compared
    with what their counts say.

    Parameters
    ----------
    fit : Fit
        Of a mixture.
    counts : Counts, optional
        The bags, in the fit's categories in any order; all bags of the fit if not given.
    rng : int, Generator or None, optional
        The source of randomness for the simulated bags behind 'none'; if not given a seed made of the fit's data, so
        that the same question gets the same answer.

    Raises
    ------
    ParameterTypeError
        If `fit` is no fit of a mixture.
    CountsError, CountsTypeError
        If `counts` are no counts of the fit's categories, or a new bag is impossible under every component.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[3, 17], [15, 5], [2, 18]], categories=["blue", "red"], ids=["A", "B", "C"])
    >>> found = assign(hf.fit(hf.Mixture(2), counts, rng=1))
    >>> found.probabilities.sum(axis=1).round(12)
    array([1., 1., 1.])
    """
    asked = asked_of(fit, counts)
    generator = as_generator(int(fit.data.sha256[:12], 16) if rng is None else rng, use="assign")
    names, rows = rows_of(fit).components, rows_of(fit)
    shape = (len(asked.bags), len(names))
    mean, mcse, p = np.zeros(shape), np.zeros(shape), np.ones(len(asked.bags))
    parts = []
    for some, found in ((asked.rows != NEW, _fitted), (asked.rows == NEW, _new)):
        if some.any():
            with stage("assigning bags"):
                parts.append(found(fit, asked, places=np.flatnonzero(some), rng=generator))
    for part in parts:
        mean[part.places], p[part.places] = part.chances.mean, part.p
        if part.chances.mcse is not None:
            mcse[part.places] = part.chances.mcse
    known = np.where(asked.rows == NEW, UNKNOWN, rows.known[asked.rows])
    odds, told = _together(fit, asked, unknown=known == UNKNOWN)
    rough = [asked.bags[b] for part in parts for b in part.rough]
    alone = _alone(fit, asked, mean=mean)
    notes = (*fit.verdict.notes, *asked.notes, *told, *alone, *_rough_words(rough))
    return Assignments(
        bags=asked.bags,
        components=names,
        probabilities=read_only_floats(mean),
        mcse=None if all(part.chances.mcse is None for part in parts) else read_only_floats(mcse),
        none=read_only_floats(p),
        known=tuple(None if k == UNKNOWN else names[k] for k in known.tolist()),
        together=odds,
        verdict=Verdict(fit.verdict.ok, notes),
    )


def assignment_rows(fit: Fit) -> list[dict[str, object]]:
    """The assignments of the bags of a mixture's fit as a list of mappings; none for other models.

    Examples
    --------
    >>> import handful as hf
    >>> assignment_rows(hf.fit(hf.Pooled(), hf.Counts([[3, 17]], categories=["blue", "red"])))
    []
    """
    return assign(fit).rows() if isinstance(fit.model, Mixture) else []


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Some of the bags asked about: their places, what is found of them, and those whose 'none' is rough."""

    places: Annotated[Integers, "b"]
    chances: Chances
    p: Annotated[Floats, "b"]
    rough: Annotated[Integers, "n"]


def _fitted(
    fit: Fit, asked: AskedBags, *, places: Annotated[Integers, "b"], rng: np.random.Generator
) -> _Part:
    """Bags that the fit has learnt from; those of equal counts share an answer."""
    rows, row_of_bag = np.unique(asked.rows[places], return_inverse=True)
    chances = probabilities.of_fitted(fit, rows)
    found = none.of_fitted(fit, rows, chances=chances.mean, rng=rng)
    rough = places[np.isin(row_of_bag, found.rough)]
    return _Part(places, chances.at(row_of_bag), found.p[row_of_bag], rough)


def _new(fit: Fit, asked: AskedBags, *, places: Annotated[Integers, "b"], rng: np.random.Generator) -> _Part:
    """Bags that it has not."""
    rows, row_of_bag = distinct_rows(asked.table[places])
    components = components_of(fit)
    chances = probabilities.of_new(components, rows)
    p = none.of_new(components, rows, chances=chances.mean, rng=rng)
    return _Part(places, chances.at(row_of_bag), p[row_of_bag], np.zeros(0, dtype=np.int64))


def _together(
    fit: Fit, asked: AskedBags, *, unknown: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[tuple[Together, ...], tuple[str, ...]]:
    """The odds of several bags, and where they contradict a label."""
    learnt, model = asked.rows != NEW, model_of(fit)
    if learnt[unknown].any() and not learnt[unknown].all():
        return (), ()
    found = together(
        fit, asked.table, unknown=unknown, learnt=bool(learnt[unknown].any()), labels=asked.labels
    )
    notes = () if model.recipes is None else [note.text for note in model.recipes.notes]
    return found, contradictions(found, notes)


def _alone(fit: Fit, asked: AskedBags, *, mean: Annotated[Floats, "B K"]) -> tuple[str, ...]:
    """A sentence for each component that one bag has for itself: a bag from elsewhere would look like that."""
    rows = rows_of(fit)
    if model_of(fit).recipes_are_known or rows.n_bags < FEW_BAGS or (asked.rows == NEW).any():
        return ()
    own = mean > HALF
    lonely = np.flatnonzero((own.sum(axis=0) == 1) & (rows.n_known_of(mean.shape[1]) == 0))
    bags = [asked.bags[int(own[:, k].argmax())] for k in lonely] if len(asked.bags) == rows.n_bags else []
    return tuple(
        f"Bag {bag} has component {rows.components[k]} for itself: it may as well be from none of the others, which "
        "'none' does not tell."
        for k, bag in zip(lonely, bags, strict=False)
    )


def _rough_words(bags: list[str]) -> tuple[str, ...]:
    if not bags:
        return ()
    named = ", ".join(bags[:MOST_NAMED]) + (
        f" and {len(bags) - MOST_NAMED:,} more" if len(bags) > MOST_NAMED else ""
    )
    return (f"Without bag {named} the fit would be quite another: what 'none' says of it is rough.",)
