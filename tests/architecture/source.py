"""The package's source as the rules see it: (path below src/, text) pairs, modules and their names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src"

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def source_files() -> list[tuple[PurePosixPath, str]]:
    """Every Python file of the package, as a path like ``handful/data/counts.py`` and its text."""
    files = sorted(SRC.rglob("*.py"))
    return [(PurePosixPath(file.relative_to(SRC)), file.read_text(encoding="utf-8")) for file in files]


def module_of(path: PurePosixPath) -> str:
    """The dotted name: ``handful.data.counts``; a folder's ``__init__`` is the folder."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def place_of(path: PurePosixPath) -> str:
    """The folder on a floor, or the file at the root: ``data``, ``errors``, ``__init__``."""
    return path.parts[1] if len(path.parts) > 2 else path.stem


def functions(tree: ast.AST) -> Iterator[tuple[FunctionNode, str | None]]:
    """Every function in `tree`, however deep, with the class it is a method of."""
    for parent in ast.walk(tree):
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, FunctionNode):
                yield node, parent.name if isinstance(parent, ast.ClassDef) else None


def public_definitions(tree: ast.Module) -> Iterator[tuple[ast.ClassDef | FunctionNode, str]]:
    """Public classes and functions at the top, and public methods of public classes, with dotted names."""
    for node in _definitions_in(tree.body):
        if node.name.startswith("_"):
            continue
        yield node, node.name
        if isinstance(node, ast.ClassDef):
            for method in _definitions_in(node.body):
                if not method.name.startswith("_"):
                    yield method, f"{node.name}.{method.name}"


def _definitions_in(body: list[ast.stmt]) -> Iterator[ast.ClassDef | FunctionNode]:
    for node in body:
        if isinstance(node, ast.ClassDef | FunctionNode):
            yield node
        elif isinstance(node, ast.If | ast.Try):
            yield from _definitions_in([*node.body, *node.orelse])


def is_method(node: FunctionNode, owner: str | None) -> bool:
    """Whether the first argument is the object or its class."""
    return owner is not None and "staticmethod" not in {dotted(one) for one in node.decorator_list}


def arguments_of(node: FunctionNode, owner: str | None) -> tuple[list[ast.arg], list[ast.arg]]:
    """The arguments that may be given by position, and those by keyword only; self and cls apart."""
    positional = [*node.args.posonlyargs, *node.args.args]
    return positional[1:] if is_method(node, owner) else positional, node.args.kwonlyargs


def dotted(node: ast.AST) -> str:
    """``np.random.rand`` for the expression of that name; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        start = dotted(node.value)
        return f"{start}.{node.attr}" if start else ""
    return ""


def names_defined(tree: ast.Module) -> set[str]:
    """The names that a module itself defines at its top; not what it imports."""
    names: set[str] = set()
    pending: list[ast.stmt] = list(tree.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.ClassDef | FunctionNode):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For):
            names |= {
                one.id
                for one in ast.walk(node)
                if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
            }
        elif isinstance(node, ast.If | ast.Try | ast.With):
            pending += [one for one in ast.walk(node) if isinstance(one, ast.stmt) and one is not node]
    return names
