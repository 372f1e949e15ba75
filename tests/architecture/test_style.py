"""Budgets, habits and words: the rules that look at one file at a time."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from tests.architecture import budgets, habits, words
from tests.architecture.source import source_files

RULES = budgets.EVERY_RULE | habits.EVERY_RULE | words.EVERY_RULE
SOMEWHERE = PurePosixPath("handful/models/pooled.py")
IN_CLI = PurePosixPath("handful/cli/fit.py")
IN_RNG = PurePosixPath("handful/rng.py")
LONG_BODY = "\n".join("    x = 1" for _ in range(50))


@pytest.mark.parametrize("name", RULES)
def test_the_source_keeps(name):
    complaints = [one for path, source in source_files() for one in RULES[name](path, source)]
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


PLANTED = [
    ("long files", "x = 1\n" * 301),
    ("long functions", f"def f():\n{LONG_BODY}"),
    ("long functions", f"class A:\n  async def f(self):\n{LONG_BODY}"),
    ("many arguments", "def f(a, b, c): ..."),
    ("many arguments", "def f(a, b, /, c): ..."),
    ("many arguments", "class A:\n    def __init__(self, a, b, c): ..."),
    ("many arguments", "class A:\n    @staticmethod\n    def f(a, b, c): ..."),
    ("many arguments", "def f(*, a, b, c, d, e, f, g, h): ..."),
    ("many arguments", "def f():\n    def g(a, b, c): ..."),
    ("catch-all arguments", "def f(**kwargs): ..."),
    ("catch-all arguments", "class A:\n    def __init__(self, **kwargs): ..."),
    ("undocumented", "x = 1"),
    ("undocumented", '"""A file."""\ndef f(): ...'),
    ("undocumented", '"""A file."""\nclass A: ...'),
    ("undocumented", '"""A file."""\nclass A:\n    """A class."""\n    def f(self): ...'),
    ("untyped", "def f(a) -> None: ..."),
    ("untyped", "def f(a: int): ..."),
    ("untyped", "class A:\n    def f(self, *, a) -> None: ..."),
    ("untyped", "def f(*args) -> None: ..."),
    ("global randomness", "x = np.random.rand(3)"),
    ("global randomness", "np.random.seed(1)"),
    ("global randomness", "x = np.random.default_rng(1)"),
    ("global randomness", "x: np.random.RandomState"),
    ("global randomness", "import random"),
    ("global randomness", "from random import choice"),
    ("global randomness", "from numpy.random import default_rng"),
    ("global randomness", "from numpy import random"),
    ("global randomness", "x = stats.norm.rvs(size=3)"),
    ("global randomness", "x = prior.rvs(3, random_state=None)"),
    ("assertions", "def f(x):\n    assert x > 0"),
    ("pickles", "import pickle"),
    ("pickles", "def f():\n    from cloudpickle import dumps"),
    ("pickles", "x = np.load(f, allow_pickle=True)"),
    ("pickles", "x = frame.to_pickle(f)"),
    ("banned words", "def cluster_bags(): ..."),
    ("banned words", "class SampleTable: ..."),
    ("banned words", "def f(samples): ..."),
    ("banned words", "probability_vector = 1"),
    ("banned words", "self.trace = 1"),
    ("banned words", "for group in x: ..."),
    ("banned words", "x = [1 for HPDInterval in y]"),
    ("banned words", "import counts as sample"),
]


@pytest.mark.parametrize(("name", "source"), PLANTED)
def test_a_planted_fault_is_seen(name, source):
    assert len(RULES[name](SOMEWHERE, source)) == 1


FINE = [
    ("long files", SOMEWHERE, "x = 1\n" * 300),
    ("long functions", SOMEWHERE, f'def f():\n    """Doc.\n\n    More.\n    """\n{LONG_BODY[10:]}'),
    ("many arguments", SOMEWHERE, "def f(a, b, *, c, d, e, f, g): ..."),
    (
        "many arguments",
        SOMEWHERE,
        "class A:\n    def f(self, a, b): ...\n    def __exit__(self, a, b, c): ...",
    ),
    ("many arguments", SOMEWHERE, "@dataclass\nclass A:\n    a: int\n    b: int\n    c: int"),
    ("many arguments", IN_CLI, "def f(a, b, c, d, e, f, g, h, i): ..."),
    ("catch-all arguments", SOMEWHERE, "def _f(**kwargs): ...\ndef f(g):\n    def h(**kwargs): ..."),
    (
        "undocumented",
        SOMEWHERE,
        '"""A file."""\ndef _f(): ...\nclass A:\n    """A class."""\n    def _f(self): ...',
    ),
    ("untyped", SOMEWHERE, "class A:\n    def f(self, a: int, *rest: int) -> None: ..."),
    ("untyped", SOMEWHERE, "x = lambda a: a"),
    ("global randomness", SOMEWHERE, "def f(rng: np.random.Generator): return rng.random(3)"),
    ("global randomness", SOMEWHERE, "x = prior.rvs(3, random_state=rng)"),
    ("global randomness", IN_RNG, "x = np.random.default_rng(1)"),
    ("assertions", SOMEWHERE, "def f(x):\n    raise ValueError"),
    ("pickles", SOMEWHERE, "x = np.load(f, allow_pickle=False)"),
    ("banned words", SOMEWHERE, "x = match.group(1)\nresampled = retraced = 1"),
    ("banned words", SOMEWHERE, "roles = {'sample': 1}"),
]


@pytest.mark.parametrize(("name", "path", "source"), FINE)
def test_what_is_fine_passes(name, path, source):
    assert RULES[name](path, source) == []


def test_every_rule_is_seen_to_fail_and_to_pass():
    assert {name for name, _ in PLANTED} == {name for name, _, _ in FINE} == set(RULES)


def test_allowed_words_are_still_there():
    given = {
        (path.as_posix(), name)
        for path, source in source_files()
        for _, name in words.names_given(words.ast.parse(source))
    }
    assert set(words.ALLOWED) <= given
