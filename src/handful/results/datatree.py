"""to_datatree, from_datatree, write_fit, read_fit: a fit for ArviZ, and a fit in a file.

The tree has ArviZ's groups, made of draws without weights, for ArviZ to read; and one more, ``handful``,
that holds the fit itself, for `from_datatree` to give back. xarray and h5netcdf are imported here alone.
"""

from __future__ import annotations

import importlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from handful.data.complaints import escaped
from handful.data.counts import Counts
from handful.data.reading.sources import read_bytes
from handful.distributions.checks import whole
from handful.errors import HandfulError, MissingExtra, ParameterTypeError, SourceError
from handful.files import write_whole
from handful.inference.fits import Fit
from handful.inference.mode_fit import ModeFit
from handful.results.fitted_bags import bags_behind
from handful.results.tree.chains import posterior_chains
from handful.results.tree.mixture import MixtureOfBags
from handful.results.tree.parts import Part, parts_of
from handful.results.tree.room import left_out
from handful.results.tree.said import LIBRARY, SCHEMA, SCHEMA_VERSION, said_of
from handful.results.tree.values import Packed, pack, unpack
from handful.rng import RNG, as_generator

if TYPE_CHECKING:
    from xarray import Dataset, DataTree

OURS = "handful"
"""The group with the fit itself."""

DOCUMENT = "document"
FEWEST_DRAWS = 100
HDF5 = b"\x89HDF\r\n\x1a\n"


def to_datatree(
    fit: Fit, *, n_draws: int | None = None, counts: Counts | None = None, rng: RNG = None
) -> DataTree:
    """The fit as an xarray.DataTree in ArviZ's schema, which `from_datatree` turns back into the fit.

    The groups are posterior, prior, posterior_predictive, log_likelihood (a number a bag: the bag is what
    leave-one-out leaves out), observed_data, constant_data, sample_stats, of a mixture ``assignments``
    with P(component | bag), and ``handful`` with the fit itself; the dimensions chain, draw, bag,
    component, category. Weighted draws are resampled so that they have no weights; the attribute 'draws'
    at the root says how, 'left_out' what is missing: arrays of a number for each draw and bag are left
    out beyond 2,000,000 numbers, and a log_likelihood that would be the same for every draw (separate, or
    fixed recipes), which ArviZ refuses. In a mixture the assignments are summed out, and the components
    that are known of bags are data, which all groups are given.

    Parameters
    ----------
    fit : Fit
        What ``fit`` returned.
    n_draws : int, optional
        How many draws all chains hold together, 100 or more, rounded up to whole chains; if not given,
        4,000 (fewer where the fit has fewer), or all particles of an smc fit. Weighted draws stay as they are.
    counts : Counts, optional
        The bags that were fitted, for a fit that has not kept them (pooled, Poisson, or of histograms):
        log_likelihood and posterior_predictive need them.
    rng : int, Generator or None, optional
        The source of randomness; if not given a seed made of the data, so that one fit gives one tree.

    Raises
    ------
    MissingExtra
        If xarray is not installed.
    CountsError
        If `counts` are not the bags that were fitted.
    ParameterTypeError
        If `fit` is no fit.

    Examples
    --------
    >>> import handful as hf
    >>> bags = hf.Counts([[12, 43], [30, 25]], categories=["blue", "not blue"], ids=["A", "B"])
    >>> tree = to_datatree(hf.fit(hf.Hierarchical(), bags, rng=7))
    >>> dict(tree["log_likelihood"].sizes)
    {'chain': 4, 'draw': 1000, 'bag': 2}
    """
    xr = _imported("xarray")
    if not isinstance(fit, Fit):
        raise ParameterTypeError(f"fit = {fit!r}: give what fit() returned", name="fit", found=fit)
    if isinstance(fit, ModeFit):
        raise ParameterTypeError(
            "this fit knows its posterior by its highest point only: it has no draws for a tree",
            name="fit",
            found=fit,
        )
    wanted = None if n_draws is None else whole(n_draws, name="n_draws", least=FEWEST_DRAWS)
    seed = int(fit.data.sha256[:12], 16) if rng is None else rng
    bags = bags_behind(fit, counts)
    generator = as_generator(seed, use="tree")
    chains = posterior_chains(fit, wanted, rng=generator)
    mixture = MixtureOfBags.of(fit)
    parts = parts_of(fit, bags, chains=chains, mixture=mixture, rng=generator)
    said = said_of(
        fit,
        chains,
        left_out=left_out(fit, bags, chains=chains, mixture=mixture),
        seed=None if isinstance(seed, np.random.Generator) else int(seed),
    )
    names = {"bag": () if bags is None else bags.bags, "category": fit.data.categories}
    if mixture is not None:
        names["component"] = mixture.target.statistic.components
    datasets = {name: _dataset(part, names) for name, part in parts.items()}
    tree: DataTree = xr.DataTree.from_dict(
        {"/": xr.Dataset(attrs=said), **datasets, OURS: _packed_dataset(pack(fit))}
    )
    return tree


def from_datatree(tree: DataTree) -> Fit:
    """The fit that `to_datatree` was given: the same draws, weights, evidence, verdict and memory of bags.

    Raises
    ------
    SourceError
        If the tree is of another program, of a newer handful, or damaged.

    Examples
    --------
    >>> import handful as hf
    >>> bags = hf.Counts([[12, 43]], categories=["blue", "not blue"], ids=["A"])
    >>> from_datatree(to_datatree(hf.fit(hf.Pooled(), bags))).posterior
    Dirichlet([13, 44], categories=('blue', 'not blue'))
    """
    _imported("xarray")
    return _fit_in(tree, name="this tree")


def write_fit(fit: Fit, path: str | os.PathLike[str]) -> None:
    """Write the tree of `fit` to a NetCDF file, which ArviZ opens and `read_fit` gives back as the fit.

    The same fit gives the same bytes. The file is whole or not there.

    Raises
    ------
    MissingExtra
        If xarray, h5netcdf or h5py is not installed.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import handful as hf
    >>> bags = hf.Counts([[12, 43]], categories=["blue", "not blue"], ids=["A"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_fit(hf.fit(hf.Pooled(), bags), Path(folder) / "fit.nc")
    ...     read_fit(Path(folder) / "fit.nc").log_evidence.error
    0.0
    """
    _check_netcdf()
    tree = to_datatree(fit)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "fit.nc"
        tree.to_netcdf(draft, engine="h5netcdf")
        write_whole(Path(path), draft.read_bytes())


def read_fit(path: str | os.PathLike[str]) -> Fit:
    """The fit in a file that `write_fit` wrote.

    Raises
    ------
    MissingExtra
        If xarray, h5netcdf or h5py is not installed.
    SourceError
        If there is no such file, or it is of another program, of a newer handful, or damaged.

    Examples
    --------
    >>> import handful as hf
    >>> found = hf.fit(hf.Pooled(), hf.Counts([[12, 43]], categories=["blue", "not blue"]))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_fit(found, Path(folder) / "fit.nc")
    ...     read_fit(Path(folder) / "fit.nc").posterior
    Dirichlet([13, 44], categories=('blue', 'not blue'))
    """
    xr = _imported("xarray")
    _check_netcdf()
    content, name = read_bytes(path)
    name = repr(name)
    if not content.startswith(HDF5):
        raise SourceError(f"{name} is no fit of handful: it is not even a NetCDF file", source=name)
    try:
        with xr.open_datatree(Path(path), engine="h5netcdf") as tree:
            return _fit_in(tree, name=name)
    except HandfulError:
        raise
    except Exception as error:  # HDF5 knows many ways to say that a file is damaged
        raise _damaged(name, error) from error


def _fit_in(tree: DataTree, *, name: str) -> Fit:
    """The fit in the group of ours."""
    attrs: Mapping[str, Any] = getattr(tree, "attrs", {})
    family, _, number = str(attrs.get("schema", "")).rpartition("/")
    if family != SCHEMA:
        raise SourceError(f"{name} is no fit of handful: another program wrote it", source=name)
    if not (number.isdecimal() and int(number) <= SCHEMA_VERSION):
        raise SourceError(
            f"{name} is written after the schema {family}/{escaped(number)}, and this handful knows "
            f"{SCHEMA}/{SCHEMA_VERSION}: update handful",
            source=name,
        )
    try:
        dataset: Mapping[Any, Any] = tree[OURS].to_dataset()
        arrays = {str(key): value.values for key, value in dataset.items() if key != DOCUMENT}
        found = unpack(Packed(str(dataset[DOCUMENT].values), arrays))
    except Exception as error:  # whatever a damaged document leads to
        raise _damaged(name, error) from error
    if not isinstance(found, Fit):
        raise _damaged(name, TypeError(f"it holds a {type(found).__name__}"))
    return found


def _damaged(name: str, error: Exception) -> SourceError:
    reason = escaped(f"{type(error).__name__}: {error}")
    return SourceError(f"{name} is damaged, and gives no fit ({reason}): write it again", source=name)


def _dataset(part: Part, names: Mapping[str, tuple[str, ...]]) -> Dataset:
    """A part as a dataset, with the names of bags and categories where it has these dimensions."""
    xr = _imported("xarray")
    sizes = {
        dim: size
        for one in part.variables.values()
        for dim, size in zip(one.dims, one.values.shape, strict=True)
    }
    coords: dict[str, Any] = {}
    for dim, size in sizes.items():
        given = names.get(dim)
        coords[dim] = np.arange(size) if given is None else np.array([escaped(one) for one in given[:size]])
    attrs = LIBRARY | ({"note": part.note} if part.note else {})
    variables = {key: (one.dims, one.values) for key, one in part.variables.items()}
    dataset: Dataset = xr.Dataset(variables, coords=coords, attrs=attrs)
    return dataset


def _packed_dataset(packed: Packed) -> Dataset:
    """A document and its arrays as a dataset; every array has dimensions of its own."""
    xr = _imported("xarray")
    variables = {
        name: (tuple(f"{name}_dim_{axis}" for axis in range(array.ndim)), array)
        for name, array in packed.arrays.items()
    }
    note = "the fit itself, for handful's read_fit and from_datatree: the draws here have weights"
    dataset: Dataset = xr.Dataset(
        {**variables, DOCUMENT: ((), packed.document)}, attrs=LIBRARY | {"note": note}
    )
    return dataset


def _check_netcdf() -> None:
    """Nothing, if NetCDF files can be written and read."""
    for package in ("h5netcdf", "h5py"):
        _imported(package)


def _imported(package: str) -> Any:
    """The optional package.

    Raises
    ------
    MissingExtra
        If it is not installed.
    """
    try:
        return importlib.import_module(package)
    except ImportError:
        purpose = "a tree for ArviZ (xarray)" if package == "xarray" else f"a fit in a file ({package})"
        raise MissingExtra(extra="arviz", purpose=purpose) from None
