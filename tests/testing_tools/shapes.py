"""Shapes written as types, checked at every call while tests run.

``Annotated[Floats, "B C"]`` (see ``handful.arrays``) is checked against the value: its kind of number, and
its shape. A letter stands for one length throughout one call, arguments and result alike; ``...`` stands for
any axes at its place; a number for itself; ``C-1`` and ``2*S`` for what they compute; ``""`` for a scalar.

`install` finds every function, method and dataclass of a package that has such annotations. A function is
changed in place (its code, not the name that refers to it), so that a table or a closure that holds it is
checked too. What an annotation says beyond that (unions, tuples, lists, None) is followed as far as it goes.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import inspect
import pkgutil
import sys
import types
from dataclasses import dataclass, field

from tests.testing_tools.shape_specs import Binding, promises_shape, spec_of


@dataclass
class Installed:
    """What has been found in a package."""

    checked: set[str] = field(default_factory=set)
    left_out: dict[str, str] = field(default_factory=dict)  # name -> why
    unimportable: dict[str, str] = field(default_factory=dict)  # module -> error


# ---- from a function to a checked one -------------------------------------------------------------------


def specs_of(function: types.FunctionType) -> dict[str, object]:
    """Argument (and "return") -> promise, for those that promise something."""
    names = function.__globals__
    specs = {name: spec_of(note, names) for name, note in function.__annotations__.items()}
    return {name: spec for name, spec in specs.items() if spec is not None}


def checked(function: types.FunctionType) -> types.FunctionType:
    """A function that does what `function` does, and checks what its annotations promise."""
    specs = specs_of(function)
    code = function.__code__
    positional = code.co_varnames[: code.co_argcount]
    call = f"{function.__module__}.{function.__qualname__}"
    result_spec = specs.get("return")
    argument_specs = {name: spec for name, spec in specs.items() if name != "return"}

    @functools.wraps(function)
    def caller(*args, **kwargs):
        binding = Binding(call)
        given = dict(zip(positional, args, strict=False)) | kwargs
        for name, spec in argument_specs.items():
            if name in given:
                binding.check(name, given[name], spec)
        result = function(*args, **kwargs)
        binding.check("the result", result, result_spec)
        return result

    return caller


def check_in_place(function: types.FunctionType) -> None:
    """Make `function` itself check its annotations from now on, whoever holds it."""
    twin = types.FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    twin.__kwdefaults__ = function.__kwdefaults__
    twin.__annotations__, twin.__qualname__ = function.__annotations__, function.__qualname__
    twin.__module__ = function.__module__
    function.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    key = f"shape-checked {function.__module__}.{function.__qualname__} {id(function)}"
    _CHECKED[key] = checked(twin)
    function.__code__ = _code_that_calls(key, function.__code__)


_CHECKED: dict[str, types.FunctionType] = {}


def _code_that_calls(key: str, original: types.CodeType) -> types.CodeType:
    def stand_in(*args, **kwargs):
        from tests.testing_tools.shapes import _CHECKED

        return _CHECKED["the key"](*args, **kwargs)

    def stand_in_that_yields(*args, **kwargs):
        from tests.testing_tools.shapes import _CHECKED

        yield from _CHECKED["the key"](*args, **kwargs)

    # A generator stays one: Python minds if its code becomes that of a plain function.
    yields = original.co_flags & inspect.CO_GENERATOR
    code = (stand_in_that_yields if yields else stand_in).__code__
    constants = tuple(key if constant == "the key" else constant for constant in code.co_consts)
    return code.replace(
        co_consts=constants,
        co_filename=original.co_filename,
        co_firstlineno=original.co_firstlineno,
        co_name=original.co_name,
        co_qualname=original.co_qualname,
    )


def check_fields(cls: type) -> bool:
    """Whether `cls` is a dataclass with annotated arrays; from now on they are checked when one is made."""
    specs = {
        one.name: spec_of(one.type, vars(sys.modules[cls.__module__])) for one in dataclasses.fields(cls)
    }
    specs = {name: spec for name, spec in specs.items() if promises_shape(spec)}
    if not specs or "__init__" not in vars(cls):
        return False
    make = cls.__init__

    @functools.wraps(make)
    def checked_init(self, *args, **kwargs):
        make(self, *args, **kwargs)
        binding = Binding(f"{cls.__module__}.{cls.__qualname__}")
        for name, spec in specs.items():
            binding.check(name, getattr(self, name), spec)

    cls.__init__ = checked_init
    return True


# ---- a whole package ------------------------------------------------------------------------------------


def install(package: str) -> Installed:
    """What is checked from now on in `package`; a second call finds the work done and says the same."""
    if package not in _INSTALLED:
        _INSTALLED[package] = found = Installed()
        for module in modules_of(package, found):
            check_module(module, found)
    return _INSTALLED[package]


_INSTALLED: dict[str, Installed] = {}


def modules_of(package: str, found: Installed) -> list[types.ModuleType]:
    """Every module of `package`, imported; what cannot be is noted in `found`."""
    root = importlib.import_module(package)
    modules = [root]
    for info in pkgutil.walk_packages(root.__path__, f"{package}.", onerror=lambda name: None):
        if info.name.endswith("__main__"):
            continue
        try:
            modules.append(importlib.import_module(info.name))
        except Exception as error:  # noqa: BLE001 - a broken module must fail its own tests, not all of them
            found.unimportable[info.name] = f"{type(error).__name__}: {error}"
    return modules


def check_module(module: types.ModuleType, found: Installed) -> None:
    """Check the functions and classes that `module` itself defines."""
    for name, thing in list(vars(module).items()):
        if getattr(thing, "__module__", None) != module.__name__:
            continue
        if inspect.isclass(thing):
            made = (
                {"__init__"} if dataclasses.is_dataclass(thing) else set()
            )  # its fields are checked instead
            for attribute in [value for key, value in vars(thing).items() if key not in made]:
                check_function(attribute, found)
            if dataclasses.is_dataclass(thing) and check_fields(thing):
                found.checked.add(f"{module.__name__}.{name}")
        else:
            check_function(thing, found)


def check_function(thing: object, found: Installed) -> None:
    """Check the plain function at the bottom of `thing`, if its annotations promise a shape."""
    for wrapping in ("__func__", "fget", "func"):
        thing = getattr(thing, wrapping, None) or thing
    if not callable(thing):
        return
    function = inspect.unwrap(thing)
    if not isinstance(function, types.FunctionType):
        return
    name = f"{function.__module__}.{function.__qualname__}"
    if name in found.checked or not any(promises_shape(spec) for spec in specs_of(function).values()):
        return
    if function.__code__.co_freevars:
        found.left_out[name] = f"it closes over {', '.join(function.__code__.co_freevars)}"
        return
    check_in_place(function)
    found.checked.add(name)
