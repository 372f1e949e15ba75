"""Every lesson with its answers as a page of the documentation: ``python course/pages.py FOLDER``.

The pages need no network: formulas are MathML, pictures and the film are in the page, and there are no scripts but the
film's own.
"""

import re
import sys
import tempfile
from html import escape
from pathlib import Path
from shutil import rmtree

import nbformat
from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from pygments.formatters import HtmlFormatter
from run import run

from handful.files import write_whole

MATH = re.compile(r"\$\$(?P<block>.+?)\$\$|\$(?P<inline>[^$\n]+(?:\n[^$\n]+)?)\$", re.DOTALL)
LIGHT, DARK = (HtmlFormatter(style=name) for name in ("default", "github-dark"))
STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --page: #ffffff; --soft: #f4f4f2; --line: #c9c9c4; --link: #1f5a96 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8e4; --page: #16181b; --soft: #22262b; --line: #4a4f55; --link: #8fbfee }
}
body { color: var(--ink); background: var(--page); font: 1.05rem/1.55 system-ui, sans-serif; margin: 0 auto;
  max-width: 50rem; padding: 1rem }
a { color: var(--link) }
h1, h2, h3 { line-height: 1.25 }
pre, code { font: 0.9rem/1.45 ui-monospace, monospace }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere }
.highlight { background: var(--soft); border-radius: 4px; margin: 0.6rem 0; padding: 0.6rem }
.output_subarea { margin: 0.6rem 0; overflow-x: auto }
.output_subarea pre { border-left: 3px solid var(--line); padding-left: 0.6rem }
@media (max-width: 40rem) { .output_subarea pre { overflow-x: auto; white-space: pre } }
table { border-collapse: collapse; font-size: 0.95rem }
th, td { border-bottom: 1px solid var(--line); padding: 0.25rem 0.7rem; text-align: left }
td { font-variant-numeric: tabular-nums }
math[display=block] { display: block math; margin: 0.8rem 0; overflow-x: auto; overflow-y: hidden }
details { border: 1px solid var(--line); border-radius: 4px; margin: 0.5rem 0; padding: 0.4rem 0.7rem }
img { height: auto; max-width: 100% }
.animation { background: #ffffff; color: #1a1a1a; color-scheme: light; width: min(100%, 46em) }
.teacher { background: var(--soft); border-left: 3px solid var(--link); padding: 0.1rem 0.8rem }
nav { display: flex; flex-wrap: wrap; gap: 0.3rem 1.5rem; margin: 1rem 0 }
"""
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{nav}
<main>
{body}
</main>
{nav}
</body>
</html>
"""


def style() -> str:
    """How the pages look, by day and by night."""
    night = DARK.get_style_defs(".highlight")
    return f"{STYLE}{LIGHT.get_style_defs('.highlight')}\n@media (prefers-color-scheme: dark) {{ {night} }}"


def body(made: nbformat.NotebookNode) -> str:
    """A notebook as HTML, its formulas as MathML."""
    formulas: dict[str, str] = {}

    def kept(found: re.Match[str]) -> str:
        name = f"formula{len(formulas)}x"
        display = "block" if found["block"] else "inline"
        formulas[name] = convert(found["block"] or found["inline"], display=display)
        return name

    for cell in made.cells:
        if cell.cell_type == "markdown":
            cell.source = MATH.sub(kept, cell.source)
            if "instructor" in cell.metadata.get("tags", []):
                cell.source = f'<div class="teacher">\n\n{cell.source}\n\n</div>'
    exporter = HTMLExporter(
        template_name="basic",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    text, _ = exporter.from_notebook_node(made)
    return re.sub(r"formula\d+x", lambda found: formulas[found[0]], text)


def title(made: nbformat.NotebookNode) -> str:
    """What its first line calls a lesson."""
    return str(made.cells[0].source.partition("\n")[0].removeprefix("# "))


def page(text: str, *, called: str, links: list[tuple[str, str]]) -> str:
    """A whole page."""
    nav = "".join(f'<a href="{target}.html">{escape(words)}</a>' for target, words in links)
    return PAGE.format(
        title=escape(called), style=style(), nav=f"<nav>{nav}</nav>" if links else "", body=text
    )


def write(folder: Path, lessons: list[Path]) -> None:
    """The pages of these notebooks, and one that leads to them."""
    folder.mkdir(parents=True, exist_ok=True)
    read = [nbformat.read(path, as_version=4) for path in lessons]
    titles = [title(made) for made in read]
    for place, (path, made) in enumerate(zip(lessons, read, strict=True)):
        beside = [other for other in (place - 1, place + 1) if 0 <= other < len(lessons)]
        links = [("index", "All lessons"), *((lessons[other].stem, titles[other]) for other in beside)]
        text = page(body(made), called=f"{titles[place]} - handful", links=links)
        write_whole(folder / f"{path.stem}.html", text.encode())
        print(folder / f"{path.stem}.html")
    listed = "".join(
        f'<li value="{place}"><a href="{path.stem}.html">{escape(called.partition(". ")[2])}</a></li>'
        for place, (path, called) in enumerate(zip(lessons, titles, strict=True), 1)
    )
    text = f"<h1>The course</h1><p>Ten lessons with all answers, pictures and notes for the teacher.</p><ol>{listed}</ol>"
    write_whole(folder / "index.html", page(text, called="The course - handful", links=[]).encode())


if __name__ == "__main__":
    target = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch:
        notebooks = run(Path(scratch) / "instructor", "instructor")
        rmtree(target, ignore_errors=True)
        write(target, notebooks)
