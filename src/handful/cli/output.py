"""How results reach the screen or a file: bars where a terminal shows colours, whole files or none."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from handful.errors import ParameterError
from handful.results.palette import colour_of

BAR_CELLS = 20


def print_with_bars(lines: Sequence[str], shares: Sequence[float], *, categories: Sequence[str]) -> None:
    """Print a header and a line for each share; on a terminal with a bar in the category's colour."""
    if not sys.stdout.isatty():
        print("\n".join(lines))
        return
    width = max(map(len, lines))
    longest = max(shares, default=1.0)
    bars = ["", *(_bar(share / longest) for share in shares)]
    padded = [f"{line.ljust(width)}  " for line in lines]
    if os.environ.get("NO_COLOR"):
        print("\n".join((line + bar).rstrip() for line, bar in zip(padded, bars, strict=True)))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    colours = ["", *map(colour_of, categories)]
    for line, bar, colour in zip(padded, bars, colours, strict=True):
        console.print(Text(line) + Text(bar, style=colour))


def _bar(part: float) -> str:
    block = "\u2588"
    try:
        block.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        block = "#"
    return block * max(round(BAR_CELLS * part), 1 if part > 0 else 0)


def check_output(
    output: Path | None, source: str, *, kinds: tuple[str, ...] = (".json",), option: str = "-o"
) -> None:
    """Nothing, if `output` can be written: known before the work begins.

    Raises
    ------
    ParameterError
        If it is of none of these kinds, its folder is not there, or it is the file that is read.
    """
    if output is None:
        return
    if output.suffix not in kinds:
        message = f"{option} {output}: give a file name that ends in {' or '.join(kinds)}"
        raise ParameterError(message, name="output", found=output)
    if output.is_dir():
        raise ParameterError(f"{option} {output} is a folder; name a file in it", name="output", found=output)
    if not output.parent.is_dir():
        raise ParameterError(
            f"{option} {output}: there is no folder {str(output.parent)!r}", name="output", found=output
        )
    if output.exists() and Path(source).exists() and output.samefile(source):
        raise ParameterError(
            f"{option} {output} is the file that is read; name another", name="output", found=output
        )
