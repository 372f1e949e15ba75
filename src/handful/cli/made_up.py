"""The options of commands that make bags up: how many, of what size, and of what."""

from __future__ import annotations

from typing import Annotated

import typer

Categories = Annotated[
    str | None,
    typer.Option(
        "--categories",
        metavar="NAMES",
        help="What is in the bags, joined by commas, where prior and recipes leave it open; six colours if not given.",
    ),
]
Simulations = Annotated[
    int,
    typer.Option("--simulations", min=10, help="Sets of bags made up for each row, where fits are needed."),
]
Probability = Annotated[
    float, typer.Option("--probability", metavar="P", help="How probably the aim shall be reached.")
]
Sizes = Annotated[
    str | None,
    typer.Option("--size", metavar="N[,N]", help="Items in a bag; several candidates joined by commas."),
]
Numbers = Annotated[
    str | None,
    typer.Option(
        "--bags",
        metavar="N[,N]",
        help="How many bags; several candidates joined by commas. If not given, the least that will do; where fits are "
        "needed, 5,10,20,40,80.",
    ),
]


def names_in(text: str | None) -> tuple[str, ...] | None:
    """The names in a list that is joined by commas."""
    return None if text is None else tuple(name.strip() for name in text.split(","))


def numbers_in(text: str | None, *, option: str) -> tuple[int, ...] | None:
    """The whole numbers in a list that is joined by commas.

    Raises
    ------
    ParameterError
        If one is none.
    """
    from handful.errors import ParameterError

    if text is None:
        return None
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        message = f"--{option} {text}: give whole numbers, joined by commas (20,55)"
        raise ParameterError(message, name=f"--{option}", found=text) from None
