"""Who imports whom: floors, cycles, names taken where they are defined, packages on their floor only."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from tests.architecture.source import dotted, module_of, names_defined, place_of

Files = Iterable[tuple[PurePosixPath, str]]

BASE = {
    "errors",
    "rng",
    "arrays",
    "version",
    "stirling",
    "compensated",
    "files",
    "products",
    "parallel",
    "progress",
}
TOP = {"__init__", "__main__"}
FLOORS = {
    "data": 0,
    "distributions": 1,
    "models": 2,
    "inference": 3,
    "mcmc": 3,
    "results": 4,
    "scale": 4,
    "plots": 5,
    "reports": 6,  # its page holds plots
    "classroom": 7,
    "course": 7,
    "cli": 8,  # its commands call the course, and one day the classroom; neither imports it
}

# package -> where it may be imported (a folder, or a file), and whether only inside a function
HOMES: dict[str, tuple[tuple[str, ...], bool]] = {
    "matplotlib": (("plots/",), False),
    "mpl_toolkits": (("plots/",), False),
    "narwhals": (("data/",), False),
    "jinja2": (("reports/", "classroom/", "course/"), False),
    "typer": (("cli/",), False),
    "click": (("cli/",), False),
    "pandas": (("results/",), True),
    "polars": ((), True),
    "pyarrow": (("data/", "scale/"), True),
    "duckdb": (("data/", "scale/"), True),
    "xarray": (("results/datatree.py",), True),
    "arviz": ((), True),
    "arviz_base": (("results/datatree.py",), True),
    "arviz_stats": (("results/", "mcmc/", "course/"), True),
    "h5netcdf": (("results/datatree.py", "classroom/"), True),
    "dask": (("scale/",), True),
    "distributed": (("scale/",), True),
    "starlette": (("classroom/",), False),
    "uvicorn": (("classroom/",), False),
    "multipart": (("classroom/",), False),
    "sqlalchemy": (("classroom/",), False),
    "alembic": (("classroom/",), False),
    "itsdangerous": (("classroom/",), False),
    "segno": (("classroom/",), False),
    "psycopg": (("classroom/",), True),
    "jupytext": (("course/",), True),
    "nbclient": (("course/",), True),
    "nbformat": (("course/",), True),
    "pymc": ((), True),
}
NOT_AT_IMPORT_BELOW_FLOOR_4 = "scipy.stats"  # 0.8 s that most runs do not need


@dataclass(frozen=True)
class Import:
    """One thing imported: a module, or a name from a module."""

    line: int
    module: str
    name: str | None
    lazy: bool  # inside a function
    for_types: bool  # under `if TYPE_CHECKING:`


def imports_of(path: PurePosixPath, source: str) -> list[Import]:
    """Everything that the file imports, wherever in it, calls of import_module with a constant included."""
    found: list[Import] = []

    def visit(node: ast.AST, lazy: bool, for_types: bool) -> None:
        if isinstance(node, ast.Import):
            found.extend(Import(node.lineno, alias.name, None, lazy, for_types) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = absolute(path, node)
            found.extend(Import(node.lineno, module, alias.name, lazy, for_types) for alias in node.names)
        elif isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in (
            "import_module",
            "__import__",
        ):
            constant = [one.value for one in node.args[:1] if isinstance(one, ast.Constant)]
            found.extend(Import(node.lineno, str(name), None, lazy, for_types) for name in constant)
        lazy = lazy or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            types_only = (
                isinstance(node, ast.If)
                and dotted(node.test).endswith("TYPE_CHECKING")
                and child in node.body
            )
            visit(child, lazy, for_types or types_only)

    visit(ast.parse(source), lazy=False, for_types=False)
    return found


def absolute(path: PurePosixPath, node: ast.ImportFrom) -> str:
    """The full name of the module in a from-import."""
    if not node.level:
        return node.module or ""
    folder = path.parent.parts
    kept = folder[: len(folder) - node.level + 1]
    return ".".join([*kept, *([node.module] if node.module else [])])


def ours(files: Files) -> dict[str, tuple[PurePosixPath, ast.Module]]:
    """Dotted name -> path and tree."""
    return {module_of(path): (path, ast.parse(source)) for path, source in files}


def target_of(one: Import, modules: dict[str, object]) -> str:
    """The module of ours that `one` loads: `from handful.data import counts` loads handful.data.counts."""
    longer = f"{one.module}.{one.name}" if one.name else one.module
    return longer if longer in modules else one.module


def wrong_floors(files: Files) -> list[str]:
    """Imports of a floor that is not below, and files that stand on no floor."""
    files = list(files)
    modules = ours(files)
    complaints = []
    for path, source in files:
        here = place_of(path)
        if here in TOP:
            continue
        if here not in BASE and here not in FLOORS:
            complaints.append(f"{path}: {here!r} stands on no floor")
            continue
        for one in imports_of(path, source):
            if one.module.partition(".")[0] != "handful":
                continue
            target = target_of(one, modules)
            where = f"{path}:{one.line}"
            if target == "handful":
                complaints.append(
                    f"{where}: imports from the package root; take {one.name} where it is defined"
                )
                continue
            there = target.split(".")[1]
            if (there == here and here in FLOORS) or there in BASE:
                continue
            if there not in FLOORS:
                complaints.append(f"{where}: imports {target}, which stands on no floor")
            elif here in BASE:
                complaints.append(f"{where}: {here} is at the base and imports {target}")
            elif FLOORS[there] >= FLOORS[here]:
                complaints.append(
                    f"{where}: {here} (floor {FLOORS[here]}) imports {target} (floor {FLOORS[there]})"
                )
    return complaints


def not_where_defined(files: Files) -> list[str]:
    """Names of ours that are imported from a module that only imports them itself."""
    files = list(files)
    modules = ours(files)
    defined = {module: names_defined(tree) for module, (_, tree) in modules.items()}
    return [
        f"{path}:{one.line}: {one.module} does not define {one.name}"
        for path, source in files
        if place_of(path) not in TOP
        for one in imports_of(path, source)
        if one.name and one.module in modules
        and f"{one.module}.{one.name}" not in modules
        and one.name not in defined[one.module]
    ]  # fmt: skip


def cycles(files: Files) -> list[str]:
    """Rings of modules that import each other, by any import in them (Tarjan 1972)."""
    files = list(files)
    modules = ours(files)
    graph = {
        module_of(path): {target_of(one, modules) for one in imports_of(path, source)} & set(modules)
        for path, source in files
        if place_of(path) not in TOP
    }
    rings = [ring for ring in strong_components(graph) if len(ring) > 1 or ring[0] in graph.get(ring[0], ())]
    return ["a cycle of imports: " + ", ".join(sorted(ring)) for ring in rings]


def strong_components(graph: dict[str, set[str]]) -> list[list[str]]:
    """The strongly connected components of `graph`."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    components: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(graph.get(node, ())):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            cut = stack.index(node)
            components.append(stack[cut:])
            del stack[cut:]

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return components


def strangers(path: PurePosixPath, source: str) -> list[str]:
    """Packages imported outside their floor, or too early."""
    below = PurePosixPath(*path.parts[1:]).as_posix()
    complaints = []
    for one in imports_of(path, source):
        where = f"{path}:{one.line}"
        package = one.module.partition(".")[0]
        homes, lazily = HOMES.get(package, (None, False))
        if homes is not None and not any(below.startswith(home) for home in homes):
            complaints.append(f"{where}: {package} is imported outside {' '.join(homes) or 'the tests'}")
        elif lazily and not (one.lazy or one.for_types):
            complaints.append(f"{where}: {package} is an extra: import it inside the function that needs it")
        full = f"{one.module}.{one.name}"
        early = not (one.lazy or one.for_types)
        if (
            early
            and FLOORS.get(place_of(path), 9) < 4
            and is_within(NOT_AT_IMPORT_BELOW_FLOOR_4, one.module, full)
        ):
            complaints.append(f"{where}: {NOT_AT_IMPORT_BELOW_FLOOR_4} at import time, below floor 4")
    return complaints


def is_within(package: str, *names: str) -> bool:
    """Whether one of `names` is `package` or inside it."""
    return any(name == package or name.startswith(f"{package}.") for name in names)


EVERY_RULE: dict[str, Callable[[Files], list[str]]] = {
    "wrong floors": wrong_floors,
    "not where defined": not_where_defined,
    "cycles": cycles,
    "strangers": lambda files: [one for path, source in files for one in strangers(path, source)],
}
