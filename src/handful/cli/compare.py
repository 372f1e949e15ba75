"""``handful compare``: the evidences of several models on the same bags."""

from __future__ import annotations

from typing import Annotated

import typer

from handful.cli import options
from handful.cli.guard import guarded
from handful.cli.reading import ReadingOptions, known_seed, one_category, tell
from handful.files import write_whole

Models = Annotated[
    list[str],
    typer.Argument(
        metavar="MODEL...", show_default=False, help="Two or more: pooled, separate, hierarchical, poisson."
    ),
]


@guarded
def compare(
    file: options.File,
    models: Models,
    category: options.Category = None,
    prior: options.Prior = None,
    rate_prior: options.RatePrior = None,
    precision_prior: options.PrecisionPrior = None,
    alpha_prior: options.AlphaPrior = None,
    id: options.Id = None,
    drop: options.Drop = None,
    labels: options.Labels = None,
    blank_is_zero: options.BlankIsZero = False,
    encoding: options.Encoding = None,
    draws: options.Draws = 10_000,
    seed: options.Seed = None,
    json: options.Json = False,
    output: options.Output = None,
) -> None:
    """Log evidences and probabilities of several models of the same bags."""
    from handful.cli.output import check_output
    from handful.cli.specs import check_used, parse_model
    from handful.results.compare import compare as compared
    from handful.results.document import compare_json

    check_output(output, file)
    of_one_kind = {"rate_prior": rate_prior, "precision_prior": precision_prior, "alpha_prior": alpha_prior}
    check_used(models, **of_one_kind)
    chosen = [parse_model(spec, prior=prior, **of_one_kind) for spec in models]
    reading = ReadingOptions(id, drop, labels, blank_is_zero, encoding).read(file)
    start = known_seed(seed, needed="hierarchical" in models)
    found = compared(chosen, one_category(reading.counts, category), draws=draws, rng=start)
    document = compare_json(found)
    print(document if json else found)
    if output is not None:
        write_whole(output, f"{document}\n".encode())
        tell(f"Wrote {output}.")
