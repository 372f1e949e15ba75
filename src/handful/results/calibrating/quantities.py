"""What of a truth is ranked among draws from the posterior: parameters, likelihoods and what is to come.

Parameters are such as do not change when components exchange their numbers. The likelihood of the truth is what notices
a posterior that has not looked at the data: the prior itself is calibrated in every quantity of the parameters alone.

References
----------
Modrák et al. (2023), Bayesian Analysis 20:461 (arXiv:2211.02383), on quantities that depend on the data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from scipy.special import xlogy

from handful.arrays import Floats, Integers
from handful.data.labelled import UNKNOWN
from handful.distributions.dirichlet_multinomial import log_pmf
from handful.distributions.draws import draw_log_dirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.multinomial import draw_categorical
from handful.distributions.special import log_sum_exp
from handful.inference.invariants import of_mixture
from handful.models.mixture import Mixture
from handful.models.priors import PAIR
from handful.results.assigning.components import KnownComponents, points_at
from handful.results.calibrating.setting import Setting
from handful.results.made_up.bags import make_bags
from handful.results.made_up.quantities import Quantities

Flags = np.ndarray[Any, np.dtype[np.bool_]]
Named = dict[str, Floats]
LOG_LIKELIHOOD, JOINT = "log likelihood", "joint log likelihood"
LEAST = 1e-300


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """The setting, and what is the same in all simulations.

    Parameters
    ----------
    setting : Setting
        What is imitated.
    classes : array of int, shape (K,), or None
        Components that can be exchanged share a number; None without components.
    components : tuple of str
        What they are called.
    barred : array of bool, shape (K, B)
        Which component cannot have filled a bag, whose label is of another.
    free : array of bool, shape (B,)
        Which bags have no label.
    """

    setting: Setting
    classes: Annotated[Integers, "K"] | None
    components: tuple[str, ...]
    barred: Flags
    free: Flags

    @staticmethod
    def of(setting: Setting) -> Ranked:
        """What is ranked in this setting."""
        prior, known, model = setting.mixture, setting.known, setting.model
        if prior is None or known is None or not isinstance(model, Mixture):
            return Ranked(setting, None, (), np.zeros((1, 0), dtype=bool), np.zeros(0, dtype=bool))
        numbers = np.arange(prior.n_components)
        n_known = (known[:, None] == numbers).sum(axis=0)
        barred = (known != UNKNOWN) & (known != numbers[:, None])
        names = model.compress(setting.bags).components
        return Ranked(setting, prior.classes(n_known), names, barred, known == UNKNOWN)

    def values(
        self, draws: Quantities, table: Annotated[Integers, "B c"], *, rng: np.random.Generator
    ) -> Named:
        """The quantities (S,) of each draw, by name.

        Parameters
        ----------
        draws : mapping of str to array
            The parameters.
        table : array of int, shape (B, C)
            The bags.
        rng : Generator
        """
        if "rate" in draws:
            found = self._of_rate(draws, table)
        elif "bag_proportions" in draws:
            return self._of_separate(draws, table, rng=rng)
        elif self.classes is not None:
            found = self._of_mixture(draws, table, classes=self.classes, rng=rng)
        elif "precision" in draws:
            found = self._of_population(draws, table, rng=rng)
        else:
            found = self._shares("share of", draws["proportions"])
            found[LOG_LIKELIHOOD] = xlogy(table.sum(axis=0), draws["proportions"]).sum(axis=1)
        coming = make_bags(draws, np.array([self.setting.next_total]), rng=rng).counts[:, 0, 0]
        return {**found, self._next: coming.astype(np.float64)}

    @property
    def _next(self) -> str:
        return f"{self.setting.categories[0]} in the next bag"

    def _shares(self, words: str, shares: Annotated[Floats, "S C"]) -> Named:
        """Those of the categories; of two, the second says nothing new."""
        return {f"{words} {name}": shares[:, c] for c, name in enumerate(_free(self.setting.categories))}

    def _of_rate(self, draws: Quantities, table: Annotated[Integers, "B 1"]) -> Named:
        rate, items = draws["rate"], self.setting.bags.n_items
        return {"rate": rate, LOG_LIKELIHOOD: xlogy(table.sum(), rate) - items * rate}

    def _of_separate(
        self, draws: Quantities, table: Annotated[Integers, "B C"], *, rng: np.random.Generator
    ) -> Named:
        """Of one bag, chosen at random in each simulation, and of all."""
        recipes = draws["bag_proportions"]
        bag = int(rng.integers(len(table)))
        found = self._shares("in a bag, share of", recipes[:, bag])
        found[LOG_LIKELIHOOD] = xlogy(table, recipes).sum(axis=(1, 2))
        more = rng.binomial(self.setting.next_total, np.clip(recipes[:, bag, 0], 0.0, 1.0))
        return {
            **found,
            f"{self.setting.categories[0]} in another bag of its recipe": more.astype(np.float64),
        }

    def _of_population(
        self, draws: Quantities, table: Annotated[Integers, "B C"], *, rng: np.random.Generator
    ) -> Named:
        mean, precision = draws["proportions"], draws["precision"]
        concentration = np.maximum(precision[:, None] * mean, LEAST)
        found = self._shares("mean share of", mean)
        found["log precision"] = np.log(precision)
        found[LOG_LIKELIHOOD] = log_pmf(table, concentration[:, None, :]).sum(axis=1)
        # Given the population, the recipes of its bags: of the truth as of the draws.
        recipes = draw_log_dirichlet(concentration[:, None, :] + table, 1, rng=rng)[0]
        return {**found, JOINT: (table * recipes).sum(axis=(1, 2))}

    def _of_mixture(
        self,
        draws: Quantities,
        table: Annotated[Integers, "B C"],
        *,
        classes: Annotated[Integers, "K"],
        rng: np.random.Generator,
    ) -> Named:
        found = self._invariants(draws, classes)
        at = points_at(draws)
        n_draws, n_bags = len(draws["weights"]), len(table)
        alike = np.full(n_draws, 1.0 / n_draws)
        each = np.arange(n_draws)
        of_bags = KnownComponents(at, alike, each, each, sampled=True).log_pmf(table)
        joint = of_bags + np.where(self.free, at.log_weights[:, :, None], 0.0)
        joint = np.where(self.barred, -np.inf, joint)
        whole = log_sum_exp(joint, axis=1)
        found[LOG_LIKELIHOOD] = whole.sum(axis=1)
        if len(classes) == 1:
            return found
        origins = draw_categorical(np.moveaxis(np.exp(joint - whole[:, None]), 1, 2), rng=rng)
        found[JOINT] = np.take_along_axis(joint, origins[:, None], axis=1).sum(axis=(1, 2))
        pair = self.setting.n_given
        if n_bags > pair + 1:
            found["same source of two bags"] = (origins[:, pair] == origins[:, pair + 1]).astype(np.float64)
        return found

    def _invariants(self, draws: Quantities, classes: Annotated[Integers, "K"]) -> Named:
        """Those of ``of_mixture``, by name; what follows from others, or is known, is left out."""
        size, names, model = len(classes), self.setting.categories, self.setting.model
        weights_known = size == 1 or isinstance(getattr(model, "weights", None), Fixed)
        recipes_known = isinstance(model, Mixture) and model.recipes_are_known
        alone = [k for k in range(size) if (classes == classes[k]).sum() == 1]
        of_one = _free(names)
        columns = [
            (
                f"weight of component {self.components[k]}" if k in alone else f"weight {k + 1} by size",
                not weights_known and k < size - 1,
            )
            for k in range(size)
        ]
        moves = not (weights_known and recipes_known)
        columns += [(f"expected share of {name}", moves and name in of_one) for name in names]
        columns += [(f"expected squared share of {name}", moves and size > 1) for name in names]
        columns += [
            (
                f"share of {name} in component {self.components[k]}",
                size > 1 and not recipes_known and name in of_one,
            )
            for k in alone
            for name in names
        ]
        if "precision" in draws:
            columns += [("expected log precision", True)]
            columns += [(f"log precision of component {self.components[k]}", size > 1) for k in alone]
        values = of_mixture(draws, classes)
        return {title: values[:, place] for place, (title, wanted) in enumerate(columns) if wanted}


def _free(names: tuple[str, ...]) -> tuple[str, ...]:
    """The categories whose shares say something each; of two, the second one's follows from the first."""
    return names[:1] if len(names) == PAIR else names
