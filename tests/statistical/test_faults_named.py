"""The table of docs/faults.md names all twelve faults of row A30, and only what is planted, with its gates."""

import inspect
import re
from pathlib import Path

from tests.statistical import test_hierarchical_faults as hierarchical
from tests.statistical import test_mixture_faults as mixture

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
MODULES = {"mixture": mixture, "hierarchical": hierarchical}
ROW = re.compile(r"\| (\d+) \| [^|]* \| `(\w+)` \| (\w+) \| ([^|]*) \|")


def rows():
    found = ROW.findall(PAGE.read_text(encoding="utf-8"))
    return [
        (int(n), fault, MODULES[where], set(re.findall(r"`(\w+)`", gates)))
        for n, fault, where, gates in found
    ]


def gates_of(module, name) -> set[str]:
    """The gates that a fault is planted for, in the list of faults or as the parameters of a test."""
    listed = {gate.__name__ for fault, gate in module.FAULTS if fault.__name__ == name}
    if listed:
        return listed
    marks = [mark.args for mark in getattr(module, name).pytestmark if mark.name == "parametrize"]
    return {gate.__name__ for names, values in marks if names == "gate" for gate in values}


def test_A30_all_twelve_are_named():
    assert {number for number, *_ in rows()} == set(range(1, 13))


def test_A30_the_table_is_what_is_planted():
    for _, fault, module, gates in rows():
        assert gates == gates_of(module, fault) != set(), fault
        assert all(inspect.isfunction(getattr(module, gate)) for gate in gates)
