"""``python -m handful`` is ``handful``."""

from handful.cli.start import main

main()
