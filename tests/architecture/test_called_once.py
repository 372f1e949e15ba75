"""Every public function and class is called once, with no more than it must be given.

A new public name without an entry here fails, so that no default that raises ships.
"""

from __future__ import annotations

import inspect

import pytest

import handful as hf


def two_bags():
    return hf.Counts([[12, 7, 9], [15, 6, 5]], categories=["blue", "brown", "green"], ids=["A", "B"])


def small_fit():
    return hf.fit(hf.Pooled(), two_bags())


# name -> what it must be given, made when it is needed
MUST_HAVE = {
    "Beta": lambda: {"a": 2, "b": 8},
    "Complaint": lambda: {"code": "blank", "rule": "is blank.", "cure": "Fill it in.", "source": "bags.csv"},
    "Counts": lambda: {"table": [[1, 2]], "categories": ["blue", "not blue"]},
    "Dirichlet": lambda: {"concentration": [1, 2, 3]},
    "DirichletMultinomial": lambda: {"total": 5, "concentration": [1, 2, 3]},
    "Evidence": lambda: {"value": -1.0},
    "Fixed": lambda: {"proportions": [0.25, 0.75]},
    "Gamma": lambda: {"shape": 3, "rate": 6},
    "LogNormal": lambda: {"mu": 4, "sigma": 2},
    "Multinomial": lambda: {"total": 5, "proportions": [0.25, 0.75]},
    "Note": lambda: {"code": "id", "text": "Column 'bag' names the bags."},
    "Pooled": dict,
    "Separate": dict,
    "Verdict": dict,
    "between_bags": lambda: {"fit": small_fit(), "counts": two_bags()},
    "datasets": dict,
    "fit": lambda: {"model": hf.Pooled(), "counts": two_bags()},
    "inspect": lambda: {"source": "data:skittles"},
    "read_counts": lambda: {"source": "data:skittles"},
    "summary": lambda: {"fit": small_fit()},
    "to_json": lambda: {"fit": small_fit()},
}
# not called: made by the library alone, from something that is called here
MADE_BY_OTHERS = {
    "ExactFit": "fit",
    "Rows": "fit",
    "Totals": "fit",
}


def is_error(name: str) -> bool:
    thing = getattr(hf, name)
    return inspect.isclass(thing) and issubclass(thing, Exception)


def test_every_public_callable_has_an_entry():
    callables = {name for name in hf.__all__ if callable(getattr(hf, name)) and not is_error(name)}
    assert callables == set(MUST_HAVE) | set(MADE_BY_OTHERS)
    assert not set(MUST_HAVE) & set(MADE_BY_OTHERS)


@pytest.mark.parametrize("name", MUST_HAVE)
def test_it_runs_with_its_defaults(name):
    thing = getattr(hf, name)
    given = MUST_HAVE[name]()
    optional = {
        parameter.name
        for parameter in inspect.signature(thing).parameters.values()
        if parameter.default is not parameter.empty
    }
    assert not optional & set(given), "an argument with a default is not given here"
    assert repr(thing(**given))


@pytest.mark.parametrize("name", MADE_BY_OTHERS)
def test_what_others_make_has_a_repr(name):
    made = {
        "ExactFit": small_fit,
        "Totals": lambda: hf.Totals.of(two_bags()),
        "Rows": lambda: hf.Rows.of(two_bags()),
    }[name]()
    assert isinstance(made, getattr(hf, name))
    assert repr(made)
