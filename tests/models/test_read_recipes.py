"""Recipes from files: the dialects of the counts reader, and complaints in words of recipes."""

from __future__ import annotations

import codecs
import io
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handful.data.read import read_counts
from handful.data.reading.cells import WHITE
from handful.errors import HandfulError, ParameterError, ParameterTypeError, SourceError, TableError
from handful.models.read_recipes import read_recipes
from handful.models.recipe_cells import parse_share
from handful.models.recipes import Recipes

HEADER = "component,blue,red\n"
PLAIN = HEADER + "NJ,0.25,0.75\nTN,0.2,0.8\n"
RECIPES = Recipes({"NJ": {"blue": 0.25, "red": 0.75}, "TN": {"blue": 0.2, "red": 0.8}})


@pytest.fixture
def read(tmp_path, monkeypatch):
    """A function that reads recipes from a file with some content, called recipes.csv."""
    monkeypatch.chdir(tmp_path)

    def put_and_read(content, **options):
        raw = content if isinstance(content, bytes) else content.encode("utf-8")
        Path("recipes.csv").write_bytes(raw)
        return read_recipes("recipes.csv", **options)

    return put_and_read


@pytest.fixture
def refuse(read):
    """A function that gives the complaints about a file that must be refused."""

    def complaints(content, **options):
        with pytest.raises(TableError) as caught:
            read(content, **options)
        assert str(caught.value).isprintable() or "\n" in str(caught.value)
        return caught.value.complaints

    return complaints


@pytest.fixture
def only(refuse):
    """A function that gives the one complaint about a file that must be refused."""

    def complaint(content, **options):
        found = refuse(content, **options)
        assert len(found) == 1, [str(one) for one in found]
        return found[0]

    return complaint


def codes_of(recipes):
    return {note.code for note in recipes.notes}


def where(complaint):
    return complaint.code, complaint.line, complaint.column, complaint.found


# --- what is read ------------------------------------------------------------------------------


def test_the_first_column_names_the_component_and_the_others_are_categories(read):
    recipes = read(PLAIN)
    assert recipes == RECIPES
    (note,) = recipes.notes
    assert note.text == "Recipes of NJ, TN over blue, red."


DIALECTS = {
    "semicolons": PLAIN.replace(",", ";").encode(),
    "tabs": PLAIN.replace(",", "\t").encode(),
    "bars": PLAIN.replace(",", "|").encode(),
    "sep=": b"sep=;\n" + PLAIN.replace(",", ";").encode(),
    "BOM": codecs.BOM_UTF8 + PLAIN.encode(),
    "UTF-16": PLAIN.encode("utf-16"),
    "UTF-16 by its NULs": PLAIN.encode("utf-16-le"),
    "CRLF": PLAIN.replace("\n", "\r\n").encode(),
    "CR": PLAIN.replace("\n", "\r").encode(),
    "quotes": b'"component","blue","red"\n"NJ","0.25","0.75"\n"TN","0.2","0.8"\n',
    "spaces": b"component, blue, red\n NJ , 0.25,0.75 \nTN,0.20,+0.8\n",
    "blank lines": b"\n" + PLAIN.replace("TN", "\n\nTN").encode() + b"\n",
    "blank columns": b"component,blue,red,,\nNJ,0.25,0.75,,\nTN,0.2,0.8,,\n",
    "no name of the first column": PLAIN.removeprefix("component").encode(),
    "points and powers of ten": b"factory,blue,red\nNJ,.25,7.5e-1\nTN,2E-01,.80\n",
    "decimal commas": b"component;blue;red\nNJ;0,25;0,75\nTN;0,2;,8\n",
    "quoted decimal commas": b'component,blue,red\nNJ,"0,250","0,750"\nTN,"0,2","0,8"\n',
    "no-break spaces": "component,blue,red\nNJ,\u00a00.25,0.75\nTN,0.2,0.8\u202f\n".encode(),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_dialects_are_read_alike(read, dialect):
    assert read(DIALECTS[dialect]) == RECIPES


def test_what_was_assumed_is_said(read):
    assert codes_of(read(DIALECTS["semicolons"])) == {"separator", "recipes"}
    assert codes_of(read(DIALECTS["UTF-16"])) == {"encoding", "recipes"}
    assert codes_of(read(DIALECTS["blank lines"])) == {"skipped_lines", "recipes"}
    commas = read(DIALECTS["decimal commas"])
    assert codes_of(commas) == {"separator", "recipes", "decimal_comma"}
    assert commas.notes[-1].text.startswith("4 shares with a decimal comma")


def test_rounded_figures_are_normalised_after_the_notes_of_the_reader(read):
    recipes = read(HEADER + "NJ,0.333,0.666\nTN,0.2,0.8\n")
    assert [note.code for note in recipes.notes] == ["recipes", "normalised"]
    assert "NJ (0.999)" in recipes.notes[1].text
    assert recipes.proportions[0] == pytest.approx([1 / 3, 2 / 3], rel=1e-12)


def test_zeros_and_a_single_recipe_are_fine(read):
    assert read(HEADER + "NJ,0,1\n").proportions.tolist() == [[0.0, 1.0]]
    assert read(HEADER + "NJ,-0,1.000\n").proportions.tolist() == [[0.0, 1.0]]


def test_a_path_an_open_file_and_standard_input_are_read(tmp_path, monkeypatch):
    path = tmp_path / "recipes.csv"
    path.write_text(PLAIN, encoding="utf-8")
    assert read_recipes(path) == read_recipes(str(path)) == RECIPES
    with path.open("rb") as file:
        assert read_recipes(file) == RECIPES
    assert read_recipes(io.StringIO(PLAIN)) == RECIPES
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PLAIN.encode())))
    assert read_recipes("-") == RECIPES


def test_an_encoding_may_be_named(read, only):
    raw = "component,blue,weiß\nNJ,0.25,0.75\n".encode("cp1252")
    assert read(raw, encoding="cp1252").categories == ("blue", "weiß")
    assert where(only(raw))[:2] == ("encoding", 1)
    with pytest.raises(ParameterError, match="cp9999"):
        read(raw, encoding="cp9999")


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=9).filter(any))
def test_what_is_written_is_read_back(parts):
    shares = [part / sum(parts) for part in parts]
    names = [f"c{c}" for c in range(len(parts))]
    row = dict(zip(names, shares, strict=True))
    text = f"component,{','.join(names)}\nNJ,{','.join(map(repr, shares))}\n"
    assert read_recipes(io.StringIO(text)) == Recipes({"NJ": row})


@given(st.floats(0, 1))
def test_every_share_is_read_to_its_last_digit(share):
    assert parse_share(repr(share)).value == share
    assert parse_share(f"{share:.17f}".replace(".", ",")).value == float(f"{share:.17f}")


# --- sets that ship ----------------------------------------------------------------------------


def test_the_shipped_recipes_of_2017():
    recipes = read_recipes("data:mms-recipes-2017")
    assert recipes.components == ("NJ", "TN")
    assert recipes.categories == ("blue", "brown", "green", "orange", "red", "yellow")
    assert recipes.proportions.tolist() == [
        [0.25, 0.125, 0.125, 0.25, 0.125, 0.125],
        [0.207, 0.124, 0.198, 0.205, 0.131, 0.135],
    ]
    assert [note.code for note in recipes.notes] == ["dataset", "recipes"]
    assert all(place in recipes.notes[0].text for place in ("Hackettstown", "HKP", "Cleveland", "CLV"))


def test_they_meet_the_shipped_bags_of_2019_by_name():
    bags = read_counts("data:mms-2019")
    recipes = read_recipes("data:mms-recipes-2017")
    assert recipes.over(bags.categories)[:, bags.categories.index("blue")].tolist() == [0.25, 0.207]


def test_published_recipes_with_four_labels_are_not_read_and_say_which_are():
    with pytest.raises(SourceError) as caught:
        read_recipes("data:mms-recipes")
    said = str(caught.value)
    assert "4 columns of labels (maker, kind, factory, period)" in said
    assert "open data:mms-recipes-2017" in said


def test_as_a_plain_file_they_are_refused_for_their_columns_of_texts(only):
    raw = files("handful").joinpath("data", "datasets", "mms-recipes.csv").read_bytes()
    complaint = only(raw)
    assert where(complaint) == ("text_column", 2, "kind", "Milk Chocolate")
    assert '"kind", "factory"' in complaint.rule
    assert 'the first (here "maker")' in complaint.rule


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("data:skittles", "holds counts of bags, not recipes; open data:mms-recipes-2017"),
        ("data:mms-recipes-2016", "did you mean 'data:mms-recipes-2017'?"),
        ("data:xyz", "there is mms-recipes-2017"),
        ("nowhere.csv", "there is no file 'nowhere.csv'"),
    ],
)
def test_a_source_that_is_not_there_or_holds_something_else(source, said):
    with pytest.raises(SourceError) as caught:
        read_recipes(source)
    assert said in str(caught.value)


@pytest.mark.parametrize("source", [None, 3, {"NJ": [0.25, 0.75]}], ids=["None", "3", "dict"])
def test_what_is_no_file_belongs_into_recipes(source):
    with pytest.raises(ParameterTypeError, match=r"Recipes\(\.\.\.\)"):
        read_recipes(source)


# --- what is refused, cell by cell -------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "code", "rule", "cure"),
    [
        ("25%", "percent", "is a percentage", "Divide by 100"),
        ("", "blank", "blank is not zero", "Write 0"),
        ("NA", "blank", "blank is not zero", "Write 0"),
        ("-0.25", "negative", "is negative", "Look the figure up"),
        ("-.25", "negative", "is negative", "Look the figure up"),
        ("\u22120.25", "negative", "is negative", "Look the figure up"),
        ("x", "not_a_number", "is no number", "digits 0 to 9"),
        ("1/4", "excel_date", "is a date", "type the share again"),
        ("0.25.1", "not_a_number", "is no number", "digits 0 to 9"),
        ("#REF!", "excel_error", "spreadsheet", "Mend it"),
        ("03-Jan", "excel_date", "is a date", "type the share again"),
        ("~0.25", "censored", "with a mark", "nothing around it"),
        ('"1,000"', "thousands", "thousands separator", "decimal point"),
        ("0_25", "underscore", "is no number", "digits 0 to 9"),
        ("\u0663", "non_ascii_digit", "digits other than 0 to 9", "Type it with 0 to 9"),
        ("nan", "blank", "blank is not zero", "Write 0"),
        ("inf", "not_a_number", "is no number", "digits 0 to 9"),
        ("0x1", "not_a_number", "is no number", "digits 0 to 9"),
        ("True", "boolean", "is no number", "digits 0 to 9"),
    ],
)
def test_a_cell_that_is_no_share(only, cell, code, rule, cure):
    complaint = only(HEADER + f"NJ,0.25,0.75\nTN,{cell},0.75\n")
    assert where(complaint) == (code, 3, "blue", cell.strip('"'))
    assert rule in complaint.rule
    assert "A share is a number from 0 to 1." in complaint.rule
    assert cure in complaint.cure
    assert str(complaint).startswith(
        f'recipes.csv line 3, column "blue": "{cell.strip(chr(34))}" {complaint.rule}'
    )


def test_a_share_above_1_is_refused_though_the_sum_is_near_1(only):
    complaint = only(HEADER + "NJ,1.0005,0\n")
    assert where(complaint) == ("too_large", 2, "blue", "1.0005")
    assert "is above 1." in complaint.rule


def test_all_complaints_come_at_once_line_by_line(refuse):
    found = refuse(HEADER + "NJ,25%,0.75\nTN,0.2,0.7\nNJ,,0.3\n")
    assert [where(one)[:3] for one in found] == [
        ("percent", 2, "blue"),
        ("sum", 3, None),
        ("duplicate_component", 4, "component"),
        ("blank", 4, "blue"),
    ]


@pytest.mark.parametrize(
    ("row", "code", "total", "cure"),
    [
        ("TN,0.2,0.7", "sum", "0.9", "Is a category missing"),
        ("TN,0.2,0.8011", "sum", "1.0011", "Is a category missing"),
        ("TN,20,80", "percent", "100", "divide each by 100"),
        ("TN,20.7,78.9", "percent", "99.6", "divide each by 100"),
        ("TN,12,43", "sum", "55", "divide each by their sum"),
        ("TN,0,0", "sum", "0", "Is a category missing"),
    ],
)
def test_a_recipe_that_does_not_sum_to_1_is_not_repaired(only, row, code, total, cure):
    complaint = only(f"{HEADER}NJ,0.25,0.75\n{row}\n")
    assert where(complaint) == (code, 3, None, None)
    assert complaint.rule.startswith(f'the recipe of "TN" sums to {total}, but')
    assert cure in complaint.cure


# --- what is refused as a table ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code", "line", "said"),
    [
        ("", "empty_file", None, "component,blue,brown"),
        (HEADER, "no_recipes", 1, "there is a header, but no recipe below it. Add a row for each component."),
        ("component\nNJ\nTN\n", "too_few_categories", None, "no column holds shares"),
        ("component,blue\nNJ,1\n", "too_few_categories", None, 'only one category, "blue"'),
        ("NJ,0.25,0.75\nTN,0.2,0.8\n", "no_header", 1, "component,blue,brown"),
        ("NJ,.25,.75\nTN,.2,.8\n", "no_header", None, "component,blue,brown"),
        ("name,0,1,.5\nTN,0,.8,.2\n", "no_header", None, "component,blue,brown"),
        ("blue,red,tan\n.25,.25,.5\n.2,.3,.5\n", "no_components", None, "names of the columns|names first"),
        (HEADER + "NJ,0.25\n", "row_too_short", 2, "Write a share for every category"),
        (HEADER + "NJ,0.25,0.75\nTN,0.2,0.3,0.5\n", "row_too_long", 3, "the row has 4 cells, the header 3"),
        (HEADER + ",0.25,0.75\n", "blank", 2, "the component has no name"),
        (HEADER + "NJ,0.2,0.8\nNJ,0.3,0.7\n", "duplicate_component", 3, "earlier component, on line 2"),
        ("component,blue,Blue\nNJ,0.2,0.8\n", "duplicate_column", 1, "have the same name"),
        ("component,blue,\nNJ,0.2,0.8\n", "unnamed_column", 1, "Name each category"),
        ("component,blue,red,sum\nNJ,0.2,0.8,1\n", "total", None, "Take the column out"),
        (HEADER + 'NJ,"0.2,0.8\n', "unclosed_quote", 2, "never closed"),
        (HEADER + "NJ,milk,0.5\nTN,dark,0.5\n", "text_column", 2, "one column of names, the first"),
        ("component,category,share\nNJ,blue,0.25\nNJ,red,0.75\n", "text_column", 2, "Take the others out"),
    ],
)  # fmt: skip
def test_a_table_that_is_none_of_recipes(only, content, code, line, said):
    complaint = only(content)
    assert (complaint.code, complaint.line) == (code, line)
    text = f"{complaint.rule} {complaint.cure}"
    assert any(part in text for part in said.split("|"))
    assert "bag" not in text


def test_numbers_may_name_categories_under_a_column_called_name(read, only):
    """The cure of the complaint about such a header works."""
    complaint = only("component,1,2\nNJ,0.25,0.75\n")
    assert complaint.code == "no_header"
    assert "call its first column 'name'" in complaint.cure
    assert read("name,1,2\nNJ,0.25,0.75\n").categories == ("1", "2")


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1", b"\x1f\x8b"])
def test_a_workbook_is_known_by_its_first_bytes(only, start):
    assert only(start + bytes(60)).code == "workbook"


@pytest.mark.parametrize("cell", ["1" * 200_000 + "x", "-" * 200_000, "1," * 100_000, "0" * 200_000 + "%"])
def test_a_long_cell_is_judged_in_no_time_and_shown_short(only, cell):
    complaint = only(f'{HEADER}NJ,0.25,0.75\nTN,"{cell}",0.8\n')
    assert complaint.line == 3
    assert len(str(complaint)) < 300


ALPHABET = st.text("01259.,;%\t|\"'-+eE \r\n#NAabc=\ufeff\u00a0\u0663", max_size=60)


@given(st.one_of(ALPHABET, ALPHABET.map(lambda text: PLAIN + text), st.binary(max_size=40)))
def test_whatever_is_in_it_is_read_or_refused(content):
    raw = content if isinstance(content, bytes) else content.encode("utf-8")
    try:
        recipes = read_recipes(io.BytesIO(raw))
    except HandfulError:  # any other error fails the test
        return
    assert abs(recipes.proportions.sum(axis=1) - 1).max() <= 1e-9
    assert all(name == name.strip(WHITE) != "" for name in (*recipes.components, *recipes.categories))
