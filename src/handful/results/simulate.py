"""simulate: bags that nobody has counted, from any model, and the truth behind them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from handful.arrays import Floats, Integers, read_only_floats, read_only_integers
from handful.data.counts import Counts
from handful.data.fingerprints import content_hash
from handful.distributions.checks import whole
from handful.errors import ParameterError
from handful.inference.outcome import Model
from handful.models.mixture import Mixture
from handful.results.document import versions
from handful.results.made_up.bags import MadeUp, make_bags
from handful.results.made_up.names import categories_of
from handful.results.made_up.quantities import Quantities, prior_quantities
from handful.rng import RNG, as_generator

SCHEMA = "handful/simulate/1"
COMPONENT = "component"
"""The labels under which a mixture's bags tell where they come from, if its own labels have no name."""
ID = "bag"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Simulated:
    """Made-up bags, and the truth that they were made from.

    Parameters
    ----------
    model : Model
        What they were drawn from.
    counts : Counts
        The bags, with ids; those of a mixture have the component that filled them as a label.
    components : tuple of str
        The K names of a mixture's components, as the labels have them; empty for other models.
    proportions : array (C,), (B, C) or (K, C), or None
        The common recipe, of a population its mean; each bag's own (separate); each component's. None for a rate.
    weights : array (K,) or None
        The share of bags from each component.
    precision : float, array (K,) or None
        How tightly bags follow their recipe, where they have recipes of their own around it.
    rate : float or None
        Of a Poisson model.
    assignments : array of int, shape (B,), or None
        The component that filled each bag, by number.

    Examples
    --------
    >>> import handful as hf
    >>> simulate(hf.Pooled(hf.Fixed([1.0, 0.0], ["blue", "red"])), bags=2, size=5, rng=1).proportions
    array([1., 0.])
    """

    model: Model
    counts: Counts
    components: tuple[str, ...]
    proportions: Annotated[Floats, "..."] | None
    weights: Annotated[Floats, "K"] | None
    precision: float | Annotated[Floats, "K"] | None
    rate: float | None
    assignments: Annotated[Integers, "B"] | None

    def to_csv(self) -> str:
        """The bags as a table that ``read_counts`` reads: id, label, and a column for each category.

        Raises
        ------
        ParameterError
            If a category has the name of the column of ids or of labels.
        """
        head = (ID, *self.counts.labels)
        if taken := set(head) & set(self.counts.categories):
            name = min(taken)
            column = "ids" if name == ID else "labels"
            message = f"a category is called {name!r}, as the column of {column} is: rename it"
            raise ParameterError(message, name="categories", found=name)
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow((*head, *self.counts.categories))
        labels = zip(*self.counts.labels.values(), strict=True) if self.counts.labels else ()
        each = list(labels) or [()] * self.counts.n_bags
        for bag, label, row in zip(self.counts.bags, each, self.counts.table.tolist(), strict=True):
            writer.writerow((bag, *label, *row))
        return text.getvalue()

    def __repr__(self) -> str:
        """The bags, and what they were drawn from."""
        return f"Made up by {self.model.spec}\n{self.counts!r}"


def simulate(
    model: Model,
    *,
    bags: int,
    size: int | Sequence[int],
    categories: Sequence[str] | None = None,
    rng: RNG = None,
) -> Simulated:
    """Bags drawn from `model`, and the truth behind them: its parameters once from the prior, then every bag.

    What is known in the model (a Fixed prior, fixed recipes, Fixed weights) is the truth; all else is drawn.

    Parameters
    ----------
    model : Pooled, Separate, Poisson, Hierarchical or Mixture
        Likelihood and prior.
    bags : int
        B, one or more.
    size : int or sequence of int
        How many items each bag holds; one number for all, or B of them.
    categories : sequence of str, optional
        What is in the bags; if not given, what the model's prior or its recipes name: of a prior on one share blue
        and not blue, and where the model leaves it open the six colours of candy.
    rng : int, Generator or None, optional
        The source of randomness.

    Raises
    ------
    ParameterError
        If a number is out of range, the categories do not fit, or a Poisson rate makes a bag hold more of the
        category than items.
    ParameterTypeError
        If `model` is no model.

    Examples
    --------
    >>> import handful as hf
    >>> recipes = hf.read_recipes("data:mms-recipes-2017")
    >>> made = simulate(hf.Mixture(recipes=recipes, weights=hf.Beta(2, 2)), bags=30, size=55, rng=1)
    >>> made.counts.n_items, made.counts.labels["component"][:2]
    (1650, ('NJ', 'NJ'))
    """
    names = categories_of(model, categories)
    totals = _totals(size, whole(bags, name="bags", least=1))
    generator = as_generator(rng, use="simulate")
    drawn = prior_quantities(model, names, n_bags=len(totals), n_draws=1, rng=generator)
    made = make_bags(drawn, totals, rng=generator)
    table = _table(made, totals, drawn=drawn)
    components, labels = _labels(model, made, names=names)
    return Simulated(
        model=model,
        counts=Counts(
            table,
            categories=names,
            ids=tuple(map(str, range(1, len(totals) + 1))),
            labels=labels,
            source=f"made up by {model.spec}",
        ),
        components=components,
        proportions=_one(drawn.get("bag_proportions", drawn.get("proportions"))),
        weights=_one(drawn.get("weights")),
        precision=_number(drawn.get("precision")),
        rate=_scalar(drawn.get("rate")),
        assignments=None if made.assignments is None else read_only_integers(made.assignments[0]),
    )


def simulate_json(found: Simulated, *, seed: int | None) -> str:
    """The bags and the truth as JSON text, after the published schema ``handful/simulate/1``."""
    return json.dumps(_document(found, seed), indent=2)


def _document(found: Simulated, seed: int | None) -> dict[str, Any]:
    counts, assignments = found.counts, found.assignments
    of = (
        [None] * counts.n_bags if assignments is None else [found.components[k] for k in assignments.tolist()]
    )
    return {
        "schema": SCHEMA,
        "model": {"spec": found.model.spec, "prior": found.model.prior_over(counts.categories).spec},
        "data": {
            "bags": counts.n_bags,
            "categories": list(counts.categories),
            "items": counts.n_items,
            "sha256": content_hash(counts),
        },
        "bags": [
            {"bag": bag, "component": component, "counts": row}
            for bag, component, row in zip(counts.bags, of, counts.table.tolist(), strict=True)
        ],
        "truth": {
            "components": list(found.components),
            "proportions": _listed(found.proportions),
            "weights": _listed(found.weights),
            "precision": _listed(found.precision),
            "rate": found.rate,
        },
        "seed": seed,
        "versions": versions(),
    }


def _totals(size: int | Sequence[int], n_bags: int) -> Annotated[Integers, "B"]:
    """How many items each of the bags holds."""
    if np.ndim(size) == 0:
        return np.full(n_bags, whole(size, name="size"))
    sizes = [whole(one, name="size") for one in np.asarray(size).ravel().tolist()]
    if len(sizes) != n_bags:
        message = f"size has {len(sizes)} totals for {n_bags} bags: give one for each, or one for all"
        raise ParameterError(message, name="size", found=len(sizes))
    return np.array(sizes, dtype=np.int64)


def _table(
    made: MadeUp, totals: Annotated[Integers, "B"], *, drawn: Quantities
) -> Annotated[Integers, "B C"]:
    """The only draw; of a rate, the category and the rest."""
    table = np.asarray(made.counts[0], dtype=np.int64)
    if "rate" not in drawn:
        return table
    rest = totals[:, None] - table
    if (rest < 0).any():
        b = int((rest[:, 0] < 0).argmax())
        message = (
            f"a rate of {float(drawn['rate'][0]):.3g} per item has put {int(table[b, 0])} of the category into a bag "
            f"of {int(totals[b])} items: a Poisson rate knows no upper end. Give it a prior well below 1, or use Pooled"
        )
        raise ParameterError(message, name="prior", found=float(drawn["rate"][0]))
    return np.concatenate([table, rest], axis=1)


def _labels(
    model: Model, made: MadeUp, *, names: tuple[str, ...]
) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """The components' names, and the label that tells of each bag which one filled it.

    A component without a name is called so that no reader takes the column for counts.
    """
    if not isinstance(model, Mixture) or made.assignments is None:
        return (), {}
    label = model.labels or COMPONENT
    known = model.recipes is not None
    components = model.components if known else tuple(f"{COMPONENT} {name}" for name in model.components)
    if label in names:
        message = f"a category is called {label!r}, as the labels of the bags are: rename it"
        raise ParameterError(message, name="categories", found=label)
    return components, {label: tuple(components[k] for k in made.assignments[0].tolist())}


def _one(values: Annotated[Floats, "1 ..."] | None) -> Annotated[Floats, "..."] | None:
    return None if values is None else read_only_floats(values[0])


def _number(values: Annotated[Floats, "1 ..."] | None) -> float | Annotated[Floats, "K"] | None:
    """A single precision as a number, those of components as an array."""
    found = _one(values)
    return float(found) if found is not None and found.ndim == 0 else found


def _scalar(values: Annotated[Floats, "1"] | None) -> float | None:
    return None if values is None else float(values[0])


def _listed(values: float | Annotated[Floats, "..."] | None) -> Any:
    return values.tolist() if isinstance(values, np.ndarray) else values
