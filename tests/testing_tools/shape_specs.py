"""What an annotation promises of an array, and whether a value keeps it (see `testing_tools.shapes`)."""

from __future__ import annotations

import collections.abc
import re
import sys
import types
import typing
from dataclasses import dataclass

import numpy as np

KINDS = {np.floating: "f", np.integer: "iu", np.bool_: "b", np.complexfloating: "c"}
SEQUENCES = (list, collections.abc.Sequence, collections.abc.Iterable, collections.abc.Collection)
TERM = re.compile(r"(?P<letter>[A-Za-z_]\w*)(?P<sign>[+-])(?P<number>\d+)")


class ShapeError(AssertionError):
    """A value that is not of the shape, or the kind, that its annotation promises."""


@dataclass(frozen=True)
class ArraySpec:
    """What one annotation promises of one array."""

    dims: tuple[str, ...] | None  # None: any shape
    kinds: str  # NumPy's letters; empty: any kind


class _AnyAttribute(type):
    def __getattr__(cls, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)  # Python's own questions: has it a __wrapped__, a __len__?
        return cls

    def __getitem__(cls, item: object) -> type:
        return cls


class Unknown(metaclass=_AnyAttribute):
    """Stands for a name that exists for the type checker only."""


class _Names(dict):
    """The names of a module, where a missing one is looked up at home, or is Unknown."""

    def __missing__(self, name: str) -> object:
        for home in ("handful.arrays", "typing", "collections.abc", "numpy.typing", "builtins"):
            found = getattr(sys.modules.get(home), name, None)
            if found is not None:
                return found
        return np if name == "np" else Unknown


# ---- from an annotation to what it promises -------------------------------------------------------------


def spec_of(annotation: object, names: dict[str, object]) -> object:
    """What `annotation` promises: an ArraySpec, ("any of", ...), ("tuple", ...), ("each", ...) or None."""
    if isinstance(annotation, str):
        try:
            annotation = eval(annotation, {}, _Names(names))  # noqa: S307 - our own source
        except Exception:  # noqa: BLE001 - what cannot be resolved is not checked
            return None
    annotation = opened(annotation)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        dims = next((text for text in annotation.__metadata__ if isinstance(text, str)), None)
        return ArraySpec(None if dims is None else tuple(dims.split()), kinds_of(arguments[0]))
    if origin is np.ndarray and kinds_of(annotation):
        return ArraySpec(None, kinds_of(annotation))
    if origin in (typing.Union, types.UnionType):
        return together("any of", arguments, names)
    if origin is tuple and arguments and arguments[-1] is not Ellipsis:
        return together("tuple", arguments, names)
    if origin is tuple or origin in SEQUENCES:
        return together("each", arguments[:1], names)
    return None


def opened(annotation: object) -> object:
    """What a `type` statement's name stands for (NumPy's NDArray is one since 2.5); others as they are."""
    origin = typing.get_origin(annotation)
    if hasattr(origin, "__value__"):
        return opened(origin.__value__[typing.get_args(annotation)])
    return opened(annotation.__value__) if hasattr(annotation, "__value__") else annotation


def together(word: str, parts: tuple[object, ...], names: dict[str, object]) -> object:
    """(`word`, specs of the parts), or None when no part promises anything."""
    specs = tuple(spec_of(part, names) for part in parts)
    return (word, specs) if any(spec is not None for spec in specs) else None


def kinds_of(base: object) -> str:
    """NumPy's letters for the kind of number in an array type; empty when it does not say."""
    base = opened(base)
    if typing.get_origin(base) in (typing.Union, types.UnionType):
        return "".join(kinds_of(part) for part in typing.get_args(base) if kinds_of(part))
    for part in typing.get_args(base):
        for scalar in typing.get_args(part):
            for kind, letters in KINDS.items():
                if isinstance(scalar, type) and issubclass(scalar, kind):
                    return letters
    return ""


def promises_shape(spec: object) -> bool:
    """Whether anything in `spec` names a shape."""
    if isinstance(spec, ArraySpec):
        return spec.dims is not None
    return spec is not None and any(promises_shape(part) for part in spec[1])


# ---- from a promise and a value to a complaint ----------------------------------------------------------


def paired(dims: tuple[str, ...], shape: tuple[int, ...]) -> list[tuple[str, int]] | None:
    """Each dim with its length, plain letters first; ``...`` takes what is left. None if they do not fit."""
    if "..." in dims:
        gap = dims.index("...")
        before, after = dims[:gap], dims[gap + 1 :]
        if len(shape) < len(before) + len(after):
            return None
        shape = shape[:gap] + shape[len(shape) - len(after) :]
        dims = before + after
    if len(dims) != len(shape):
        return None
    return sorted(zip(dims, shape, strict=True), key=lambda pair: not pair[0].isidentifier())


class Binding:
    """The letters of one call, and what has been learnt about them."""

    def __init__(self, call: str) -> None:
        self.call = call
        self.lengths: dict[str, int] = {}

    def check(self, name: str, value: object, spec: object) -> None:
        """Nothing, when `value` is as `spec` promises; binds the letters that are new."""
        if isinstance(spec, ArraySpec):
            self._check_array(name, value, spec)
        elif spec is None:
            return
        elif spec[0] == "any of":
            self._check_union(name, value, spec[1])
        elif spec[0] == "tuple" and isinstance(value, tuple):
            if len(value) != len(spec[1]):
                raise ShapeError(f"{self.call}: {name} is a tuple of {len(value)}, not of {len(spec[1])}")
            for i, (part, promise) in enumerate(zip(value, spec[1], strict=True)):
                self.check(f"{name}[{i}]", part, promise)
        elif spec[0] == "each" and isinstance(value, list | tuple):
            for i, part in enumerate(value):
                self.check(f"{name}[{i}]", part, spec[1][0])

    def _check_union(self, name: str, value: object, promises: tuple[object, ...]) -> None:
        promised = [promise for promise in promises if isinstance(promise, ArraySpec)]
        if not isinstance(value, np.ndarray) or not promised:
            return  # None, a float, a frame: the type checker's business
        known = dict(self.lengths)
        complaints = []
        for promise in promised:
            try:
                self._check_array(name, value, promise)
            except ShapeError as error:
                complaints.append(error)
                self.lengths = dict(known)
            else:
                return
        raise complaints[0]

    def _check_array(self, name: str, value: object, spec: ArraySpec) -> None:
        if not isinstance(value, np.ndarray | np.generic | int | float):
            raise ShapeError(f"{self.call}: {name} is a {type(value).__name__}, not an array")
        shape = np.shape(value)
        if spec.kinds and isinstance(value, np.ndarray | np.generic) and value.dtype.kind not in spec.kinds:
            raise ShapeError(f"{self.call}: {name} holds {value.dtype}, not numbers of kind {spec.kinds!r}")
        if spec.dims is None:
            return
        pairs = paired(spec.dims, shape)
        if pairs is None or not all(self._agrees(dim, length) for dim, length in pairs):
            known = ", ".join(f"{letter} = {length}" for letter, length in self.lengths.items())
            raise ShapeError(
                f"{self.call}: {name} has shape {shape}, not ({' '.join(spec.dims)})"
                + (f" with {known}" if known else "")
            )

    def _agrees(self, dim: str, length: int) -> bool:
        if dim.isdigit():
            return int(dim) == length
        if dim.isidentifier():
            return self.lengths.setdefault(dim, length) == length
        term = TERM.fullmatch(dim)
        if term and term["letter"] not in self.lengths:  # C-1 = 5 says that C = 6
            step = int(term["number"]) * (1 if term["sign"] == "-" else -1)
            self.lengths[term["letter"]] = length + step
            return True
        if any(letter not in self.lengths for letter in re.findall(r"[A-Za-z_]\w*", dim)):
            return True  # nothing known to hold it against
        return eval(dim, {"__builtins__": {}}, dict(self.lengths)) == length  # noqa: S307 - our own source
