"""What differs between two folders of notebooks that have been run: ``python course/compare.py FOLDER OTHER``.

Receipts, times and the names of a film's knobs differ each time and are left out; every other text and picture counts.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat

CHANGING = (
    (re.compile(r"#[0-9a-f]{8}  \d\d:\d\d:\d\d UTC"), "#receipt"),
    (re.compile(r"[0-9a-f]{32}"), "knob"),
)


def outputs(path: Path) -> list[dict[str, str]]:
    """What each cell printed and showed, by kind."""
    found = []
    for cell in nbformat.read(path, as_version=4).cells:
        shown = {"text": ""}
        for output in cell.get("outputs", []):
            shown["text"] += output.get("text", "") + "\n".join(output.get("traceback", []))
            for kind, content in output.get("data", {}).items():
                shown[kind] = shown.get(kind, "") + str(content)
        for pattern, instead in CHANGING:
            shown = {kind: pattern.sub(instead, content) for kind, content in shown.items()}
        found.append(shown)
    return found


def differences(folder: Path, other: Path) -> Iterator[str]:
    """Each cell that differs, and in what."""
    names = sorted({path.name for place in (folder, other) for path in place.glob("*.ipynb")})
    if not names:
        yield "no notebooks"
    for name in names:
        if not (folder / name).is_file() or not (other / name).is_file():
            yield f"{name}: only in one of the folders"
            continue
        one, two = outputs(folder / name), outputs(other / name)
        if len(one) != len(two):
            yield f"{name}: {len(one)} cells, and {len(two)}"
        for place, (left, right) in enumerate(zip(one, two, strict=False), 1):
            for kind in sorted({*left, *right}):
                if left.get(kind) != right.get(kind):
                    yield f"{name}, cell {place}, {kind}: {str(left.get(kind))[:200]!r} and {str(right.get(kind))[:200]!r}"


if __name__ == "__main__":
    told = list(differences(Path(sys.argv[1]), Path(sys.argv[2])))
    print("\n".join(told) if told else "the same")
    sys.exit(1 if told else 0)
