"""``python -m handful`` is ``handful``."""

from handful.cli.main import main

main()
