"""The testers, tested: a right program passes as often as stated, a wrong one is caught."""

from __future__ import annotations

import textwrap
import types
from importlib import import_module
from typing import Annotated

import numpy as np
import pytest
from scipy import stats

from handful.arrays import Floats
from tests.testing_tools import gates, seeds, shapes
from tests.testing_tools.blocked_imports import run_python
from tests.testing_tools.gates import GateClosed
from tests.testing_tools.shape_specs import Binding, ShapeError, promises_shape, spec_of

# ---- seeds ----------------------------------------------------------------------------------------------


SEED_OF_TEST_B = 140468060963701  # printf tests/a.py::test_b | sha256sum, the first 12 digits


def test_a_seed_is_fixed_by_the_name_and_moved_by_a_rotation(monkeypatch):
    monkeypatch.delenv(seeds.VARIABLE, raising=False)
    assert seeds.seed_for("tests/a.py::test_b") == SEED_OF_TEST_B
    plain = [seeds.seed_for(f"test_{i}") for i in range(1000)]
    assert plain == [seeds.seed_for(f"test_{i}") for i in range(1000)]
    assert len(set(plain)) == 1000
    monkeypatch.setenv(seeds.VARIABLE, "1")
    rotated = [seeds.seed_for(f"test_{i}") for i in range(1000)]
    monkeypatch.setenv(seeds.VARIABLE, "2")
    again = [seeds.seed_for(f"test_{i}") for i in range(1000)]
    assert len({*plain, *rotated, *again}) == 3000


def test_a_rotation_is_drawn_once_and_can_be_repeated(monkeypatch):
    monkeypatch.delenv(seeds.VARIABLE, raising=False)
    assert seeds.settle_rotation() is None
    monkeypatch.setenv(seeds.VARIABLE, "new")
    line = seeds.settle_rotation()
    assert line == seeds.settle_rotation()
    number = line.partition("=")[2].split()[0]
    assert number.isdigit()
    drawn = seeds.seed_for("a test")
    monkeypatch.setenv(seeds.VARIABLE, number)
    assert seeds.seed_for("a test") == drawn


def test_the_fixtures_give_the_tests_own_seed(request, seed, rng):
    assert seed == seeds.seed_for(request.node.nodeid)
    assert rng.random() == np.random.default_rng(seed).random()


# ---- gates ----------------------------------------------------------------------------------------------


def assert_p_values_are_right(p_values, *, discrete: bool = False) -> None:
    """p <= a happens with probability a, at three levels; within 4.9 standard errors."""
    p_values = np.asarray(p_values)
    for level in (0.01, 0.1, 0.5):
        error = np.sqrt(level * (1 - level) / p_values.size)
        excess = (np.mean(p_values <= level) - level) / error
        assert excess < gates.Z_LIMIT
        if not discrete:
            assert excess > -gates.Z_LIMIT


@pytest.mark.parametrize("size", [80, 500])
def test_uniformity_is_calibrated(rng, size):
    p_values = [gates.uniformity(rng.random(size)) for _ in range(2000)]
    assert_p_values_are_right(p_values, discrete=True)  # Bonferroni: at most the level
    assert np.mean(np.array(p_values) < 0.1) > 0.05  # and not far below it


def test_rank_uniformity_is_calibrated(rng):
    p_values = [gates.rank_uniformity(rng.integers(0, 64, size=500), draws=63, rng=rng) for _ in range(2000)]
    assert_p_values_are_right(p_values, discrete=True)


@pytest.mark.parametrize("cells", [2, 6, 50])
def test_frequencies_are_calibrated(rng, cells):
    probabilities = rng.dirichlet(np.ones(cells))
    p_values = [gates.frequencies(rng.multinomial(2000, probabilities), probabilities) for _ in range(2000)]
    assert_p_values_are_right(p_values)


def test_bonferroni_is_calibrated(rng):
    assert_p_values_are_right([gates.bonferroni(rng.random(7)) for _ in range(4000)], discrete=True)
    assert gates.bonferroni([0.02, 0.5]) == 0.04
    assert gates.bonferroni([0.6, 0.9]) == 1.0


def test_two_stages_ask_again_with_more_and_fresh_numbers(rng):
    calls = []

    def p_value_of(generator, replications):
        calls.append((generator.random(), replications))
        return 0.0009 if len(calls) == 1 else 0.5

    gates.two_stage(p_value_of, rng, 100)
    assert [replications for _, replications in calls] == [100, 400]
    assert calls[0][0] != calls[1][0]
    calls.clear()
    gates.two_stage(lambda generator, n: calls.append(n) or 0.5, rng, 100)
    assert calls == [100]


def test_two_stages_close_at_the_product_of_their_rates(rng, monkeypatch):
    monkeypatch.setattr(gates, "SUSPICIOUS", 0.1)
    closed = 0
    for _ in range(20_000):
        try:
            gates.two_stage(lambda generator, n: generator.random(), rng, 1)
        except GateClosed:
            closed += 1
    assert abs(closed - 200) < gates.Z_LIMIT * np.sqrt(200 * 0.99)


def test_z_gate_closes_at_its_rate(rng, monkeypatch):
    monkeypatch.setattr(gates, "Z_LIMIT", 2.0)
    rate = 2 * stats.norm.sf(2.0)
    for quantities in (1, 10):
        closed = 0
        for _ in range(4000):
            try:
                gates.z_gate(rng.normal(3.0, 0.5, size=quantities), 3.0, 0.5)
            except GateClosed:
                closed += 1
        assert abs(closed - 4000 * rate) < 4.9 * np.sqrt(4000 * rate)


def test_the_z_limit_is_one_in_a_million():
    assert 2 * stats.norm.sf(gates.z_limit()) == pytest.approx(1e-6, rel=0.05)
    assert 2 * 50 * stats.norm.sf(gates.z_limit(quantities=50)) == pytest.approx(1e-6, rel=0.05)


def too_narrow(rng, n):
    return stats.beta(5, 5).rvs(n, random_state=rng)


PLANTED = {
    "scores too narrow": lambda rng, n: gates.uniformity(too_narrow(rng, n)),
    "scores off by a little": lambda rng, n: gates.uniformity(rng.random(n) ** 1.3),
    "an empty sixteenth": lambda rng, n: gates.uniformity((rng.random(n) * 15 / 16 + 0.5) % 1),
    "ranks never the last": lambda rng, n: gates.rank_uniformity(
        rng.integers(0, 60, size=n), draws=63, rng=rng
    ),
    "frequencies off by a little": lambda rng, n: gates.frequencies(
        rng.multinomial(10 * n, [0.22, 0.38, 0.4]), [0.2, 0.4, 0.4]
    ),
    "the impossible seen": lambda rng, n: gates.frequencies([1, n, n], [0.0, 0.5, 0.5]),
}


@pytest.mark.parametrize("fault", PLANTED.values(), ids=PLANTED)
def test_a_planted_fault_closes_the_gate(rng, fault):
    for _ in range(20):
        with pytest.raises(GateClosed):
            gates.two_stage(fault, rng, 1000)


NO_ANSWERS = {
    "a p-value that is NaN": lambda: gates.two_stage(
        lambda generator, n: np.nan, np.random.default_rng(1), 9
    ),
    "a p-value above 1": lambda: gates.bonferroni([0.3, 1.1]),
    "no p-values": lambda: gates.bonferroni([]),
    "an estimate that is NaN": lambda: gates.z_gate([1.0, np.nan], 1.0, 0.1),
    "an error that is NaN": lambda: gates.z_gate([1.0, 1.0], 1.0, [0.1, np.nan]),
    "a negative error": lambda: gates.z_gate(1.0, 1.0, -0.1),
    "a difference without error": lambda: gates.z_gate(1.0, 1.1, 0.0),
    "far away": lambda: gates.z_gate([1.0, 1.6], 1.0, 0.1),
    "nothing to compare": lambda: gates.z_gate([], [], []),
    "scores that are NaN": lambda: gates.uniformity([0.5] * 99 + [np.nan]),
    "scores above 1": lambda: gates.uniformity([0.5] * 99 + [1.5]),
    "too few scores": lambda: gates.uniformity([0.5] * 20),
    "ranks too high": lambda: gates.rank_uniformity([64] * 99, draws=63, rng=np.random.default_rng(1)),
    "probabilities that are none": lambda: gates.frequencies([50, 50], [0.5, 0.4]),
    "too few counts": lambda: gates.frequencies([1, 2], [0.5, 0.5]),
}


@pytest.mark.parametrize("call", NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_what_is_no_answer_does_not_pass(call):
    with pytest.raises(GateClosed):
        call()


def test_a_z_gate_passes_what_is_near_and_says_what_is_not():
    gates.z_gate([1.0, 1.48], 1.0, 0.1)
    gates.z_gate(1.0, 1.0, 0.0)
    with pytest.raises(GateClosed, match=r"1 of 2 quantities .* \[1\]: 1.6 for 1 .* z = 6.00"):
        gates.z_gate([1.0, 1.6], 1.0, 0.1)


# ---- shapes ---------------------------------------------------------------------------------------------

BC = Annotated[Floats, "B C"]


def promise_kept(annotation: object, value: object, **known: int) -> bool:
    binding = Binding("f")
    binding.lengths.update(known)
    try:
        binding.check("x", value, spec_of(annotation, globals()))
    except ShapeError:
        return False
    return True


@pytest.mark.parametrize(
    ("annotation", "value", "kept"),
    [
        (BC, np.ones((2, 3)), True),
        (BC, np.ones(3), False),
        (BC, np.ones((2, 3), dtype=int), False),
        (BC, [[1.0, 2.0]], False),
        (BC, np.ones((2, 4)), False),
        ("BC", np.ones((2, 4)), False),
        ('Annotated[Floats, "B C"]', np.ones((2, 4)), False),
        ('Annotated[NDArray[np.int64], "C"]', np.ones(3, dtype=np.int64), True),
        ('Annotated[NDArray[np.int64], "C"]', np.ones(3), False),
        ('Annotated[NDArray[np.bool_], "C"]', np.ones(3), False),
        ('Annotated[Floats, "... C"]', np.ones((9, 2, 3)), True),
        ('Annotated[Floats, "... C"]', np.ones(()), False),
        ('Annotated[Floats, "S ... C"]', np.ones((9, 3)), True),
        ('Annotated[Floats, "S ... C"]', np.ones((9, 1, 1, 3)), True),
        ('Annotated[Floats, "S ... C"]', np.ones((9, 1, 1, 2)), False),
        ('Annotated[Floats, "S ... C"]', np.ones(3), False),
        ('Annotated[Floats, "... C"]', np.ones((3, 9)), False),
        ('Annotated[Floats, "..."]', np.float64(1), True),
        ('Annotated[Floats, "..."]', 1.0, True),
        ('Annotated[Floats, ""]', np.ones(1), False),
        ('Annotated[Floats, "C-1"]', np.ones(2), True),
        ('Annotated[Floats, "C-1"]', np.ones(3), False),
        ('Annotated[Floats, "C C"]', np.ones((3, 3)), True),
        ('Annotated[Floats, "C C"]', np.ones((3, 2)), False),
        ('Annotated[Floats, "2 C"]', np.ones((2, 3)), True),
        ('Annotated[Floats, "2 C"]', np.ones((1, 3)), False),
        ('Annotated[Floats, "2*C"]', np.ones(6), True),
        ('Annotated[Floats, "2*C"]', np.ones(5), False),
        ('Annotated[Floats, "K-1 K"]', np.ones((4, 5)), True),
        ('Annotated[Floats, "K-1 K"]', np.ones((4, 4)), False),
        ('Annotated[Floats, "K-1 K+1"]', np.ones((4, 5)), False),
        ('Annotated[Floats, "C"] | None', None, True),
        ('Annotated[Floats, "C"] | None', np.ones(2), False),
        ('Annotated[Floats, "C"] | Annotated[Integers, "B"]', np.ones(7, dtype=int), True),
        ('tuple[Annotated[Floats, "B"], Annotated[Floats, "B C"]]', (np.ones(2), np.ones((3, 3))), False),
        ('tuple[Annotated[Floats, "C"], ...]', (np.ones(3), np.ones(2)), False),
        ('list[Annotated[Floats, "C"]]', [np.ones(3), np.ones(2)], False),
        ("Floats", np.ones((1, 2, 3)), True),
        ("Floats", np.ones(3, dtype=int), False),
        ("NotKnownHere[int] | None", np.ones(3), True),
        ("not python", np.ones(3), True),
        ("int", np.ones(3), True),
    ],
)
def test_a_promise_is_held_against_the_value(annotation, value, kept):
    assert promise_kept(annotation, value, C=3) is kept


def test_an_alias_and_a_name_for_type_checkers_are_understood():
    assert promises_shape(spec_of("BC", {"BC": BC}))
    assert promises_shape(spec_of('Annotated[Floats, "B C"]', {}))  # imported under TYPE_CHECKING
    assert not promises_shape(spec_of("Floats", {}))


PLANTED_MODULE = """
    from __future__ import annotations
    from dataclasses import dataclass
    from functools import cache, cached_property
    from typing import TYPE_CHECKING, Annotated
    import numpy as np
    if TYPE_CHECKING:
        from handful.arrays import Floats, Integers

    def scale(x: Annotated[Floats, "B C"], *, by: Annotated[Floats, "C"]) -> Annotated[Floats, "B C"]:
        '''The doc.'''
        return x * by

    def turned(x: Annotated[Floats, "B C"], flip: bool = True, *, power: int = 1) -> Annotated[Floats, "B C"]:
        return (x.T if flip else x) ** power

    def plain(x: Floats) -> float:
        return float(x.sum())

    TABLE = {"turned": turned}

    @cache
    def ones(n: int) -> Annotated[Floats, "2"]:
        return np.ones(n)

    @dataclass(frozen=True, slots=True)
    class Pair:
        table: Annotated[Floats, "B C"]
        names: Annotated[Integers, "C"] | None = None

        @property
        def totals(self) -> Annotated[Floats, "B"]:
            return self.table.sum(axis=0)

        @classmethod
        def of(cls, row: Annotated[Floats, "C"]) -> Pair:
            return cls(row[None, :])

        @staticmethod
        def add(x: Annotated[Floats, "C"], y: Annotated[Floats, "C"]) -> Annotated[Floats, "C"]:
            return x + y

    class Lazy:
        @cached_property
        def row(self) -> Annotated[Floats, "3"]:
            return np.ones(2)
"""


@pytest.fixture
def planted(monkeypatch):
    module = types.ModuleType("planted_for_shapes")
    monkeypatch.setitem(__import__("sys").modules, module.__name__, module)
    exec(compile(textwrap.dedent(PLANTED_MODULE), "planted.py", "exec"), vars(module))  # noqa: S102
    before = {"turned": module.turned}
    module.found = shapes.Installed()
    shapes.check_module(module, module.found)
    assert before["turned"] is module.turned is module.TABLE["turned"]
    return module


def test_what_promises_a_shape_is_found(planted):
    names = {name.removeprefix("planted_for_shapes.") for name in planted.found.checked}
    assert names == {"scale", "turned", "ones", "Pair", "Pair.totals", "Pair.of", "Pair.add", "Lazy.row"}
    assert planted.found.left_out == {}


def test_right_shapes_work_as_before(planted):
    x = np.ones((2, 3))
    assert planted.scale(x, by=np.arange(3.0)).tolist() == [[0, 1, 2], [0, 1, 2]]
    assert planted.scale.__doc__ == "The doc."
    assert planted.turned(x, False, power=2).shape == (2, 3)
    assert planted.turned(np.ones((2, 2))).shape == (2, 2)
    assert planted.Pair.of(np.ones(3)).table.shape == (1, 3)
    assert planted.Pair.add(np.ones(3), y=np.ones(3)).tolist() == [2, 2, 2]
    assert planted.ones(2).shape == (2,)
    assert str(__import__("inspect").signature(planted.turned)).startswith("(x: ")


WRONG_CALLS = {
    "an argument": (lambda m: m.scale(np.ones(3), by=np.ones(3)), r"scale: x has shape \(3,\), not \(B C\)"),
    "two arguments": (lambda m: m.scale(np.ones((2, 3)), by=np.ones(2)), r"by has .* C = 3"),
    "the kind": (lambda m: m.scale(np.ones((2, 3), dtype=int), by=np.ones(3)), "x holds int64"),
    "the result": (lambda m: m.turned(np.ones((2, 3))), r"the result has shape \(3, 2\)"),
    "the result, from a table": (lambda m: m.TABLE["turned"](np.ones((2, 3))), "the result"),
    "under a cache": (lambda m: m.ones(3), r"the result has shape \(3,\), not \(2\)"),
    "a static method": (lambda m: m.Pair.add(np.ones(3), np.ones(2)), "y has"),
    "a class method": (lambda m: m.Pair.of(np.ones((2, 2))), "row has"),
    "a property": (lambda m: m.Pair(np.ones(3)), "table has"),
    "a cached property": (lambda m: m.Lazy().row, "the result has"),
    "a field": (lambda m: m.Pair(np.ones((2, 3)), np.ones(2, dtype=int)), "names has .* C = 3"),
}


@pytest.mark.parametrize(("call", "message"), WRONG_CALLS.values(), ids=WRONG_CALLS)
def test_a_wrong_shape_is_caught(planted, call, message):
    with pytest.raises(ShapeError, match=message):
        call(planted)


def test_letters_are_bound_within_one_call_only(planted):
    planted.scale(np.ones((2, 3)), by=np.ones(3))
    planted.scale(np.ones((2, 5)), by=np.ones(5))


def test_the_package_is_checked_while_these_tests_run():
    found = shapes.install("handful")
    assert found.unimportable == {}
    assert found.left_out == {}
    assert len(found.checked) >= FEWEST_CHECKED
    counts = import_module("handful.data.door")
    with pytest.raises(ShapeError):
        counts._refuse_totals(np.ones(3, dtype=np.int64))


FEWEST_CHECKED = 100  # grows with the package; a fall means that the checker has lost something

# ---- absent packages ------------------------------------------------------------------------------------


def test_a_hidden_package_is_as_if_never_installed():
    code = """
import importlib.util
print(importlib.util.find_spec("numpy"), importlib.util.find_spec("json") is not None)
try:
    import numpy.random
except ModuleNotFoundError as error:
    print(error.name)
"""
    run = run_python(code, without={"numpy"})
    assert (run.stdout.split(), run.stderr) == (["None", "True", "numpy"], "")


def test_without_hiding_it_is_there():
    run = run_python("import numpy, sys; print(sys.argv[1:])", arguments=["a b"])
    assert (run.stdout, run.stderr) == ("['a b']\n", "")


def test_a_package_imported_too_early_cannot_be_hidden():
    run = run_python("", without={"sys"})
    assert run.returncode != 0
    assert "before they could be hidden" in run.stderr


def test_an_error_there_is_seen_here():
    assert run_python("raise SystemExit(3)").returncode == 3
    assert "Deprecation" in run_python("import warnings; warnings.warn('x', DeprecationWarning)").stderr
