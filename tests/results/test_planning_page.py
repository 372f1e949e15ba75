"""docs/planning.md: every example on the page runs, and says what the page says."""

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "planning.md"


def test_the_examples_of_the_page_run():
    failed, tried = doctest.testfile(
        str(PAGE), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE
    )
    assert tried >= 12
    assert failed == 0
