"""``handful datasets``: the data sets that ship."""

from __future__ import annotations

from handful.cli.guard import guarded
from handful.cli.options import Json


@guarded
def datasets(json: Json = False) -> None:
    """The data sets that ship; open one as data:NAME."""
    from json import dumps

    from handful.data.datasets import catalogue
    from handful.results.document import datasets_document

    if json:
        print(dumps(datasets_document(), indent=2))
        return
    for dataset in catalogue.datasets():
        print(f"data:{dataset.name}" if dataset.kind == "counts" else f"{dataset.name} ({dataset.kind})")
        print(f"    {dataset.title}")
        print(f"    source: {dataset.source}; {dataset.licence}")
        for name, reason in dataset.drop.items():
            print(f"    left out: {name}, {reason}")
        for note in dataset.notes:
            print(f"    note: {note}")
