from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from tests.architecture.imports import EVERY_RULE, cycles, not_where_defined, strangers, wrong_floors
from tests.architecture.source import source_files


@pytest.mark.parametrize("rule", EVERY_RULE.values(), ids=EVERY_RULE)
def test_the_source_keeps(rule):
    complaints = rule(source_files())
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


def files(**sources: str) -> list[tuple[PurePosixPath, str]]:
    """Planted files: data__counts="..." is handful/data/counts.py."""
    return [
        (PurePosixPath("handful", *name.split("__")).with_suffix(".py"), text)
        for name, text in sources.items()
    ]


WRONG_FLOORS = {
    "upwards": files(
        data__counts="from handful.models.pooled import Pooled", models__pooled="class Pooled: ..."
    ),
    "upwards, in a function": files(data__counts="def f():\n    import handful.models.pooled"),
    "upwards, for types": files(
        data__counts="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from handful.cli import main"
    ),
    "upwards, by a string": files(
        data__counts="from importlib import import_module\nx = import_module('handful.cli.main')"
    ),
    "upwards, relative": files(data__counts="from ..models import pooled"),
    "sideways": files(inference__smc="from handful.mcmc import chains"),
    "classroom from cli": files(classroom__app="import handful.cli.main"),
    "the root": files(cli__main="import handful"),
    "a name from the root": files(cli__main="from handful import Pooled"),
    "base upwards": files(arrays="from handful.data.counts import Counts"),
    "no floor": files(helpers="x = 1"),
    "a folder on no floor": files(utils__helpers="x = 1"),
    "from no floor": files(data__counts="from handful.utils import helpers"),
}


@pytest.mark.parametrize("planted", WRONG_FLOORS.values(), ids=WRONG_FLOORS)
def test_a_wrong_floor_is_seen(planted):
    assert len(wrong_floors(planted)) == 1


def test_right_floors_are_fine():
    planted = files(
        errors="class HandfulError(Exception): ...",
        rng="from handful.errors import HandfulError",
        data__counts="from handful.rng import as_generator\nfrom handful.data import read",
        data__read="import numpy",
        cli__main="from handful.data.counts import Counts\nfrom .fit import command",
    )
    planted.append((PurePosixPath("handful/__init__.py"), "from handful.cli import main"))
    assert wrong_floors(planted) == []


def test_a_cycle_is_seen_wherever_the_import_stands():
    ring = files(
        data__a="from handful.data import b",
        data__b="def f():\n    from handful.data.c import x",
        data__c="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import handful.data.a",
        data__d="import handful.data.a",
    )
    assert cycles(ring) == ["a cycle of imports: handful.data.a, handful.data.b, handful.data.c"]
    assert cycles(ring[:2] + ring[3:]) == []
    assert len(cycles(files(data__a="import handful.data.a"))) == 1


def test_a_name_taken_from_where_it_is_not_defined_is_seen():
    planted = files(
        data__counts="class Counts: ...\nLIMIT: int = 3",
        data__read="from handful.data.counts import Counts, LIMIT",
        models__pooled="from handful.data.read import Counts",
    )
    assert len(not_where_defined(planted)) == 1
    assert not_where_defined(planted[:2]) == []


STRANGERS = {
    "matplotlib below plots": ("results/summary.py", "def f():\n    import matplotlib.pyplot as plt"),
    "pandas early": ("results/summary.py", "import pandas as pd"),
    "pandas in data": ("data/read.py", "def f():\n    import pandas"),
    "xarray elsewhere": ("results/summary.py", "def f():\n    import xarray"),
    "a server": ("cli/serve.py", "def f():\n    from starlette.applications import Starlette"),
    "typer": ("results/summary.py", "import typer"),
    "duckdb early": ("data/read.py", "import duckdb"),
    "scipy.stats early": ("distributions/beta.py", "from scipy import stats"),
    "scipy.stats early, again": ("inference/exact.py", "import scipy.stats as st"),
}


@pytest.mark.parametrize(("path", "source"), STRANGERS.values(), ids=STRANGERS)
def test_a_stranger_is_seen(path, source):
    assert len(strangers(PurePosixPath("handful", path), source)) == 1


AT_HOME = {
    "matplotlib": ("plots/proportions.py", "import matplotlib.pyplot as plt"),
    "pandas, late": ("results/summary.py", "def to_pandas():\n    import pandas"),
    "xarray, late": ("results/datatree.py", "def f():\n    import xarray"),
    "xarray, for types": (
        "results/datatree.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import xarray",
    ),
    "scipy.stats, late": ("distributions/beta.py", "def f():\n    from scipy import stats"),
    "scipy.stats above": ("results/check.py", "from scipy import stats"),
    "scipy.special": ("distributions/beta.py", "from scipy import special"),
}


@pytest.mark.parametrize(("path", "source"), AT_HOME.values(), ids=AT_HOME)
def test_a_package_at_home_is_fine(path, source):
    assert strangers(PurePosixPath("handful", path), source) == []
