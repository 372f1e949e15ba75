"""The answer to a question of planning: candidates, the least that will do, and what else is known, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from handful.data.complaints import escaped
from handful.inference.evidence import Verdict
from handful.inference.outcome import Model
from handful.results.planning.candidates import Planned, cheapest
from handful.results.planning.questions import BagsRight, Question
from handful.results.table import aligned, html_table


@dataclass(frozen=True, slots=True)
class Fact:
    """A number that belongs to the answer.

    Parameters
    ----------
    name : str
        What it is, with its unit.
    value : float
        How much; may be infinite.
    error : float
        Its standard error, 0 where it is exact.

    Examples
    --------
    >>> str(Fact("nats of a bag", 1.0 / 3.0))
    'nats of a bag: 0.333'
    """

    name: str
    value: float
    error: float = 0.0

    def __str__(self) -> str:
        """The number with its error."""
        return f"{self.name}: {self.value:.3g}" + (f" +- {self.error:.1g}" if self.error else "")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Plan:
    """How many bags of what size answer a question.

    Parameters
    ----------
    question : ShareWithin, RecipesApart or BagsRight
        What was asked.
    model, prior : str
        What the bags are thought to follow, as the command line has it.
    categories : tuple of str
        What is in the bags.
    rows : tuple of Planned
        The candidates, each with the probability that the aim is met and its error.
    enough : Planned or None
        The one with the fewest items that reaches the aim; None where none does.
    words : str
        The answer in a sentence.
    facts : tuple of Fact
        What else is known.
    verdict : Verdict
        Whether the computation went well, and what the answer rests on.

    Examples
    --------
    >>> import handful as hf
    >>> hf.plan(hf.ShareWithin(0.1), hf.Pooled(hf.Beta(1, 5)), size=55).enough
    Planned(n_bags=2, size=55, probability=1.0, error=0.0)
    """

    question: Question
    model: str
    prior: str
    categories: tuple[str, ...]
    rows: tuple[Planned, ...]
    enough: Planned | None
    words: str
    facts: tuple[Fact, ...]
    verdict: Verdict

    @staticmethod
    def of(
        question: Question,
        model: Model,
        *,
        categories: tuple[str, ...],
        rows: tuple[Planned, ...],
        words: Callable[[Planned | None], str],
        facts: tuple[Fact, ...] = (),
        verdict: Verdict,
    ) -> Plan:
        """The plan that candidates make: the least that will do, told by `words`, with a note if chance chose it."""
        enough = cheapest(rows, aim=question.aim)
        doubts = () if enough is None else certain(enough, aim=question.aim)
        return Plan(
            question=question,
            model=model.spec,
            prior=model.prior_over(categories).spec,
            categories=categories,
            rows=rows,
            enough=enough,
            words=words(enough),
            facts=facts,
            verdict=Verdict(verdict.ok, (*verdict.notes, *doubts)),
        )

    @property
    def aim(self) -> float:
        """The probability, or the part of the bags, that is aimed at."""
        return self.question.aim

    def cells(self) -> list[tuple[str, ...]]:
        """The table as texts, header first; the row that will do is marked."""
        single = isinstance(self.question, BagsRight)
        head = ("bags", "size", "items", "bags put right" if single else "probability", "+-", "")
        return [
            head,
            *(
                (
                    "" if row.n_bags is None else f"{row.n_bags:,}",
                    f"{row.size:,}",
                    f"{row.n_items:,}",
                    percent(row.probability, error=row.error),
                    f"{100 * row.error:.2g}%" if row.error else "exact",
                    "enough" if row == self.enough else "",
                )
                for row in self.rows
            ),
        ]

    def __str__(self) -> str:
        """The table, the answer in words, and what else is known."""
        told = (escaped(self.words), *map(str, self.facts), *(f"Note: {one}" for one in self.verdict.notes))
        return "\n".join([*aligned(self.cells()), *told])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        told = (self.words, *map(str, self.facts), *self.verdict.notes)
        return html_table(self.cells()) + "".join(f"<p>{escape(text)}</p>" for text in told)


def certain(row: Planned, *, aim: float) -> tuple[str, ...]:
    """A warning where chance in the estimate could have decided that the row is enough."""
    if row.error == 0 or row.probability - aim >= 2.0 * row.error:
        return ()
    told = percent(row.probability, error=row.error)
    message = (
        f"{told} is above the aim of {100 * aim:g}% by less than two standard errors: more may be needed."
    )
    return (message,)


def nearest(rows: Sequence[Planned]) -> str:
    """What comes nearest where nothing is enough, as the end of a sentence."""
    best = max(rows, key=lambda row: row.probability)
    what = f"{best.n_items:,} items, one by one," if best.size == 1 else bags_of(best)
    return f"{what} come{'s' if best.n_bags == 1 else ''} nearest, with {percent_of(best)}."


def bags_of(row: Planned) -> str:
    """'28 bags of 55'; of single items 'one by one'."""
    if row.size == 1:
        return "one by one"
    return f"{row.n_bags:,} bag{'' if row.n_bags == 1 else 's'} of {row.size:,}"


def percent_of(row: Planned) -> str:
    """'81.25%', '81.2% +- 3.1%'."""
    error = f" +- {100 * row.error:.2g}%" if row.error else ""
    return percent(row.probability, error=row.error) + error


def percent(probability: float, *, error: float) -> str:
    """A probability with as many digits as its error leaves.

    Examples
    --------
    >>> percent(0.8125, error=0.0), percent(0.8125, error=0.031)
    ('81.25%', '81.2%')
    """
    return f"{100 * probability:.{2 if error < 0.0005 else 1}f}%"
