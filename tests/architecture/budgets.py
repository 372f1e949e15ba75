"""The budgets of size, and the manners of a public function: documented, typed, no ``**kwargs``."""

from __future__ import annotations

import ast
from pathlib import PurePosixPath

from tests.architecture.source import FunctionNode, arguments_of, functions, place_of, public_definitions

LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 50
ARGUMENTS = 7
BY_POSITION = 2
OWN_ARGUMENTS = {
    "__init__",
    "__new__",
    "__call__",
    "__post_init__",
}  # Python prescribes those of other dunders


def long_files(path: PurePosixPath, source: str) -> list[str]:
    """Files over 300 lines."""
    lines = len(source.splitlines())
    return [f"{path}: {lines} lines (budget {LINES_OF_A_FILE})"] if lines > LINES_OF_A_FILE else []


def long_functions(path: PurePosixPath, source: str) -> list[str]:
    """Functions over 50 lines, the docstring apart."""
    return [
        f"{path}:{node.lineno}: {node.name} has {size} lines (budget {LINES_OF_A_FUNCTION})"
        for node, _ in functions(ast.parse(source))
        if (size := lines_of(node)) > LINES_OF_A_FUNCTION
    ]


def lines_of(node: FunctionNode) -> int:
    """The lines of a function without its docstring and its decorators."""
    first = node.body[0]
    doc = first.end_lineno - first.lineno + 1 if ast.get_docstring(node) is not None else 0
    return node.end_lineno - node.lineno + 1 - doc


def many_arguments(path: PurePosixPath, source: str) -> list[str]:
    """Functions with more than 7 arguments, or more than 2 that may be given by position; cli/ is exempt."""
    if place_of(path) == "cli":
        return []
    complaints = []
    for node, owner in functions(ast.parse(source)):
        if node.name.startswith("__") and node.name.endswith("__") and node.name not in OWN_ARGUMENTS:
            continue
        positional, keyword = arguments_of(node, owner)
        where = f"{path}:{node.lineno}: {node.name}"
        if len(positional) + len(keyword) > ARGUMENTS:
            complaints.append(f"{where} has {len(positional) + len(keyword)} arguments (budget {ARGUMENTS})")
        if len(positional) > BY_POSITION:
            complaints.append(f"{where} takes {len(positional)} by position: make all after two keyword-only")
    return complaints


def catch_all_arguments(path: PurePosixPath, source: str) -> list[str]:
    """Public functions, methods and constructors with ``**kwargs``."""
    tree = ast.parse(source)
    public = list(public_definitions(tree))
    public += [
        (method, f"{name}.{method.name}")
        for node, name in public
        if isinstance(node, ast.ClassDef)
        for method in node.body
        if isinstance(method, FunctionNode) and method.name in OWN_ARGUMENTS
    ]
    return [
        f"{path}:{node.lineno}: {name} takes **{node.args.kwarg.arg}"
        for node, name in public
        if isinstance(node, FunctionNode) and node.args.kwarg
    ]


def undocumented(path: PurePosixPath, source: str) -> list[str]:
    """Files, public classes, functions and methods without a docstring."""
    tree = ast.parse(source)
    complaints = [] if ast.get_docstring(tree) else [f"{path}: no docstring"]
    return complaints + [
        f"{path}:{node.lineno}: {name} has no docstring"
        for node, name in public_definitions(tree)
        if not ast.get_docstring(node) and not is_overload(node)
    ]


def is_overload(node: ast.AST) -> bool:
    """Whether the definition only tells the type checker about another, or sets what another gets."""
    endings = [ast.unparse(one).rpartition(".")[2] for one in getattr(node, "decorator_list", [])]
    return bool({"overload", "setter"} & set(endings))


def untyped(path: PurePosixPath, source: str) -> list[str]:
    """Arguments and results without a type, of any function that has a name."""
    complaints = []
    for node, owner in functions(ast.parse(source)):
        positional, keyword = arguments_of(node, owner)
        rest = [one for one in (node.args.vararg, node.args.kwarg) if one is not None]
        bare = [one.arg for one in [*positional, *keyword, *rest] if one.annotation is None]
        if node.returns is None:
            bare.append("its result")
        if bare:
            complaints.append(f"{path}:{node.lineno}: {node.name} does not type {', '.join(bare)}")
    return complaints


EVERY_RULE = {
    "long files": long_files,
    "long functions": long_functions,
    "many arguments": many_arguments,
    "catch-all arguments": catch_all_arguments,
    "undocumented": undocumented,
    "untyped": untyped,
}
