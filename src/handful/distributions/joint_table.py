"""A table of joint probabilities of two variables: margins, conditionals, and Bayes' rule step by step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from handful.arrays import Floats, read_only_floats
from handful.distributions.bayes_step import BayesStep, short
from handful.distributions.checks import SIMPLEX_TOLERANCE, numbers
from handful.errors import ParameterError, ParameterTypeError

Event: TypeAlias = str | tuple[str, str]
"""A label, or (variable, label) where both variables have a label of that name."""


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class JointTable:
    """The joint probabilities of two variables, a row for each label of the one, a column for the other.

    Parameters
    ----------
    table : array (n, m)
        Probabilities that sum to 1 within 1e-9.
    rows, columns : (str, sequence of str)
        The name of a variable, and its labels in their order.

    Raises
    ------
    ParameterError
        If an entry is negative or not finite, they do not sum to 1, or names are doubled.
    ParameterTypeError
        If the entries are no numbers, or the names no texts.

    Examples
    --------
    >>> weather = JointTable(
    ...     [[0.1, 0.1], [0.4, 0.4]], rows=("day", ["rain", "dry"]), columns=("sky", ["cloudy", "clear"])
    ... )
    >>> weather
             cloudy  clear  day
    rain     0.1     0.1    0.2
    dry      0.4     0.4    0.8
    sky      0.5     0.5    1
    >>> weather.bayes("rain", given="cloudy").posterior
    0.2
    """

    table: Annotated[Floats, "n m"]
    variables: tuple[str, str]
    labels: tuple[tuple[str, ...], tuple[str, ...]]

    def __init__(
        self, table: ArrayLike, *, rows: tuple[str, Sequence[str]], columns: tuple[str, Sequence[str]]
    ) -> None:
        named = (_named(rows, argument="rows"), _named(columns, argument="columns"))
        if named[0][0] == named[1][0]:
            message = f"rows and columns are both named {named[0][0]!r}; two variables need two names"
            raise ParameterError(message, name="columns", found=named[0][0])
        object.__setattr__(self, "variables", (named[0][0], named[1][0]))
        object.__setattr__(self, "labels", (named[0][1], named[1][1]))
        object.__setattr__(self, "table", _checked(table, labels=self.labels))

    def margin(self, variable: str) -> dict[str, float]:
        """The probability of each label of one variable, whatever the other.

        Raises
        ------
        ParameterError
            If there is no such variable.

        Examples
        --------
        >>> JointTable([[0.25, 0.75]], rows=("a", ["x"]), columns=("b", ["y", "z"])).margin("b")
        {'y': 0.25, 'z': 0.75}
        """
        axis = self._axis(variable)
        slices = self.table if axis == 0 else self.table.T
        return {name: math.fsum(one) for name, one in zip(self.labels[axis], slices, strict=True)}

    def probability(self, *events: Event) -> float:
        """The probability that one label holds, or two labels at once.

        Raises
        ------
        ParameterError
            If a label is not there or is in both variables, or two are of one variable.
        """
        if len(events) == 1:
            axis, place = self._find(events[0])
            return self.margin(self.variables[axis])[self.labels[axis][place]]
        places = dict(map(self._find, events))
        if len(events) != 2 or len(places) != 2:
            message = f"events = {events!r}: give one label, or a label of each variable"
            raise ParameterError(message, name="events", found=events)
        return float(self.table[places[0], places[1]])

    def given(self, event: Event) -> dict[str, float]:
        """The probability of each label of the other variable, once `event` is known.

        Raises
        ------
        ParameterError
            If there is no such label, it is in both variables, or it has probability 0.

        Examples
        --------
        >>> JointTable([[0.1, 0.3], [0.3, 0.3]], rows=("a", "wx"), columns=("b", "yz")).given("y")
        {'w': 0.25, 'x': 0.75}
        """
        axis, place = self._find(event)
        joint = self.table[place] if axis == 0 else self.table[:, place]
        name, total = self.labels[axis][place], math.fsum(joint)
        if total == 0:
            message = (
                f"p({name}) = 0: nothing can be conditioned on {name}, since it never happens. "
                f"Choose another label of {self.variables[axis]}."
            )
            raise ParameterError(message, name="event", found=name)
        return dict(zip(self.labels[1 - axis], (joint / total).tolist(), strict=True))

    def conditional(self, *, given: str) -> Annotated[Floats, "n m"]:
        """The whole table (n, m) of conditional probabilities, given each label of one variable.

        Raises
        ------
        ParameterError
            If there is no such variable, or one of its labels has probability 0.
        """
        axis = self._axis(given)
        known = [list(self.given((given, label)).values()) for label in self.labels[axis]]
        return read_only_floats(known if axis == 0 else np.transpose(known))

    def bayes(self, event: Event, *, given: Event) -> BayesStep:
        """The probability of `event` once `given` is known, by Bayes' rule with its steps shown.

        Raises
        ------
        ParameterError
            If a label is not there or is in both variables, both are of one variable, or `given` has
            probability 0.

        Examples
        --------
        >>> JointTable([[0.1, 0.3], [0.3, 0.3]], rows=("a", "wx"), columns=("b", "yz")).bayes("w", given="y")
        p(w) = 0.4, the prior
        p(y | w) = 0.25, the likelihood
        p(y) = p(y | w) p(w) + p(y | x) p(x) = 0.1 + 0.3 = 0.4, the evidence
        p(w | y) = p(y | w) p(w) / p(y) = 0.1 / (0.1 + 0.3) = 0.25, the posterior
        """
        axis, place = self._find(event)
        other, seen = self._find(given)
        if axis == other:
            message = f"event and given are both about {self.variables[axis]}: give a label of each variable"
            raise ParameterError(message, name="given", found=given)
        self.given(given)  # refuses what never happens
        variable, name = self.variables[axis], self.labels[other][seen]
        priors = self.margin(variable)
        likelihoods = (
            self.given((variable, rival))[name] if prior > 0 else None for rival, prior in priors.items()
        )
        return BayesStep(
            self.labels[axis][place],
            name,
            rivals=tuple(priors),
            priors=tuple(priors.values()),
            likelihoods=tuple(likelihoods),
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, JointTable):
            return NotImplemented
        names_agree = (self.variables, self.labels) == (other.variables, other.labels)
        return names_agree and np.array_equal(self.table, other.table)

    def __hash__(self) -> int:
        return hash((JointTable, self.variables, self.labels, self.table.tobytes()))

    def _axis(self, variable: str) -> int:
        if variable not in self.variables:
            message = f"there is no variable {variable!r}; there are {' and '.join(self.variables)}"
            raise ParameterError(message, name="variable", found=variable)
        return self.variables.index(variable)

    def _find(self, event: Event) -> tuple[int, int]:
        """Axis and place of a label."""
        if isinstance(event, tuple):
            axes, label = [self._axis(event[0])], event[1]
        else:
            axes, label = [0, 1], event
        found = [(axis, self.labels[axis].index(label)) for axis in axes if label in self.labels[axis]]
        if len(found) == 1:
            return found[0]
        there = "; ".join(f"{self.variables[axis]}: {', '.join(self.labels[axis])}" for axis in axes)
        message = f"there is no label {label!r}; there are {there}"
        if found:
            message = f"{label!r} is a label of {' and '.join(self.variables)}: give (variable, label)"
        raise ParameterError(message, name="event", found=event)

    def _cells(self) -> list[list[str]]:
        """The table with its margins as texts, header first."""
        rows, columns = (self.margin(variable) for variable in self.variables)
        body = [
            [name, *map(short, line), short(rows[name])]
            for name, line in zip(self.labels[0], self.table.tolist(), strict=True)
        ]
        foot = [self.variables[1], *map(short, columns.values()), short(math.fsum(rows.values()))]
        return [["", *self.labels[1], self.variables[0]], *body, foot]

    def __repr__(self) -> str:
        cells = self._cells()
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        return "\n".join(
            "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
            for row in cells
        )

    def _repr_html_(self) -> str:
        rows = ("".join(f"<td>{escape(text)}</td>" for text in row) for row in self._cells())
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def _named(given: object, *, argument: str) -> tuple[str, tuple[str, ...]]:
    """The name of a variable and its labels, all different."""
    name, labels = given if isinstance(given, tuple) and len(given) == 2 else (None, ())
    labels = tuple(labels) if isinstance(labels, Sequence) else ()
    if not isinstance(name, str) or not labels or not all(isinstance(label, str) for label in labels):
        message = f"{argument} = {given!r}: give the name of the variable and its labels: ('sky', ['cloudy', 'clear'])"
        raise ParameterTypeError(message, name=argument, found=given)
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice:
        message = f"{argument}: the label {twice[0]!r} stands there twice; every label must differ"
        raise ParameterError(message, name=argument, found=labels)
    return name, labels


def _checked(
    table: ArrayLike, *, labels: tuple[tuple[str, ...], tuple[str, ...]]
) -> Annotated[Floats, "n m"]:
    """A read-only table of probabilities; refused, not repaired, if it is none."""
    array = numbers(table, name="table")
    wanted = (len(labels[0]), len(labels[1]))
    if array.shape != wanted:
        message = f"table of shape {array.shape}: the labels ask for {wanted[0]} rows and {wanted[1]} columns"
        raise ParameterError(message, name="table", found=table)
    wrong = np.argwhere(~(np.isfinite(array) & (array >= 0)))
    if wrong.size:
        row, column = (int(i) for i in wrong[0])
        found = float(array[row, column])
        message = f"table[{labels[0][row]!r}, {labels[1][column]!r}] = {found:g}: must be >= 0 and finite"
        raise ParameterError(message, name="table", found=found)
    total = math.fsum(array.ravel())
    if abs(total - 1.0) > SIMPLEX_TOLERANCE:
        message = f"table: its entries sum to {total:.12g}; joint probabilities must sum to 1 (within 1e-9)"
        raise ParameterError(message, name="table", found=total)
    return read_only_floats(array)
