"""Habits that are not ours: global random state, assert, pickle."""

from __future__ import annotations

import ast
from pathlib import PurePosixPath

from tests.architecture.imports import imports_of
from tests.architecture.source import dotted

THE_ONE_PLACE = PurePosixPath("handful/rng.py")
PICKLING = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}


def global_randomness(path: PurePosixPath, source: str) -> list[str]:
    """Uses of NumPy's or Python's global random state, and generators made outside rng.py.

    A call of ``.rvs`` without ``random_state`` is one too: SciPy then takes NumPy's global state.
    """
    allowed = {"Generator", "SeedSequence", "default_rng"} if path == THE_ONE_PLACE else {"Generator"}
    complaints = []
    for one in imports_of(path, source):
        full = f"{one.module}.{one.name}" if one.name else one.module
        if (
            one.module == "random"
            or full == "numpy.random"
            or (one.module == "numpy.random" and one.name not in allowed)
        ):
            complaints.append(f"{path}:{one.line}: imports {full}")
    for node in ast.walk(ast.parse(source)):
        name = dotted(node) if isinstance(node, ast.Attribute) else ""
        start, _, used = name.partition(".random.")
        if start in ("np", "numpy") and used and used.partition(".")[0] not in allowed:
            complaints.append(f"{path}:{node.lineno}: {name}")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "rvs":
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            state = given.get("random_state", ast.Constant(None))
            if isinstance(state, ast.Constant) and state.value is None:
                complaints.append(f"{path}:{node.lineno}: rvs without random_state")
    return complaints


def assertions(path: PurePosixPath, source: str) -> list[str]:
    """``assert`` statements: they vanish under -O, and speak to nobody."""
    return [
        f"{path}:{node.lineno}: assert"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assert)
    ]


def pickles(path: PurePosixPath, source: str) -> list[str]:
    """Modules that pickle, and NumPy told that it may."""
    complaints = [
        f"{path}:{one.line}: imports {one.module}"
        for one in imports_of(path, source)
        if one.module.partition(".")[0] in PICKLING
    ]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            if not (isinstance(node.value, ast.Constant) and node.value.value is False):
                complaints.append(f"{path}:{node.value.lineno}: allow_pickle")
        elif isinstance(node, ast.Attribute) and node.attr in ("to_pickle", "read_pickle"):
            complaints.append(f"{path}:{node.lineno}: {node.attr}")
    return complaints


EVERY_RULE = {"global randomness": global_randomness, "assertions": assertions, "pickles": pickles}
