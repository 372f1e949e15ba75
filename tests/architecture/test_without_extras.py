"""The core does its work where the extras, or other people's data frames, were never installed."""

from __future__ import annotations

import json
import tomllib

import pytest

from tests.architecture.source import ROOT
from tests.testing_tools.blocked_imports import run_python

BAGS = "bag,blue,brown,green\nA,12,7,9\nB,15,6,5\n"

# what each extra brings, by the names they are imported under
PACKAGES = {
    "arviz": {"xarray", "arviz_base", "arviz_stats", "h5netcdf", "h5py"},
    "big": {"duckdb", "pyarrow"},
    "cluster": {"dask", "distributed"},
    "web": {"starlette", "uvicorn", "multipart", "sqlalchemy", "alembic", "itsdangerous", "segno", "psycopg"},
    "course": {"jupytext", "nbclient", "nbformat", "jupyterlab", "IPython", "xarray", "arviz_base"},
    "pymc": {"pymc", "pytensor", "arviz"},
    "dev": {"hypothesis", "mpmath", "jsonschema", "pytest"},
}
FRAMES = {"pandas", "polars", "pyarrow", "duckdb", "xarray"}

FIT_AND_PRINT = """
import sys
import handful as hf
counts = hf.read_counts(sys.argv[1])
fit = hf.fit(hf.Pooled(), counts)
print(fit.posterior)
print(hf.summary(fit))
"""
COMMAND = """
import sys
from handful.cli.main import main
sys.argv[0] = "handful"
main()
"""


@pytest.fixture
def bags(tmp_path):
    path = tmp_path / "bags.csv"
    path.write_text(BAGS, encoding="utf-8")
    return str(path)


def test_every_extra_is_known():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(project["optional-dependencies"]) == set(PACKAGES)


@pytest.mark.parametrize("absent", [*PACKAGES.values(), FRAMES], ids=[*PACKAGES, "no data frames"])
def test_a_small_fit_runs_without(absent, bags):
    run = run_python(FIT_AND_PRINT, without=absent, arguments=[bags])
    assert (run.returncode, run.stderr) == (0, "")
    assert "28, 14, 15" in run.stdout.splitlines()[0]
    assert "blue" in run.stdout


def test_the_command_runs_without_any(bags):
    everything = set().union(FRAMES, *PACKAGES.values())
    run = run_python(COMMAND, without=everything, arguments=["fit", bags, "--json"])
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["data"]["items"] == 54
