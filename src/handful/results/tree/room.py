"""What a tree has no room for, or ArviZ no use: which arrays are left out, and what is said of it."""

from __future__ import annotations

from handful.data.counts import Counts
from handful.distributions.components import Components
from handful.distributions.fixed import Fixed
from handful.distributions.independent import IndependentDirichlets
from handful.inference.fits import Fit
from handful.models.hierarchical import Hierarchical
from handful.models.separate import Separate
from handful.results.tree.chains import MOST_NUMBERS, Chains
from handful.results.tree.mixture import MOST_CELLS, MixtureOfBags

CONSTANT = (
    "log_likelihood: nothing that bags share is unknown, so that it is the same for every draw; what leave-one-out "
    "would estimate is exactly log_evidence"
)


def left_out(
    fit: Fit, bags: Counts | None, *, chains: Chains, mixture: MixtureOfBags | None
) -> tuple[str, ...]:
    """What is missing in the tree of `fit`, and why, as sentences."""
    if bags is None:
        nothing = "log_likelihood and posterior_predictive: this fit does not know its bags one by one"
        return (f"{nothing}; give them, to_datatree(fit, counts=counts)",)
    found = [
        f"{name}, which would be {size:,} numbers: at most {MOST_NUMBERS:,}; ask for fewer draws (n_draws)"
        for name, size in _sizes(fit, bags, n_draws=chains.n_draws).items()
        if size > MOST_NUMBERS
    ]
    if not is_quick(mixture, chains.n_draws):
        found.append(
            "lp and log_likelihood of sample_stats, which would take long: of so many different bags fewer draws "
            "are enough (n_draws)"
        )
    return tuple(found) if varies(fit) else (*found, CONSTANT)


def has_room(name: str, fit: Fit, *, bags: Counts | None, n_draws: int) -> bool:
    """Whether the array of this name is there, and not too large."""
    return 0 < _sizes(fit, bags, n_draws=n_draws).get(name, 0) <= MOST_NUMBERS


def is_quick(mixture: MixtureOfBags | None, n_draws: int) -> bool:
    """Whether the log likelihood of all bags at all draws takes some seconds at most."""
    return mixture is None or n_draws * mixture.cells <= MOST_CELLS


def varies(fit: Fit) -> bool:
    """Whether anything that bags share is unknown, so that the likelihood of a bag varies between draws."""
    posterior = fit.posterior
    if isinstance(posterior, Components):
        # The weights do not matter: in closed form they are known, or all components of bags are.
        return not all(isinstance(recipe, Fixed) for recipe in posterior.recipes)
    return not isinstance(posterior, IndependentDirichlets | Fixed)


def _sizes(fit: Fit, bags: Counts | None, *, n_draws: int) -> dict[str, int]:
    """How many numbers there would be in each of the arrays with a number for every draw and bag."""
    if bags is None:
        return {}
    cells = n_draws * bags.table.size
    own = {"bag_proportions": cells} if isinstance(fit.model, Separate | Hierarchical) else {}
    shared = {"log_likelihood": n_draws * bags.n_bags} if varies(fit) else {}
    return own | shared | {"posterior_predictive": cells}
