"""Joint tables: margins, conditionals and Bayes' rule against fractions counted by hand."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handful.distributions.joint_table import JointTable
from handful.errors import ParameterError, ParameterTypeError

ROWS, COLUMNS = ("day", ["rain", "dry"]), ("sky", ["cloudy", "clear"])


def weather(table=((0.1, 0.1), (0.4, 0.4))):
    return JointTable(table, rows=ROWS, columns=COLUMNS)


@st.composite
def whole_tables(draw):
    """Counts of pairs, with at least one pair in all: probabilities as exact fractions."""
    n, m = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    cells = draw(st.lists(st.integers(0, 9), min_size=n * m, max_size=n * m).filter(any))
    return np.array(cells).reshape(n, m)


def joint(counts):
    rows = ("r", [f"r{i}" for i in range(counts.shape[0])])
    columns = ("c", [f"c{j}" for j in range(counts.shape[1])])
    return JointTable(counts / counts.sum(), rows=rows, columns=columns)


@given(whole_tables())
def test_everything_is_what_counting_pairs_gives(counts):
    table, total = joint(counts), int(counts.sum())
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    assert list(table.margin("r").values()) == pytest.approx(rows / total)
    assert list(table.margin("c").values()) == pytest.approx(columns / total)
    for (i, j), cell in np.ndenumerate(counts):
        assert table.probability(f"c{j}", f"r{i}") == pytest.approx(cell / total)
        for given_, other, n in ((f"c{j}", f"r{i}", columns[j]), (f"r{i}", f"c{j}", rows[i])):
            if n == 0:
                with pytest.raises(ParameterError, match="never happens"):
                    table.given(given_)
                with pytest.raises(ParameterError, match="never happens"):
                    table.bayes(other, given=given_)
                continue
            truth = float(Fraction(int(cell), int(n)))
            assert table.given(given_)[other] == pytest.approx(truth, abs=1e-15)
            assert table.bayes(other, given=given_).posterior == pytest.approx(truth, abs=1e-15)


@given(whole_tables())
def test_the_steps_of_bayes_rule_multiply_up(counts):
    table = joint(counts)
    for j in range(counts.shape[1]):
        if counts[:, j].any():
            steps = [table.bayes(f"r{i}", given=f"c{j}") for i in range(counts.shape[0])]
            assert sum(step.posterior for step in steps) == pytest.approx(1.0)
            for step in steps:
                assert step.evidence == pytest.approx(table.margin("c")[f"c{j}"])
                assert step.prior == table.margin("r")[step.event]
                if step.likelihood is not None:
                    assert step.posterior * step.evidence == pytest.approx(step.likelihood * step.prior)


def test_the_rule_is_shown_line_by_line():
    step = weather().bayes("rain", given="cloudy")
    assert repr(step).splitlines() == [
        "p(rain) = 0.2, the prior",
        "p(cloudy | rain) = 0.5, the likelihood",
        "p(cloudy) = p(cloudy | rain) p(rain) + p(cloudy | dry) p(dry) = 0.1 + 0.4 = 0.5, the evidence",
        "p(rain | cloudy) = p(cloudy | rain) p(rain) / p(cloudy) = 0.1 / (0.1 + 0.4) = 0.2, the posterior",
    ]
    assert (step.prior, step.likelihood, step.evidence, step.posterior) == (0.2, 0.5, 0.5, 0.2)
    assert step._repr_html_().count("<tr>") == 4


def test_both_directions():
    table = weather([[0.18, 0.02], [0.32, 0.48]])
    assert table.bayes("rain", given="cloudy").posterior == pytest.approx(0.36)
    assert table.bayes("cloudy", given="rain").posterior == pytest.approx(0.9)
    by_sky, by_day = table.conditional(given="sky"), table.conditional(given="day")
    assert by_sky.sum(axis=0) == pytest.approx([1, 1])
    assert by_day.sum(axis=1) == pytest.approx([1, 1])
    assert by_sky[0, 0] == pytest.approx(0.36)
    assert by_day[0, 0] == pytest.approx(0.9)


def test_an_event_that_never_happens_has_no_likelihood_but_a_posterior():
    step = weather([[0.0, 0.0], [0.5, 0.5]]).bayes("rain", given="cloudy")
    assert (step.likelihood, step.posterior) == (None, 0.0)
    assert "p(cloudy | rain) is not defined, since p(rain) = 0" in repr(step)


def test_conditioning_on_what_never_happens_is_a_sentence():
    with pytest.raises(
        ParameterError, match=r"p\(cloudy\) = 0: nothing can be conditioned on cloudy, since it"
    ):
        weather([[0.0, 0.5], [0.0, 0.5]]).conditional(given="sky")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([[0.1, 0.1], [0.4, 0.3]], "its entries sum to 0.9; joint probabilities must sum to 1"),
        ([[0.1, 0.1], [0.4, 0.4 + 3e-9]], "sum to 1.000000003"),
        ([[0.1, 0.1], [0.9, -0.1]], r"table\['dry', 'clear'\] = -0.1: must be >= 0 and finite"),
        ([[np.nan, 0.1], [0.5, 0.4]], r"table\['rain', 'cloudy'\] = nan"),
        ([[np.inf, 0.1], [0.5, 0.4]], "inf: must be >= 0 and finite"),
        ([0.5, 0.5], r"shape \(2,\): the labels ask for 2 rows and 2 columns"),
        ([[0.5, 0.5]], r"shape \(1, 2\)"),
        ([["a", "b"], ["c", "d"]], "must be numbers"),
        ([[True, False], [False, False]], "must be numbers"),
        ([[0.5], [0.2, 0.3]], "must be numbers"),
    ],
)
def test_a_table_that_is_none_is_refused(table, said):
    with pytest.raises(ParameterError, match=said):
        weather(table)


def test_rounding_within_the_tolerance_is_taken_as_it_is():
    table = weather([[0.1, 0.1], [0.4, 0.4 + 5e-10]])
    assert table.table[1, 1] == 0.4 + 5e-10


@pytest.mark.parametrize(
    ("rows", "kind", "said"),
    [
        (("day", ["rain", "rain"]), ParameterError, "label 'rain' stands there twice"),
        (("sky", ["rain", "dry"]), ParameterError, "both named 'sky'"),
        (["rain", "dry"], ParameterTypeError, "name of the variable and its labels"),
        (("day", [1, 2]), ParameterTypeError, "name of the variable and its labels"),
        (("day", 3), ParameterTypeError, "name of the variable and its labels"),
        (("day", []), ParameterTypeError, "name of the variable and its labels"),
    ],
)
def test_names_that_are_none_are_refused(rows, kind, said):
    with pytest.raises(kind, match=said):
        JointTable([[0.1, 0.1], [0.4, 0.4]], rows=rows, columns=COLUMNS)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda t: t.margin("wind"), "no variable 'wind'; there are day and sky"),
        (lambda t: t.given("snow"), "no label 'snow'; there are day: rain, dry; sky: cloudy, clear"),
        (lambda t: t.bayes("rain", given="dry"), "both about day"),
        (lambda t: t.probability("rain", "dry"), "give one label, or a label of each variable"),
        (lambda t: t.probability(), "give one label"),
    ],
)
def test_questions_without_an_answer(ask, said):
    with pytest.raises(ParameterError, match=said):
        ask(weather())


def test_a_label_of_both_variables_needs_its_variable():
    table = JointTable(
        [[0.25, 0.25], [0.0, 0.5]], rows=("ill", ["yes", "no"]), columns=("test", ["yes", "no"])
    )
    with pytest.raises(ParameterError, match=r"'yes' is a label of ill and test: give \(variable, label\)"):
        table.given("yes")
    assert table.bayes(("ill", "yes"), given=("test", "no")).posterior == pytest.approx(1 / 3)
    assert table.probability(("test", "yes")) == 0.25


def test_it_is_a_value():
    given_ = np.array([[0.1, 0.1], [0.4, 0.4]])
    table = weather(given_)
    given_[0, 0] = 9
    assert table == weather()
    assert hash(table) == hash(weather())
    assert table != weather([[0.2, 0.0], [0.4, 0.4]])
    assert table != "weather"
    with pytest.raises(ValueError, match="read-only"):
        table.table[0, 0] = 9
    with pytest.raises(AttributeError):
        table.table = given_


def test_html_is_escaped_and_holds_the_margins():
    table = JointTable([[0.5, 0.5]], rows=("<r>", ["<b>"]), columns=("c", ["x", "&"]))
    assert "&lt;b&gt;" in table._repr_html_()
    assert "<b>" not in table._repr_html_()
    assert "<td>1</td>" in table._repr_html_()
