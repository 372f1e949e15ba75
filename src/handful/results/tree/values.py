"""A fit as a JSON document and the arrays it names, and back: nothing is lost, and nothing is pickled.

Every value of ours is a frozen dataclass, so that one rule serves for all of them: its type by name, its
fields one by one. A file can name the types listed here and no others, and each checks what it is given.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handful.data.complaints import Note
from handful.data.counts import Counts
from handful.data.fingerprints import DIGEST_BYTES, Seen
from handful.data.histograms import Histogram, Histograms
from handful.data.labelled import LabelledRows
from handful.data.statistics import Exposure, Rows, Totals
from handful.distributions.beta import Beta
from handful.distributions.components import Components
from handful.distributions.density import Density
from handful.distributions.dirichlet import Dirichlet, SymmetricDirichlet
from handful.distributions.fixed import Fixed
from handful.distributions.half_normal import HalfNormal
from handful.distributions.independent import IndependentDirichlets
from handful.distributions.panels import Panels
from handful.distributions.positive import Gamma, LogNormal
from handful.distributions.tabulated import Tabulated
from handful.errors import ParameterTypeError
from handful.inference.draws import Draws, ExactMoments
from handful.inference.draws_fit import DrawsFit
from handful.inference.evidence import Evidence, Verdict
from handful.inference.extra_variation import PrecisionBound
from handful.inference.fits import ExactFit, GridFit
from handful.inference.outcome import DataRecord
from handful.models.hierarchical import Hierarchical
from handful.models.mixture import Mixture
from handful.models.poisson import Poisson
from handful.models.pooled import Pooled
from handful.models.priors import PriorFromData
from handful.models.recipes import Recipes
from handful.models.separate import Separate
from handful.models.share import ShareLikelihood, ShareTarget
from handful.results.tree.log_densities import LogTable, Named, kept

FITS = (ExactFit, GridFit, DrawsFit)
MODELS = (Pooled, Separate, Poisson, Hierarchical, Mixture)
DATA = (Counts, Note, Totals, Rows, LabelledRows, Exposure, Histogram, Histograms, DataRecord, Seen)
PRIORS = (
    Beta,
    Dirichlet,
    SymmetricDirichlet,
    Fixed,
    Gamma,
    LogNormal,
    HalfNormal,
    Density,
    PriorFromData,
    Recipes,
)
TABLES = (Tabulated, Panels, ShareTarget, ShareLikelihood, LogTable, Named)
POSTERIORS = (IndependentDirichlets, Components, Draws, ExactMoments)
ANSWERS = (Evidence, Verdict, PrecisionBound)

TYPES: Mapping[str, type] = {
    kind.__name__: kind for kind in (*FITS, *MODELS, *DATA, *PRIORS, *TABLES, *POSTERIORS, *ANSWERS)
}
"""All that a document may name. To a new model or prior belongs a new entry."""

DTYPES = ("float64", "int64", "uint8")


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """A value as a document and its arrays.

    Parameters
    ----------
    document : str
        JSON in ASCII.
    arrays : mapping of str to array
        By the names that the document has for them.

    Examples
    --------
    >>> pack(Beta(2, 8)).document
    '{"type": "Beta", "a": 2.0, "b": 8.0}'
    """

    document: str
    arrays: Mapping[str, NDArray[Any]]


def pack(value: object) -> Packed:
    """The document and the arrays that `value` is made of.

    Raises
    ------
    ParameterTypeError
        If it holds what is none of the types of a fit.
    """
    arrays: dict[str, NDArray[Any]] = {}
    return Packed(json.dumps(_packed(value, arrays, at=""), allow_nan=False), arrays)


def unpack(packed: Packed) -> Any:
    """The value that `pack` took apart; its arrays are read-only.

    Raises
    ------
    KeyError, TypeError, ValueError
        If the document is damaged.

    Examples
    --------
    >>> unpack(pack(Dirichlet([0.1, 2.0], ("blue", "red"))))
    Dirichlet([0.1, 2], categories=('blue', 'red'))
    """
    return _unpacked(json.loads(packed.document), packed.arrays)


def _packed(value: Any, arrays: dict[str, NDArray[Any]], *, at: str) -> Any:
    """What stands for `value` in the document; its arrays are put under names that begin with `at`."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": repr(value)}
    if isinstance(value, np.ndarray):
        return _packed_array(value, arrays, at=at)
    if isinstance(value, tuple | list):
        return [_packed(one, arrays, at=f"{at}.{i}") for i, one in enumerate(value)]
    if isinstance(value, Mapping):
        return {"mapping": [[key, _packed(one, arrays, at=f"{at}.{key}")] for key, one in value.items()]}
    if isinstance(value, frozenset):
        digests = np.frombuffer(b"".join(sorted(value)), dtype=np.uint8).reshape(-1, DIGEST_BYTES)
        return {"digests": _packed(digests, arrays, at=at)}
    if TYPES.get(type(value).__name__) is type(value) and is_dataclass(value):
        values = {field.name: getattr(value, field.name) for field in fields(value)}
        if isinstance(value, Density | Tabulated):
            values["log_density"] = kept(value)
        return {"type": type(value).__name__} | {
            name: _packed(one, arrays, at=f"{at}.{name}".lstrip(".")) for name, one in values.items()
        }
    message = f"{value!r}: a {type(value).__name__} cannot be kept in a file"
    raise ParameterTypeError(message, name="fit", found=value)


def _packed_array(value: NDArray[Any], arrays: dict[str, NDArray[Any]], *, at: str) -> dict[str, Any]:
    if not value.size:  # netCDF takes a dimension of no length for one without end
        return {"empty": list(value.shape), "dtype": value.dtype.name}
    arrays[at] = value
    return {"array": at, "dtype": value.dtype.name}


def _unpacked(given: Any, arrays: Mapping[str, NDArray[Any]]) -> Any:
    if isinstance(given, list):
        return tuple(_unpacked(one, arrays) for one in given)
    if not isinstance(given, dict):
        return given
    if "type" in given:
        kind = TYPES[given["type"]]
        names = [field.name for field in fields(kind)]
        return kind(**{name: _unpacked(given[name], arrays) for name in names})
    if "float" in given:
        return float(given["float"])
    if "digests" in given:
        return frozenset(row.tobytes() for row in _unpacked(given["digests"], arrays))
    if "mapping" in given:
        return _read_only_mapping([(key, _unpacked(one, arrays)) for key, one in given["mapping"]])
    return _unpacked_array(given, arrays)


def _unpacked_array(given: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    dtype = given["dtype"]
    if dtype not in DTYPES:
        raise ValueError(f"an array of {dtype}")
    stored = np.zeros(given["empty"]) if "empty" in given else arrays[given["array"]]
    array = np.array(stored, dtype, order="C")
    array.flags.writeable = False
    return array


def _read_only_mapping(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    from types import MappingProxyType

    return MappingProxyType(dict(pairs))
