"""The list of public names is exact, lazy and documented (the idea of httpx's test_exported_members)."""

from __future__ import annotations

import ast
import importlib
import inspect
import types

import pytest

import handful
from tests.architecture.source import SRC, names_defined
from tests.testing_tools.blocked_imports import run_python


def test_the_list_equals_the_map_of_homes():
    assert sorted(handful.__all__) == sorted(handful._HOME)
    assert len(handful.__all__) == len(set(handful.__all__))


def test_nothing_else_is_public_at_the_root():
    for name in handful.__all__:
        getattr(handful, name)
    public = {
        name
        for name, value in vars(handful).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }
    imported = {"annotations", "Any", "TYPE_CHECKING", "VERSION", "import_module"}
    assert public - imported == set(handful.__all__)


def test_dir_shows_them():
    assert set(handful.__all__) <= set(dir(handful))


@pytest.mark.parametrize("name", handful.__all__)
def test_a_name_comes_from_the_module_that_defines_it(name):
    home = importlib.import_module(handful._HOME[name])
    assert getattr(handful, name) is getattr(home, name)
    assert name in names_defined(ast.parse(inspect.getsource(home)))
    assert home.__name__.startswith("handful.")


def test_the_names_for_the_type_checker_are_the_same():
    tree = ast.parse((SRC / "handful" / "__init__.py").read_text(encoding="utf-8"))
    told = {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("handful.")
        for alias in node.names
        if alias.name != "VERSION"
    }
    assert told == dict(handful._HOME)


def test_a_wrong_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = handful.no_such_name


@pytest.mark.parametrize("name", handful.__all__)
def test_a_public_name_has_an_example_that_runs(name):
    thing = getattr(handful, name)
    text = inspect.getdoc(thing) or ""
    assert text, f"{name} has no docstring"
    if inspect.isclass(thing) and issubclass(thing, Exception):
        return  # an error's example is what raises it
    _, heading, examples = text.partition("Examples\n--------\n")
    assert heading, f"the docstring of {name} has no section Examples"
    assert ">>> " in examples, f"the section Examples of {name} has no doctest"


@pytest.mark.parametrize("module", ["handful", "handful.errors", "handful.cli.main"])
def test_a_cheap_import_loads_no_numpy(module):
    run = run_python(f"import {module}, sys; print({{'numpy', 'scipy', 'matplotlib'}} & set(sys.modules))")
    assert (run.stdout.strip(), run.stderr) == ("set()", "")


def test_importing_handful_loads_nothing_else_of_ours():
    run = run_python("import handful, sys; print(sorted(m for m in sys.modules if m.startswith('handful')))")
    assert (run.stdout.strip(), run.stderr) == ("['handful', 'handful.version']", "")
