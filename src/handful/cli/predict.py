"""``handful predict``: what a bag holds that nobody has counted, or not to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from handful.cli import options
from handful.cli.guard import guarded
from handful.cli.reading import ReadingOptions, one_category, tell
from handful.files import write_whole

if TYPE_CHECKING:
    from handful.results.predict import Prediction

Total = Annotated[
    int | None,
    typer.Option("--total", metavar="T", help="All that was counted is part of one bag of T items."),
]
Next = Annotated[int | None, typer.Option("--next", metavar="N", help="A fresh bag of N items.")]


@guarded
def predict(
    file: options.File,
    total: Total = None,
    *,
    next: Next = None,  # noqa: A002  # the word of the command line: --next
    category: options.Category = None,
    prior: options.Prior = None,
    id: options.Id = None,
    drop: options.Drop = None,
    labels: options.Labels = None,
    blank_is_zero: options.BlankIsZero = False,
    encoding: options.Encoding = None,
    ci: options.Ci = 0.95,
    json: options.Json = False,
    output: options.Output = None,
) -> None:
    """How many of each category a whole bag holds: one counted in part, or a fresh one."""
    from handful.cli.output import check_output
    from handful.cli.specs import parse_prior
    from handful.inference.fit import fit
    from handful.models.pooled import Pooled
    from handful.results import predict as results

    _check_one(total, next)
    check_output(output, file)
    model = Pooled() if prior is None else Pooled(parse_prior(prior))
    reading = ReadingOptions(id, drop, labels, blank_is_zero, encoding).read(file)
    counts = one_category(reading.counts, category)
    seen = None if total is None else counts
    found = results.predict(fit(model, counts), size=next, total=total, seen=seen, mass=ci)
    document = found.to_json()
    if json:
        print(document)
    else:
        _print(found)
    if output is not None:
        write_whole(output, f"{document}\n".encode())
        tell(f"Wrote {output}.")


def _check_one(total: int | None, fresh: int | None) -> None:
    """Nothing, if one of the two was given and not both."""
    from handful.errors import ParameterError

    if (total is None) == (fresh is None):
        message = (
            "give either --total T (all that was counted is part of one bag of T items) "
            "or --next N (a fresh bag of N items)"
        )
        raise ParameterError(message, name="total", found=total)


def _print(found: Prediction) -> None:
    """The prediction for people: model and prior, the table, a sentence, notes."""
    from handful.cli.output import print_with_bars
    from handful.results.table import aligned
    from handful.results.words import model_words, noun, prior_words

    fit, names = found.fit, found.fit.data.categories
    print(f"Model: {model_words(fit)}. Prior: {prior_words(fit)}.")
    if found.seen is None:
        print(f"A fresh bag of {found.n_items:,} items:")
    else:
        print(f"One bag of {found.n_items:,} items, {found.seen.sum():,} of them counted:")
    shares = [row.mean / found.n_items if found.n_items else 0.0 for row in found.categories]
    print_with_bars(aligned(found.cells(noun(names))), shares, categories=names)
    print(f"In words: given the model and the prior, {found.words[0].lower()}{found.words[1:]}")
    for note in found.verdict.notes:
        print(f"Note: {note}")
