"""The made-up mixtures of tests/testing_tools/mixture_cases.py are what their users take them for."""

from __future__ import annotations

import numpy as np
import pytest

from tests.testing_tools.mixture_cases import MOST_ITEMS, mixture_cases


def test_cases_are_as_different_as_they_should_be(rng):
    cases = mixture_cases(200, rng)
    assert [case.exchangeable for case in cases] == [True, False] * 100
    for case in cases:
        (n_bags, n_categories), n_components = case.table.shape, len(case.weights_concentration)
        assert n_components in (2, 3)
        assert 2 <= n_categories <= 6
        assert 1 <= n_bags <= 14
        assert n_components**n_bags <= 200_000
        assert case.table.sum(axis=1).max() <= MOST_ITEMS
        assert case.known.shape == (n_bags,)
        assert case.component_concentrations.shape == (n_components, n_categories)
        centred = case.base if case.recipes is None else case.base + case.strength * case.recipes
        assert case.component_concentrations - centred == pytest.approx(0.0, abs=1e-12)
        assert (case.component_concentrations > 0).all()
        assert case.recipes is None or case.recipes.sum(axis=1) == pytest.approx(1.0, abs=1e-12)
    seen = {
        "fewer bags than components": any(len(one.table) < len(one.weights_concentration) for one in cases),
        "an empty bag": any((one.table.sum(axis=1) == 0).any() for one in cases),
        "equal bags": any(has_equal_bags(one.table) for one in cases),
        "a known label": any((one.known >= 0).any() for one in cases),
        "a zero in a recipe": any(one.recipes is not None and (one.recipes == 0).any() for one in cases),
        "labels and recipes": any(one.recipes is not None and (one.known >= 0).any() for one in cases),
    }
    assert [what for what, is_there in seen.items() if not is_there] == []
    assert {(one.table.shape[1], len(one.weights_concentration)) for one in cases} == {
        (n_categories, n_components) for n_categories in range(2, 7) for n_components in (2, 3)
    }


def has_equal_bags(table) -> bool:
    full = table[table.sum(axis=1) > 10]
    return len(np.unique(full, axis=0)) < len(full)


def test_a_case_does_not_depend_on_how_many_there_are(seed):
    few, many = (mixture_cases(n, np.random.default_rng(seed)) for n in (3, 9))
    for one, other in zip(few, many[:3], strict=True):
        assert one.name == other.name
        assert (one.table == other.table).all()
        assert (one.component_concentrations == other.component_concentrations).all()
