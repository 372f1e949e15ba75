"""What can be opened, and what is said of things that are no tables.

The rows C18 to C20 of the list 'Data at the door'.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import handful
from handful.data.read import read_counts
from handful.errors import HandfulError, ParameterError, SourceError, TableError
from tests.data.door import Door, content_of, words

PLAIN = "bag,red,green,blue\nA,3,4,5\nB,1,0,22\n"
TABLE = [[3, 4, 5], [1, 0, 22]]


def zipped(names: list[str], stored: bool = False) -> bytes:
    """A zip archive with these members."""
    buffer = io.BytesIO()
    how = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(buffer, "w", how) as archive:
        for name in names:
            archive.writestr(name, "application/vnd.oasis.opendocument.spreadsheet")
    return buffer.getvalue()


WORKBOOKS = [
    pytest.param(zipped(["[Content_Types].xml", "xl/workbook.xml"]), id="xlsx"),
    pytest.param(zipped(["mimetype", "content.xml"], stored=True), id="ods"),
    pytest.param(zipped(["bags.csv"]), id="zip"),
    pytest.param(zipped([]), id="empty-zip"),
    pytest.param(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504), id="xls"),
]


@pytest.mark.parametrize("raw", WORKBOOKS)
def test_C18_a_workbook_is_known_by_its_first_bytes(
    door: Door, raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never unzipped, so that a zip bomb stays folded."""

    def never(*arguments: object, **options: object) -> None:
        pytest.fail("the archive was opened")

    monkeypatch.setattr(zipfile, "ZipFile", never)
    complaint = door.only(raw)
    assert complaint.code == "workbook"
    assert "csv" in words(complaint)
    assert "workbook" in f"{complaint} {words(complaint)}".lower()


def test_C19_a_line_of_ten_megabytes_is_refused(door: Door) -> None:
    raw = b"bag,red,blue,place\nA,3,4," + b"x" * 10_000_000 + b"\nB,1,2,y\n"
    complaint = door.only(raw)
    assert (complaint.code, complaint.line) == ("line_too_long", 2)
    assert len(str(complaint)) < 1_000


def test_C19_a_header_of_ten_megabytes_is_refused(door: Door) -> None:
    complaint = door.only(b"x" * 10_000_000)
    assert (complaint.code, complaint.line) == ("line_too_long", 1)


def test_C19_a_line_below_the_limit_is_read(door: Door) -> None:
    counts = door.read("bag,red,blue,place\nA,3,4," + "x" * 900_000 + "\n")
    assert len(counts.labels["place"][0]) == 900_000


def wide(columns: int) -> str:
    """A table of two bags with an id and as many categories as make up so many columns."""
    names = ",".join(f"c{number}" for number in range(1, columns))
    return f"bag,{names}\nA{',1' * (columns - 1)}\nB{',2' * (columns - 1)}\n"


def test_C19_more_than_20_000_columns_are_refused(door: Door) -> None:
    complaint = door.only(wide(20_001))
    assert (complaint.code, complaint.line) == ("too_many_columns", 1)
    assert "20000" in f"{complaint} {words(complaint)}".replace(",", "")


def test_C19_20_000_columns_are_read(door: Door) -> None:
    assert door.read(wide(20_000)).table.shape == (2, 19_999)


# --- C20: paths -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [str, Path], ids=["str", "Path"])
def test_C20_a_path_is_read(door: Door, kind: type) -> None:
    counts = read_counts(kind(door.put(PLAIN)))
    assert counts.table.tolist() == TABLE
    assert "bags.csv" in counts.source


def test_C20_an_open_file_is_read(door: Door) -> None:
    with Path(door.put(PLAIN)).open("rb") as file:
        assert read_counts(file).table.tolist() == TABLE
        assert not file.closed
    assert read_counts(io.BytesIO(PLAIN.encode())).table.tolist() == TABLE


def test_C20_a_file_object_that_gives_little_at_a_time_is_read() -> None:
    class Trickle(io.RawIOBase):
        """A raw stream, as a pipe is: at most three bytes a call, and it cannot seek."""

        left = io.BytesIO(PLAIN.encode())

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            return self.left.readinto(memoryview(buffer)[:3])

    assert read_counts(Trickle()).table.tolist() == TABLE


def test_C20_a_symlink_is_followed(door: Door) -> None:
    Path("link.csv").symlink_to(door.put(PLAIN))
    assert read_counts("link.csv").table.tolist() == TABLE


@pytest.mark.parametrize("target", ["nowhere.csv", "link.csv"], ids=["dangling", "to-itself"])
def test_C20_a_symlink_to_nothing_is_a_source_error(door: Door, target: str) -> None:
    (door.directory / "link.csv").symlink_to(target)
    with pytest.raises(SourceError) as caught:
        read_counts("link.csv")
    assert caught.value.source == "link.csv"


def test_C20_a_missing_file_is_told_the_nearest_name(door: Door) -> None:
    door.put(PLAIN)
    door.put(PLAIN, "other.txt")
    with pytest.raises(SourceError, match=r"bags\.csv") as caught:
        read_counts("bag.csv")
    error = caught.value
    assert isinstance(error, OSError)
    assert isinstance(error, HandfulError)
    assert error.source == "bag.csv"
    assert "bag.csv" in str(error)
    assert "other.txt" not in str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize("asked", ["bag.csv", "no/such/directory/bag.csv", "bag\x00.csv"], ids=ascii)
def test_C20_a_missing_file_with_no_name_near_is_a_source_error(door: Door, asked: str) -> None:
    door.put(PLAIN, "zzzzzz.dat")
    with pytest.raises(SourceError) as caught:
        read_counts(asked)
    assert "zzzzzz" not in str(caught.value)


def test_C20_a_directory_is_a_source_error(door: Door) -> None:
    with pytest.raises(SourceError, match=r"(?i)directory|folder"):
        read_counts(str(door.directory))


def test_C20_an_unreadable_file_is_a_source_error(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a fake, since root may read everything."""
    name = door.put(PLAIN)

    def locked(*arguments: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied", name)

    with monkeypatch.context() as patch:
        for owner, attribute in (("builtins", "open"), ("io", "open"), ("os", "open")):
            patch.setattr(f"{owner}.{attribute}", locked)
        with pytest.raises(SourceError, match=r"bags\.csv"):
            read_counts(name)


def test_C20_a_stream_that_breaks_is_a_source_error() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

        read1 = readinto = readinto1 = read  # type: ignore[assignment]

    with pytest.raises(SourceError):
        read_counts(Broken())


@pytest.mark.parametrize("wrong", [42, None, ["a", "b"], {"red": [3]}, 3.5], ids=repr)
def test_what_is_no_source_is_a_type_error(wrong: object) -> None:
    with pytest.raises(HandfulError) as caught:
        read_counts(wrong)  # type: ignore[arg-type]
    assert isinstance(caught.value, TypeError)


def test_a_text_stream_is_read_or_refused_but_never_leaks() -> None:
    try:
        counts = read_counts(io.StringIO(PLAIN))  # type: ignore[arg-type]
    except HandfulError:
        return
    assert counts.table.tolist() == TABLE


def test_an_unknown_data_set_is_told_the_nearest_name() -> None:
    with pytest.raises(SourceError, match="skittles") as caught:
        read_counts("data:skitles")
    assert caught.value.source == "data:skitles"


@pytest.mark.parametrize("name", ["../errors", "skittles.csv/..", "/etc/passwd", ""])
def test_a_data_set_is_no_way_to_other_files(name: str) -> None:
    with pytest.raises(SourceError):
        read_counts(f"data:{name}")


# --- C20: standard input, in another process --------------------------------------------------

SCRIPT = """
import json, sys
from handful.data.read import read_counts
from handful.errors import TableError
try:
    counts = read_counts(sys.argv[1])
    print(json.dumps([counts.table.tolist(), counts.categories, counts.bags, counts.source]))
except TableError as error:
    print(json.dumps([[each.line, each.column, str(each)] for each in error.complaints]))
"""


def piped(source: str, raw: bytes) -> list[object]:
    """What another process reads from its standard input, a pipe."""
    place = str(Path(handful.__path__[0]).parent)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, source],
        input=raw,
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": place},
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


@pytest.mark.parametrize("source", ["-", "/dev/stdin"])
@pytest.mark.parametrize(
    "raw",
    [PLAIN.encode(), PLAIN.replace(",", ";").encode("utf-16"), b"\xef\xbb\xbf" + PLAIN.encode()],
    ids=["utf-8", "utf-16-semicolons", "byte-order-mark"],
)
def test_C20_standard_input_is_read_once(source: str, raw: bytes) -> None:
    table, categories, bags, said = piped(source, raw)
    assert table == TABLE
    assert categories == ["red", "green", "blue"]
    assert bags == ["A", "B"]
    assert said


def test_C20_complaints_about_standard_input_have_lines() -> None:
    ((line, column, text),) = piped("-", PLAIN.replace("22", "-22").encode())  # type: ignore[misc]
    assert (line, column) == (3, "blue")
    assert 'line 3, column "blue" (bag "B"): "-22"' in text


def test_C20_empty_standard_input_is_an_empty_file() -> None:
    ((_, _, text),) = piped("-", b"")  # type: ignore[misc]
    assert "empty" in text.lower()


# --- names of options -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "parameter", "nearest"),
    [
        pytest.param({"id": "bgas"}, "id", "bag", id="id"),
        pytest.param({"drop": ("gren",)}, "drop", "green", id="drop"),
        pytest.param({"labels": "bleu"}, "labels", "blue", id="labels"),
    ],
)
def test_an_unknown_column_is_told_the_nearest(
    door: Door, options: dict[str, object], parameter: str, nearest: str
) -> None:
    with pytest.raises(ParameterError, match=nearest) as caught:
        door.read(PLAIN, **options)
    assert caught.value.name == parameter


def test_reading_twice_gives_the_same(door: Door) -> None:
    assert content_of(door.read(PLAIN)) == content_of(door.read(PLAIN))
    assert door.read(PLAIN) == door.read(PLAIN)


def test_nothing_is_half_read(door: Door) -> None:
    with pytest.raises(TableError) as caught:
        door.read(PLAIN + "C,1,2,three\n")
    assert not hasattr(caught.value, "counts")
