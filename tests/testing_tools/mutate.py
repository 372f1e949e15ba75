"""Files that once were tables: seeded mutations, each of which can be replayed by its number.

``python -m tests.testing_tools.mutate 1234`` shows the bytes and the options of case 1234.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass

from tests.testing_tools.dialects import ENCODINGS, LINE_ENDS, QUOTINGS, SEPARATORS, Dialect, Table, write

PLAIN_ODD_CELLS = [
    "NA",
    "#N/A",
    "#REF!",
    "3.0",
    "3.7",
    "0.25",
    "30%",
    "-3",
    "-0",
    "+3",
    "1_000",
    "1,234",
    "1.234",
    "٣",
    "３",
    "²",
    "½",
    "−3",
    "True",
    "three",
    "03-Jan",
    "1E+05",
    "nan",
    "inf",
    "-inf",
    "1e400",
    "0x10",
    "--",
    ".",
    "-",
    "9007199254740991",
    "9007199254740992",
    "9223372036854775808",
    "total",
    "=1+1",
    "<5",
    "5*",
    "(5)",
    "3,0",
    "05.01.2024",
    "1.2.3",
    "'",
    '"',
    '""',
    '"x',
    "🍬",
]
ODD_CELLS = (
    *PLAIN_ODD_CELLS,
    *("", " ", "1 234", "\xa03", "\u202e", "\x1b[31m", "\ufeff", "\u2028"),
    *("9" * 400, "0" * 300 + "7", "1" * 5_000, "x" * 5_000),
)
ODD_BYTES = (
    *(b"\x00", b"\x00\x00\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\x80", b"\x85", b"\xf4\x90\x80\x80"),
    *(b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0", b"\x1f\x8b"),
    *(b"\r", b"\n", b"\r\n", b"\r\r\n", b"\x0c", b"\x1a", b"sep=,\n", b"sep=\n"),
    *(b'"', b"'", b"\\", b",", b";", b"\t", b"|", b",,,,", b'"""'),
)
OTHER_CODECS = ("cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp037", "shift_jis")


@dataclass(frozen=True)
class Case:
    """A file and how it is read."""

    seed: int
    raw: bytes
    options: dict[str, object]
    story: tuple[str, ...]

    def __str__(self) -> str:
        """Enough to see what happened, and the seed to replay it."""
        return f"case {self.seed}: {' > '.join(self.story)}, options {self.options}, bytes {self.raw[:300]!r}"


# --- from a seed to a table -------------------------------------------------------------------


def random_table(rng: random.Random) -> Table:
    """A small plain table, with some of what real ones have."""
    bags, width = rng.randint(1, 9), rng.randint(2, 6)
    categories = rng.sample(["red", "green", "blue", "brown", "orange", "yellow", "größe", "a b"], width)
    if rng.random() < 0.2:
        categories[-1] = rng.choice(["total", "recorded_total", "Red", "nr", "n", "2019", "box_id"])
    rows = tuple(tuple(rng.choice((0, 1, rng.randint(0, 60))) for _ in categories) for _ in range(bags))
    ids = [f"A-{number:02d}" if rng.random() < 0.9 else str(number) for number in range(bags)]
    named = rng.random() < 0.7
    texts = ["Ulm", "Köln", "", "x,y", 'the "inn"', "two\nlines", "2019-06-27"]
    return Table(
        tuple(categories),
        rows,
        id_name=rng.choice(["bag", "id", "sample", "sample_id", "Bag #", ""]) if named else None,
        bags=tuple(ids) if named else (),
        labels={"place": tuple(rng.choice(texts) for _ in range(bags))} if rng.random() < 0.4 else {},
    )


def random_dialect(rng: random.Random) -> Dialect:
    """Any dialect, plain ones more often."""
    if rng.random() < 0.4:
        return Dialect()
    return Dialect(
        rng.choice(SEPARATORS),
        rng.choice(LINE_ENDS),
        rng.choice(list(ENCODINGS)),
        rng.choice(QUOTINGS),
        rng.randint(0, 2),
        rng.random() < 0.2,
        rng.random() < 0.8,
    )


def long_table(rng: random.Random) -> bytes:
    """A row a bag and category."""
    pairs = [(bag, category) for bag in "ABCD" for category in ("red", "blue", "green")]
    lines = [f"{bag},{category},{rng.randint(0, 30)}" for bag, category in pairs if rng.random() < 0.9]
    header = rng.choice(["bag,color,n", "bag,color,n", "site,color,n"])
    return ("\n".join([header, *lines]) + "\n").encode()


# --- mutations --------------------------------------------------------------------------------


def _place(raw: bytes, rng: random.Random) -> int:
    return rng.randint(0, len(raw))


def flip_bits(raw: bytes, rng: random.Random) -> bytes:
    """One to four bytes changed in one bit each."""
    changed = bytearray(raw)
    for _ in range(rng.randint(1, 4)):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def set_bytes(raw: bytes, rng: random.Random) -> bytes:
    """One to four bytes replaced by any others."""
    changed = bytearray(raw)
    for _ in range(rng.randint(1, 4)):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def insert_odd(raw: bytes, rng: random.Random) -> bytes:
    """A delimiter, quote, mark, NUL or half a character put in somewhere."""
    place = _place(raw, rng)
    return raw[:place] + rng.choice(ODD_BYTES) + raw[place:]


def delete_piece(raw: bytes, rng: random.Random) -> bytes:
    """A few bytes cut out."""
    place = _place(raw, rng)
    return raw[:place] + raw[place + rng.randint(1, 8) :]


def delete_delimiter(raw: bytes, rng: random.Random) -> bytes:
    """One separator, quote or line end cut out."""
    places = [place for place, byte in enumerate(raw) if byte in b',;\t|"\r\n']
    if not places:
        return raw
    place = rng.choice(places)
    return raw[:place] + raw[place + 1 :]


def truncate(raw: bytes, rng: random.Random) -> bytes:
    """The end cut off."""
    return raw[: _place(raw, rng)]


def behead(raw: bytes, rng: random.Random) -> bytes:
    """The beginning cut off."""
    return raw[_place(raw, rng) :]


def swap_lines(raw: bytes, rng: random.Random) -> bytes:
    """The lines in another order, the header perhaps among them."""
    lines = raw.split(b"\n")
    rng.shuffle(lines)
    return b"\n".join(lines)


def repeat_line(raw: bytes, rng: random.Random) -> bytes:
    """A line twice or more: a bag, or the header."""
    lines = raw.split(b"\n")
    place = rng.randrange(len(lines))
    return b"\n".join(lines[:place] + [lines[place]] * rng.randint(2, 4) + lines[place + 1 :])


def repeat_column(raw: bytes, rng: random.Random) -> bytes:
    """A column twice, header and all."""
    grid = [line.split(b",") for line in raw.split(b"\n")]
    place = rng.randrange(max(len(line) for line in grid))
    return b"\n".join(
        b",".join(line[: place + 1] + line[place : place + 1] + line[place + 1 :]) for line in grid
    )


def odd_cell(raw: bytes, rng: random.Random) -> bytes:
    """A cell replaced by an odd one; sometimes a whole column of them."""
    grid = [line.split(b",") for line in raw.split(b"\n")]
    text = rng.choice(ODD_CELLS).encode()
    column = rng.randrange(max(len(line) for line in grid))
    rows = range(1, len(grid)) if rng.random() < 0.2 else [rng.randrange(len(grid))]
    for row in rows:
        if column < len(grid[row]):
            grid[row][column] = text
    return b"\n".join(b",".join(line) for line in grid)


def other_encoding(raw: bytes, rng: random.Random) -> bytes:
    """The text in another encoding, or decoded wrongly and encoded again."""
    text = raw.decode(rng.choice(("utf-8", "latin-1")), errors="replace")
    return text.encode(rng.choice(OTHER_CODECS), errors="replace")


def double(raw: bytes, rng: random.Random) -> bytes:
    """The file after itself."""
    return raw + raw[: _place(raw, rng)]


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(flip_bits, set_bytes, insert_odd, insert_odd, delete_piece, delete_delimiter, truncate, behead),
    *(swap_lines, repeat_line, repeat_column, odd_cell, odd_cell, odd_cell, other_encoding, double),
)


def random_options(rng: random.Random) -> dict[str, object]:
    """Mostly none."""
    options: dict[str, object] = {}
    if rng.random() < 0.15:
        options["blank_is_zero"] = True
    if rng.random() < 0.1:
        options["id"] = rng.choice(["bag", "place", "red", "nowhere"])
    if rng.random() < 0.1:
        options["labels"] = rng.choice(["place", "red", "nowhere"])
    if rng.random() < 0.1:
        options["drop"] = rng.choice([("red",), ("place", "red"), ("total",), ("nowhere",)])
    if rng.random() < 0.08:
        options["encoding"] = rng.choice(
            ["cp1252", "utf-8", "utf-16", "latin-1", "utf-7", "utf-32", "shift_jis", "klingon"]
        )
    return options


def case(seed: int) -> Case:
    """The case with this number, the same for ever."""
    rng = random.Random(seed)
    if rng.random() < 0.1:
        raw, story = long_table(rng), ["long"]
    else:
        dialect = random_dialect(rng)
        raw, story = write(random_table(rng), dialect), [str(dialect)]
    for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3, 5))):
        mutation = rng.choice(MUTATIONS)
        raw = mutation(raw, rng)
        story.append(mutation.__name__)
    return Case(seed, raw, random_options(rng), tuple(story))


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        one = case(int(argument))
        print(one)
        sys.stdout.buffer.write(one.raw + b"\n")
