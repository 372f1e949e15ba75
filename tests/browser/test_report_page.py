"""The page of a report in a browser: on a phone and on a desk, in light and dark, on paper, and without a network."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest
from tests.testing_tools import four

import handful as hf

RECIPES = hf.Recipes(
    {
        "NJ": {"blue": 0.25, "brown": 0.125, "green": 0.125, "orange": 0.25, "red": 0.125, "yellow": 0.125},
        "TN": {"blue": 0.207, "brown": 0.124, "green": 0.198, "orange": 0.205, "red": 0.131, "yellow": 0.135},
    }
)
WIDTHS = {"phone": 375, "desk": 1440}
MOST_PAGES = 4


@pytest.fixture(scope="module", params=["four bags", "48 bags from two recipes"])
def page_file(request, tmp_path_factory):
    if request.param == "four bags":
        counts = hf.Counts(four.TABLE, categories=four.CATEGORIES, ids=four.BAGS)
        models = (hf.Pooled(), hf.Hierarchical())
    else:
        counts = hf.read_counts("data:mms-2007")
        models = (hf.Pooled(), hf.Mixture(recipes=RECIPES, weights=hf.Fixed([0.5, 0.5])))
    sealed = [hf.Sealed("prior", "dirichlet(1)", 2, "2026-01-05T14:02:11+00:00", "3f9a", late=True)]
    found = hf.report([hf.fit(model, counts, rng=7) for model in models], counts, sealed=sealed)
    return hf.write_report(found, tmp_path_factory.mktemp("report") / "report.html")


@pytest.fixture(params=[(width, scheme) for width in WIDTHS for scheme in ("light", "dark")], ids="-".join)
def page(request, browser, page_file):
    """The page as it is opened; whatever it would fetch is aborted and kept in `fetched`."""
    width, scheme = request.param
    context = browser.new_context(
        viewport={"width": WIDTHS[width], "height": 900}, color_scheme=scheme, java_script_enabled=True
    )
    opened = context.new_page()
    fetched: list[str] = []

    def look(route):
        if route.request.url == page_file.as_uri():
            route.continue_()
        else:
            fetched.append(route.request.url)
            route.abort()

    opened.route("**/*", look)
    opened.goto(page_file.as_uri())
    opened.fetched = fetched
    yield opened
    context.close()


def test_nothing_is_fetched_and_nothing_is_cut_off(page):
    assert page.fetched == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_there_is_no_barrier(page):
    """Axe's rules, the details opened: what is hidden has to be readable too."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from axe_playwright_python.sync_playwright import Axe

    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found] == []


def test_axe_sees_a_barrier(page):
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"data:,\">')")
    assert "image-alt" in {one["id"] for one in Axe().run(page).response["violations"]}


def test_it_follows_the_scheme(page):
    colours = page.evaluate(
        "['background-color', 'color'].map(one => getComputedStyle(document.body).getPropertyValue(one))"
    )
    paper, ink = (sum(map(int, re.findall(r"\d+", one)[:3])) for one in colours)
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert (paper < ink) is dark


def test_it_is_printed_on_four_pages_at_most(browser, page_file):
    opened = browser.new_page()
    opened.goto(page_file.as_uri())
    printed = opened.pdf(format="A4", prefer_css_page_size=True)
    opened.close()
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) <= MOST_PAGES


def test_the_words_of_a_picture_can_be_read_on_a_phone(browser, page_file):
    opened = browser.new_page(viewport={"width": WIDTHS["phone"], "height": 900})
    opened.goto(page_file.as_uri())
    widths = opened.evaluate(
        "[...document.querySelectorAll('figure svg, figure img')].map(one => one.getBoundingClientRect().width)"
    )
    assert min(widths) > 500
    opened.close()


@pytest.fixture(scope="module")
def file_of_many(tmp_path_factory):
    """Bags of 40 kinds, whose tables and pictures are long."""
    rng = np.random.default_rng(1)
    table = rng.multinomial(2000, rng.dirichlet(np.full(40, 0.3)), size=30)
    counts = hf.Counts(table, categories=[f"Genus_{c:03d}" for c in range(40)])
    found = hf.report(hf.fit(hf.Pooled(), counts), counts)
    return hf.write_report(found, tmp_path_factory.mktemp("report") / "many.html")


def test_the_answer_for_each_of_many_categories_is_on_paper(browser, file_of_many):
    opened = browser.new_page(viewport={"width": 718, "height": 1047})  # A4 within its margins
    opened.goto(file_of_many.as_uri())
    opened.emulate_media(media="print")
    shares = opened.locator("table", has=opened.locator("caption", has_text="Shares"))
    assert shares.get_by_text("Genus_039", exact=True).is_visible()
    assert opened.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    printed = opened.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) <= MOST_PAGES
    opened.close()


def test_the_command_is_no_larger_on_paper_than_the_text(browser, page_file):
    opened = browser.new_page()
    opened.goto(page_file.as_uri())
    opened.emulate_media(media="print")
    text, typed = (
        opened.evaluate(f"parseFloat(getComputedStyle(document.querySelector('{one}')).fontSize)")
        for one in ("main p", "pre")
    )
    assert typed <= text
    opened.close()


def test_the_change_after_the_data_is_seen_first(browser, page_file):
    opened = browser.new_page(viewport={"width": 1440, "height": 900})
    opened.goto(page_file.as_uri())
    banner = opened.get_by_text("prior changed after the data.")
    assert banner.bounding_box()["y"] < 200
    opened.close()
