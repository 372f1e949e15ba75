"""Proposals for a mixture's posterior where some of the components have no bags: spread as their priors are."""

from __future__ import annotations

from itertools import combinations
from typing import Annotated

import numpy as np

from handful.arrays import Floats
from handful.inference.mixture_starts import em_step
from handful.inference.proposals import Conjugate
from handful.inference.relabel import Pivot
from handful.models.mixture_layout import MixturePoints
from handful.models.mixture_target import MixtureTarget

STEPS = 30

LOOSE, LOOSE_BAGS = 0.7, 0.3
"""The parts of the items and bags that are counted: assignments are uncertain, and tails shall be wide."""

LEAN = 15.0
"""Items by which an empty component resembles another."""

ALL_SUBSETS = 4
"""Up to so many components any of them may be empty together; of more one at a time."""

NOTHING = -745.0
"""The log of a weight that takes no bag."""


def emptied(target: MixtureTarget, point: Annotated[Floats, "D"], *, pivot: Pivot) -> tuple[Conjugate, ...]:
    """The proposals at which some components have nothing and the others share out what there is, in the pivot's order.

    Parameters
    ----------
    target : MixtureTarget
        Of bags that follow their components exactly.
    point : array (D,)
        Where the components begin that are left.
    pivot : Pivot
        The order of components that nothing tells apart.
    """
    layout = target.layout
    if layout.overdispersed or layout.n_components == 1 or layout.log_weights is not None:
        return ()
    # Of components that are known of some bag none is empty; of exchangeable ones each is as good as another.
    candidates = [k for k in range(layout.n_components) if not target.n_known[k]]
    # All of them empty: that is the prior.
    most = len(candidates) if layout.n_components <= ALL_SUBSETS else 1
    subsets = [list(some) for size in range(1, most + 1) for some in combinations(candidates, size)]
    found: list[Conjugate] = []
    for some in subsets:
        proposal = _without(target, layout.split(point[None]), empty=some)
        for one in (proposal, *_leaning(proposal, some)):
            order = pivot.orders(one.centre)[0]
            ordered = Conjugate(
                layout,
                None if one.weights is None else one.weights[order],
                None if one.components is None else one.components[order],
            )
            if not any(_alike(ordered, other) for other in found):
                found.append(ordered)
    return tuple(found)


def _leaning(proposal: Conjugate, empty: list[int]) -> list[Conjugate]:
    """The same with the single empty component leaning towards each of the others: it may take a few of its bags."""
    if len(empty) > 1 or proposal.components is None:
        return []
    (k,), found = empty, []
    for other, own in enumerate(proposal.components):
        if other != k:
            components = proposal.components.copy()
            components[k] += LEAN * own / own.sum()
            found.append(Conjugate(proposal.layout, proposal.weights, components))
    return found


def _without(target: MixtureTarget, at: MixturePoints, *, empty: list[int]) -> Conjugate:
    """What is left where the components `empty` take nothing."""
    t, a = target.weights_concentration, target.prior.concentration
    if len(empty) == target.layout.n_components:
        return Conjugate(target.layout, t, a)
    for _ in range(STEPS):
        at = em_step(target, _barred(at, empty))
    taken = target.likelihood.slopes(_barred(at, empty))
    bags, items = LOOSE_BAGS * taken.bags[0], LOOSE * np.maximum(taken.by_mean[0], 0.0)
    return Conjugate(target.layout, None if t is None else t + bags, None if a is None else a + items)


def _barred(at: MixturePoints, empty: list[int]) -> MixturePoints:
    log_weights = at.log_weights.copy()
    log_weights[:, empty] = NOTHING
    return MixturePoints(log_weights, at.log_precision, at.log_mean)


def _alike(one: Conjugate, other: Conjugate) -> bool:
    pairs = ((one.weights, other.weights), (one.components, other.components))
    return all(a is None or b is None or np.allclose(a, b, rtol=1e-3) for a, b in pairs)
