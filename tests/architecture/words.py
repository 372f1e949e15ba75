"""The words that DESIGN section 1 bans, looked for in the names that the source defines."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

BANNED = ("group", "cluster", "sample", "trace", "hpd", "probability vector")

# (file, name) -> why the name is right there all the same
ALLOWED: dict[tuple[str, str], str] = {}

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def banned_words(path: PurePosixPath, source: str) -> list[str]:
    """Names defined in the file that hold a banned word."""
    return [
        f"{path}:{line}: {name!r} holds the banned word {word!r}"
        for line, name in sorted(set(names_given(ast.parse(source))))
        for word in BANNED
        if holds(name, word) and (path.as_posix(), name) not in ALLOWED
    ]


def holds(name: str, banned: str) -> bool:
    """Whether the words of an identifier hold `banned`, in the singular or the plural."""
    words = " ".join(part.lower() for part in WORD.findall(name))
    return re.search(rf"\b{banned}s?\b", words) is not None


def names_given(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, identifier) for what is defined here: not for what other people's modules call their things."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
        elif isinstance(node, ast.alias) and node.asname:
            yield node.lineno, node.asname


EVERY_RULE = {"banned words": banned_words}
