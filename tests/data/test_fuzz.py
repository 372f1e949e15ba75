"""Twenty thousand spoilt files: each is a valid table of counts or a refusal of our own, and nothing else.

A failure lists the numbers of its cases; ``python -m tests.testing_tools.mutate NUMBER`` shows one, and
``HANDFUL_FUZZ_SEEDS=17,4711 pytest tests/data/test_fuzz.py`` runs just those.
"""

from __future__ import annotations

import io
import os
import re

import numpy as np
import pytest

from handful.data.counts import Counts
from handful.data.read import read_counts
from handful.errors import HandfulError, SourceError, TableError
from tests.data.door import CELL_CODES, LARGEST, NOTE_CODES, TABLE_CODES
from tests.testing_tools import mutate

FILES, BATCH = 20_000, 1_000
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def faults_of_counts(counts: Counts) -> list[str]:
    """What is wrong with what was read, if anything."""
    table, bags, categories = counts.table, counts.bags, counts.categories
    rules = {
        "Counts": isinstance(counts, Counts),
        "int64": table.dtype == np.int64,
        "shape": table.shape == (len(bags), len(categories)),
        "read-only": not table.flags.writeable,
        "two categories": len(categories) >= 2,
        "a bag": len(bags) >= 1,
        "limits": table.size == 0 or (int(table.min()) >= 0 and int(table.max()) <= LARGEST),
        "totals": counts.totals.tolist() == [sum(row) for row in table.tolist()],
        "limit of totals": max(counts.totals.tolist(), default=0) <= LARGEST,
        "texts": all(isinstance(text, str) for text in (*bags, *categories)),
        "named categories": all(text.strip() for text in categories),
        "unique categories": len({text.strip().casefold() for text in categories}) == len(categories),
        "unique bags": len(set(bags)) == len(bags),
        "numbered": counts.named or bags == tuple(str(number + 1) for number in range(len(bags))),
        "labels": all(len(texts) == len(bags) for texts in counts.labels.values()),
        "notes": all(
            each.code in NOTE_CODES and each.text and each.kind in {"note", "warning"}
            for each in counts.notes
        ),
        "no NULs": not any("\x00" in text for text in (*bags, *categories)),
    }
    return [name for name, holds in rules.items() if not holds]


def faults_of_refusal(error: HandfulError) -> list[str]:
    """What is wrong with how it was refused, if anything."""
    text = str(error)
    faults = [] if text else ["no message"]
    faults += ["control characters in the message"] if CONTROL.search(text) else []
    faults += ["a message of more than 20,000 letters"] if len(text) > 20_000 else []
    if isinstance(error, SourceError):
        faults.append("bytes in memory can always be opened")
    if isinstance(error, TableError):
        faults += [] if error.complaints else ["no complaint"]
        for complaint in error.complaints:
            faults += [] if complaint.code in CELL_CODES | TABLE_CODES else [f"code {complaint.code}"]
            faults += [] if complaint.rule and complaint.cure else ["no rule or cure"]
            faults += [] if complaint.found is None or len(complaint.found) <= 40 else ["a long value"]
            faults += [] if complaint.line is None or complaint.line >= 1 else ["line 0"]
    return faults


def faults_of(one: mutate.Case) -> list[str]:
    """What is wrong with how a case went, if anything."""
    try:
        counts = read_counts(io.BytesIO(one.raw), **one.options)
    except HandfulError as error:
        return faults_of_refusal(error)
    except Exception as error:  # noqa: BLE001  (that there is none is what is tested)
        return [f"{type(error).__name__}: {error}"[:200]]
    return faults_of_counts(counts)


def report(seeds) -> list[str]:
    """A line for each case that went wrong."""
    lines = []
    for seed in seeds:
        one = mutate.case(seed)
        if faults := faults_of(one):
            lines.append(f"{sorted(set(faults))} in {one}")
    return lines


@pytest.mark.parametrize("first", range(0, FILES, BATCH))
def test_a_spoilt_file_is_counts_or_a_refusal(first):
    chosen = os.environ.get("HANDFUL_FUZZ_SEEDS", "")
    seeds = [int(number) for number in chosen.split(",")] if chosen else range(first, first + BATCH)
    wrong = report(seeds)
    assert not wrong, f"{len(wrong)} of {BATCH}:\n" + "\n".join(wrong[:10])


def test_the_files_are_spoilt_but_not_beyond_all_reading():
    """Of a thousand cases many are read and many refused, for many reasons: else this file tests nothing."""
    read, reasons = 0, set()
    for seed in range(1_000):
        one = mutate.case(seed)
        try:
            read_counts(io.BytesIO(one.raw), **one.options)
        except TableError as error:
            reasons |= {complaint.code for complaint in error.complaints}
        except HandfulError:
            continue
        else:
            read += 1
    assert 100 < read < 700
    assert len(reasons) >= 20, sorted(reasons)


def test_a_case_is_the_same_for_ever():
    assert mutate.case(17) == mutate.case(17)
    assert len({mutate.case(seed).raw for seed in range(300)}) > 250


def test_the_checker_sees_what_is_wrong():
    """The oracle itself, against planted faults."""
    good = Counts([[3, 4], [1, 2]], categories=("red", "blue"))
    assert faults_of_counts(good) == []

    class Planted:
        """A stand-in with one thing wrong."""

        def __init__(self, **changes):
            for name in ("table", "categories", "bags", "named", "labels", "totals", "notes", "source"):
                setattr(self, name, changes.get(name, getattr(good, name)))

    for changes, fault in (
        ({"table": good.table.astype(float)}, "int64"),
        ({"table": good.table.copy()}, "read-only"),
        ({"categories": ("red", "Red ")}, "unique categories"),
        ({"bags": ("1", "1")}, "unique bags"),
        ({"bags": ("1", "3")}, "numbered"),
        ({"totals": good.totals + 1}, "totals"),
        ({"labels": {"place": ("x",)}}, "labels"),
    ):
        assert fault in faults_of_counts(Planted(**changes))
