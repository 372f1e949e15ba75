"""The lessons as pages of the documentation: they ask the net for nothing, and their formulas are formulas."""

from __future__ import annotations

import re
import runpy
import sys

import pytest

from handful.course.build import build
from handful.course.sources import lessons, lessons_folder


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The pages of the notebooks as they are before they run."""
    folder = tmp_path_factory.mktemp("pages")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(lessons_folder()), *sys.path])
        write = runpy.run_path(str(lessons_folder() / "pages.py"))["write"]
    notebooks = build(folder / "notebooks", kind="instructor")[: len(lessons())]
    write(folder / "docs", list(notebooks))
    return folder / "docs"


def test_the_index_leads_to_every_lesson(pages):
    text = (pages / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'href="([^"]+)"', text) == [f"{source.stem}.html" for source in lessons()]


@pytest.mark.parametrize("name", [source.stem for source in lessons()])
def test_a_page_is_whole_without_a_net(pages, name):
    text = (pages / f"{name}.html").read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//|@import|url\(["']?http|<script""", text)
    assert set(re.findall(r'href="([^"]+)"', text)) <= {one.name for one in pages.iterdir()}
    assert "$" not in re.sub(r'<div class="highlight.*?</div>', "", text, flags=re.DOTALL)
    assert not re.search(r"\\(?:frac|binom|text|mid|theta|dots|sum|left|propto)\b", text)
    assert text.count("<h1") == 1
    assert "For the teacher" in text
