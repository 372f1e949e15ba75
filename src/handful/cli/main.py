"""The ``handful`` command: its subcommands, ``--version`` and ``--debug``."""

from __future__ import annotations

import io
import os
import sys
from typing import Annotated

import typer

from handful.cli.assign import assign
from handful.cli.calibrate import calibrate
from handful.cli.check import check
from handful.cli.compare import compare
from handful.cli.course import course
from handful.cli.datasets import datasets
from handful.cli.fit import fit
from handful.cli.guard import DEBUG, FAILURE, guarded
from handful.cli.inspect import inspect
from handful.cli.plan import plan
from handful.cli.plot import plot
from handful.cli.predict import predict
from handful.cli.progress_line import shown
from handful.cli.replay import replay
from handful.cli.report import report
from handful.cli.sensitivity import sensitivity
from handful.cli.simulate import simulate
from handful.progress import Watch, watched
from handful.version import VERSION

# Markup would need rich, which takes longer to import than all the rest of --help.
app = typer.Typer(
    name="handful",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Bayesian inference for counts in categories. Count a handful, know the bag.",
)
COMMANDS = (
    fit, compare, check, calibrate, sensitivity, assign, predict, simulate, plot, report, replay, inspect, datasets,
)  # fmt: skip
"""In the order of the help."""
for _command in COMMANDS:
    app.command()(_command)
app.add_typer(course)
app.add_typer(plan)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"handful {VERSION}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[  # noqa: ARG001  # its callback prints it and ends
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    if debug:
        os.environ[DEBUG] = "1"


def main() -> None:
    """Run the command line; the exit code says how it went."""
    if sys.stdout is None or sys.stderr is None:  # somebody closed them
        if sys.stderr is not None:
            print("handful: standard output is closed: there is nowhere to say anything", file=sys.stderr)
        sys.exit(FAILURE)
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal cannot show is escaped; it is no reason to fail.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    with shown(watched() or Watch()):
        guarded(app)(prog_name="handful")
