"""A fit in a tree or in a file comes back as it was: every model, every kind of fit, bit for bit."""

import json

import numpy as np
import pytest
import xarray as xr
from scipy import stats
from tests.results.test_datatree import MADE, bags, blue, counts_of
from tests.testing_tools.blocked_imports import run_python

import handful as hf
from handful.models import hierarchical, poisson, pooled, separate
from handful.results.datatree import from_datatree, read_fit, to_datatree, write_fit
from handful.results.tree.values import TYPES, pack, unpack


def two_peaks(q):
    return np.exp(-((q - 0.2) ** 2) / 0.005) + np.exp(-((q - 0.8) ** 2) / 0.005)


SHAPES = {
    "uniform": lambda: hf.Density.uniform(0.1, 0.5),
    "uniform of many digits": lambda: hf.Density.uniform(0.1234567891, 0.5),
    "normal": lambda: hf.Density.normal(0.2, 0.05),
    "scipy uniform": lambda: stats.uniform(0.1, 0.5),
    "scipy beta": lambda: stats.beta(2, 8),
    "scipy truncated": lambda: stats.truncnorm(-2, 3, loc=0.3, scale=0.1),
    "function": lambda: hf.Density.of(two_peaks),
}
EXACT = ("uniform", "normal", "scipy uniform", "scipy beta", "scipy truncated")
TABLES = ("shape uniform of many digits", "shape function")

FITS = (
    MADE
    | {
        f"{model.spec} {number}": (
            lambda model=model: hf.fit(model, blue() if model.spec == "poisson" else bags(), rng=2, draws=500)
        )
        for examples in (pooled, separate, poisson, hierarchical)
        for number, model in enumerate(examples.EXAMPLES)
    }
    | {
        f"shape {name}": (lambda made=made: hf.fit(hf.Pooled(made()), blue()))
        for name, made in SHAPES.items()
    }
    | {
        "beta by quadrature": lambda: hf.fit(hf.Pooled(hf.Beta(2, 8)), blue(), engine="quadrature"),
        "from data": lambda: hf.fit(
            hf.Pooled(hf.fit(hf.Pooled(), bags()).as_prior()), bags(ids=list("EFGH"))
        ),
        "from a table": lambda: hf.fit(
            hf.Pooled(hf.fit(hf.Pooled(hf.Density.uniform(0, 0.5)), blue()).as_prior()),
            bags(ids=list("EFGH")).collapse("blue"),
        ),
        "histograms": lambda: hf.fit(hf.Hierarchical(), hf.Histograms.of(bags()), rng=1, draws=500),
        "mms-2007": lambda: hf.fit(hf.Hierarchical(), hf.read_counts("data:mms-2007"), rng=1, draws=500),
        "no bag": lambda: hf.fit(hf.Separate(), hf.Counts([], categories=["a", "b"])),
        "odd names": lambda: hf.fit(
            hf.Hierarchical(),
            hf.Counts(
                [[3, 4], [5, 6], [0, 0]],
                categories=["blau/grün", "\x1b[31mrot\n"],
                ids=["\x00", "\U0001f36c", "\ud800"],
                labels={"where/when": ["", "a\nb", "c"]},
                source="\x07.csv",
            ),
            rng=1,
            draws=500,
        ),
    }
)


def assert_the_same(fit, again):
    assert type(again) is type(fit)
    first, second = pack(fit), pack(again)
    assert first.document == second.document
    assert first.arrays.keys() == second.arrays.keys()
    for name, array in first.arrays.items():
        assert array.dtype == second.arrays[name].dtype, name
        np.testing.assert_array_equal(array, second.arrays[name], err_msg=name)
    assert (again.log_evidence, again.verdict, again.data.seen) == (
        fit.log_evidence,
        fit.verdict,
        fit.data.seen,
    )
    assert repr(again) == repr(fit)


@pytest.mark.parametrize("name", FITS)
def test_a_file_gives_the_fit_back(name, tmp_path):
    fit = FITS[name]()
    write_fit(fit, tmp_path / "fit.nc")
    again = read_fit(tmp_path / "fit.nc")
    assert_the_same(fit, again)
    assert_the_same(fit, from_datatree(to_datatree(fit)))
    if not name.startswith(("shape", "pooled, table", "from a table")):  # functions are never equal
        assert again.model == fit.model
    if name in TABLES:  # the prior's own draws follow the table
        return
    write_fit(again, tmp_path / "again.nc")
    assert (tmp_path / "again.nc").read_bytes() == (tmp_path / "fit.nc").read_bytes()


@pytest.mark.parametrize("name", MADE)
def test_what_is_made_of_the_fit_stays_the_same(name, tmp_path):
    fit = MADE[name]()
    write_fit(fit, tmp_path / "fit.nc")
    again = read_fit(tmp_path / "fit.nc")
    if not isinstance(fit, hf.DrawsFit):
        for kind in ("eti", "hdi"):
            assert hf.summary(again, kind=kind) == hf.summary(fit, kind=kind)
        assert hf.to_json(again) == hf.to_json(fit)
        return
    for quantity, values in fit.draws.items():
        np.testing.assert_array_equal(again.draws[quantity], values)
        assert not again.draws[quantity].flags.writeable
    np.testing.assert_array_equal(again.weights, fit.weights)
    assert again.counts == fit.counts
    assert (again.seed, again.bound) == (fit.seed, fit.bound)
    for part in ("mean", "sd", "counted"):
        np.testing.assert_array_equal(
            getattr(again.bag_proportions(), part), getattr(fit.bag_proportions(), part)
        )


@pytest.mark.parametrize("name", SHAPES)
def test_a_prior_of_any_shape_goes_on_being_that_prior(name, tmp_path):
    fit = hf.fit(hf.Pooled(SHAPES[name]()), blue())
    write_fit(fit, tmp_path / "fit.nc")
    again = read_fit(tmp_path / "fit.nc")
    assert hf.summary(again) == hf.summary(fit)
    more = bags(ids=list("EFGH")).collapse("blue")
    exact = 0.0 if name in EXACT else 1e-9
    for model in (lambda f: f.model, lambda f: hf.Pooled(f.as_prior())):
        first, second = hf.fit(model(fit), more), hf.fit(model(again), more)
        assert abs(second.log_evidence.value - first.log_evidence.value) <= exact
        assert abs(second.posterior.mean - first.posterior.mean) <= exact
    highest = [hf.summary(one, kind="hdi").parameters[0].interval.parts for one in (fit, again)]
    np.testing.assert_allclose(highest[1], highest[0], rtol=0, atol=100 * exact)
    q = np.linspace(0.101, 0.499, 50)
    np.testing.assert_allclose(again.posterior.log_prob(q), fit.posterior.log_prob(q), rtol=0, atol=exact)


def test_a_bag_is_still_not_counted_twice(tmp_path):
    write_fit(hf.fit(hf.Pooled(), bags()), tmp_path / "fit.nc")
    prior = read_fit(tmp_path / "fit.nc").as_prior()
    with pytest.raises(hf.DataUsedTwice, match="'B'"):
        hf.fit(hf.Pooled(prior), bags().select(["B"]))
    more = hf.fit(hf.Pooled(prior), bags(ids=list("EFGH")))
    write_fit(more, tmp_path / "more.nc")
    again = read_fit(tmp_path / "more.nc")
    assert again.model == more.model
    with pytest.raises(hf.DataUsedTwice):
        hf.fit(again.model, bags().select(["B"]))


def test_arviz_opens_the_file(tmp_path):
    fit = MADE["hierarchical"]()
    write_fit(fit, tmp_path / "fit.nc")
    with xr.open_datatree(tmp_path / "fit.nc", engine="h5netcdf") as tree:
        assert tree.load().identical(to_datatree(fit).load())


AGAIN = """
import sys
import handful as hf
from handful.results.datatree import write_fit
bags = hf.Counts([[12, 7, 9], [15, 6, 5]], categories=["blue", "brown", "green"], ids=["A", "B"])
write_fit(hf.fit(hf.Hierarchical(), bags, rng=1, draws=500), sys.argv[1])
"""


def test_the_same_fit_gives_the_same_bytes_in_any_process(tmp_path):
    files = [tmp_path / "1.nc", tmp_path / "2.nc"]
    for file in files:
        run = run_python(AGAIN, arguments=[str(file)])
        assert (run.returncode, run.stderr) == (0, "")
    assert files[0].read_bytes() == files[1].read_bytes()


def test_the_file_is_whole_or_not_there(tmp_path, monkeypatch):
    fit = MADE["pooled"]()
    with pytest.raises(OSError, match="No such file"):
        write_fit(fit, tmp_path / "nowhere" / "fit.nc")
    write_fit(fit, tmp_path / "fit.nc")
    before = (tmp_path / "fit.nc").read_bytes()
    monkeypatch.setattr(xr.DataTree, "to_netcdf", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_fit(MADE["separate"](), tmp_path / "fit.nc")
    assert (tmp_path / "fit.nc").read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["fit.nc"]


@pytest.mark.parametrize("part", np.linspace(0, 1, 25, endpoint=False))
def test_a_truncated_file_is_refused(part, tmp_path):
    write_fit(MADE["pooled"](), tmp_path / "fit.nc")
    content = (tmp_path / "fit.nc").read_bytes()
    (tmp_path / "fit.nc").write_bytes(content[: int(part * len(content))])
    with pytest.raises(hf.SourceError, match=r"fit\.nc' is (damaged|no fit of handful)"):
        read_fit(tmp_path / "fit.nc")


def test_files_that_are_no_fits(tmp_path):
    (tmp_path / "bags.csv").write_text("bag,blue\nA,3\n", encoding="utf-8")
    with pytest.raises(hf.SourceError, match="not even a NetCDF file"):
        read_fit(tmp_path / "bags.csv")
    with pytest.raises(hf.SourceError, match=r"there is no file .*did you mean .*bags\.csv"):
        read_fit(tmp_path / "bag.csv")
    with pytest.raises(hf.SourceError, match="is a directory"):
        read_fit(tmp_path)
    xr.Dataset({"x": ("draw", [1.0, 2.0])}).to_netcdf(tmp_path / "other.nc", engine="h5netcdf")
    with pytest.raises(hf.SourceError, match="another program wrote it"):
        read_fit(tmp_path / "other.nc")
    with pytest.raises(hf.SourceError, match="this tree is no fit of handful"):
        from_datatree(xr.DataTree())
    with pytest.raises(hf.SourceError, match="this tree is no fit of handful"):
        from_datatree("fit.nc")


@pytest.mark.parametrize("version", ["2", "1.5", "x", ""])
def test_a_newer_schema_is_refused(version, tmp_path):
    tree = to_datatree(MADE["pooled"]())
    tree.attrs["schema"] = f"handful/fit-nc/{version}"
    tree.to_netcdf(tmp_path / "newer.nc", engine="h5netcdf")
    with pytest.raises(hf.SourceError, match=rf"schema handful/fit-nc/{version}, .* update handful"):
        read_fit(tmp_path / "newer.nc")


def broken(change):
    tree = to_datatree(MADE["hierarchical"]())
    document = json.loads(str(tree["handful"]["document"].values))
    change(document)
    tree["handful"] = tree["handful"].to_dataset().assign(document=((), json.dumps(document)))
    return tree


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.pop("verdict"),
        lambda document: document.update(type="Path"),
        lambda document: document.update(type="Beta"),
        lambda document: document["posterior"]["weights"].update(dtype="object"),
        lambda document: document["posterior"]["weights"].update(array="elsewhere"),
        lambda document: document["model"].update(mean={"type": "SymmetricDirichlet", "value": -1.0}),
        lambda document: document.clear(),
    ],
    ids=[
        "a field less",
        "no type of ours",
        "another type",
        "objects",
        "no such array",
        "no prior",
        "nothing",
    ],
)
def test_a_damaged_document_is_refused(change):
    with pytest.raises(hf.SourceError, match="this tree is damaged"):
        from_datatree(broken(change))
    assert_the_same(from_datatree(broken(lambda _: None)), MADE["hierarchical"]())


def test_what_is_no_part_of_a_fit_is_not_kept():
    with pytest.raises(hf.ParameterTypeError, match="cannot be kept in a file"):
        pack(object())


def test_every_model_and_every_fit_can_be_kept():
    for examples in (pooled, separate, poisson, hierarchical):
        for model in examples.EXAMPLES:
            assert unpack(pack(model)) == model
            assert TYPES[type(model).__name__] is type(model)
    assert unpack(pack(float("-inf"))) == -np.inf
    assert counts_of(MADE["pooled"]()) == unpack(pack(bags()))
