"""Where the command begins: nothing large is imported before Ctrl-C is heard."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line; the exit code says how it went."""
    try:
        from handful.cli.interrupts import interruptible
        from handful.progress import watching

        with watching() as watch, interruptible(watch):
            from handful.cli.main import main as run

            run()
    except KeyboardInterrupt:  # only while those two were imported
        print("handful: interrupted", file=sys.stderr)
        os._exit(130)
