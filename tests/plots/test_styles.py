"""Colours, dashes and letter codes: told apart in grey and by colour-blind readers."""

import itertools

import numpy as np
import pytest
from matplotlib import colors
from tests.plots.every import counts
from tests.testing_tools import four

import handful as hf
from handful.plots.bags import plot_bags
from handful.plots.proportions import plot_proportions
from handful.plots.styles import CURVES, SEVERAL, category_styles, letter_codes, luminance
from handful.plots.wording import shown
from handful.results.palette import PALETTE

# Machado, Oliveira & Fernandes 2009, doi:10.1109/TVCG.2009.113, severity 1: what a dichromat sees, linear RGB
DICHROMATS = {
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}


def test_a_category_has_the_colour_of_the_palette_everywhere():
    looks = category_styles(four.CATEGORIES)
    assert {look.name: look.colour for look in looks} == PALETTE
    assert [look.code for look in looks] == ["BL", "BR", "G", "O", "R", "Y"]
    stacked = plot_bags(counts())
    keys = {
        text.get_text().split()[0]: colors.to_hex(patch.get_facecolor())
        for text, patch in zip(
            stacked.get_legend().get_texts(), stacked.get_legend().get_patches(), strict=True
        )
    }
    assert keys == PALETTE
    assert all(patch.get_edgecolor()[:3] != patch.get_facecolor()[:3] for patch in stacked.patches)
    ticks = [tick.get_text() for tick in plot_proportions(hf.fit(hf.Pooled(), counts())).get_yticklabels()]
    assert ticks[:2] == ["blue (BL)", "brown (BR)"]


def test_the_order_of_the_stack_changes_no_colour():
    bags = hf.Counts([[1, 2, 3]], categories=["Lemon", "Apple", "Grape"])
    looks = {look.name: look.colour for look in category_styles(bags.categories)}
    for by in bags.categories:
        legend = plot_bags(bags, by=by).get_legend()
        for text, patch in zip(legend.get_texts(), legend.get_patches(), strict=True):
            assert colors.to_hex(patch.get_facecolor()) == looks[text.get_text().split()[0]]


def test_the_three_curves_differ_by_dash_and_by_brightness():
    assert len({str(style.dash) for style in CURVES.values()}) == 3
    grey = sorted(luminance(style.colour) for style in CURVES.values())
    assert grey[1] / max(grey[0], 0.01) > 3
    assert len({str(style.dash) for style in SEVERAL}) == len(SEVERAL)


@pytest.mark.parametrize("eye", DICHROMATS)
def test_colour_blind_readers_tell_the_curves_apart(eye):
    seen = []
    for style in CURVES.values():
        rgb = np.array(colors.to_rgb(style.colour))
        linear = np.where(rgb > 0.04045, ((rgb + 0.055) / 1.055) ** 2.4, rgb / 12.92)
        seen.append(np.clip(np.array(DICHROMATS[eye]) @ linear, 0, 1) ** (1 / 2.4))
    assert min(np.abs(a - b).max() for a, b in itertools.combinations(seen, 2)) > 0.15


@pytest.mark.parametrize(
    ("names", "codes"),
    [
        (("blue", "not blue"), ("B", "N")),
        (("red", "reddish"), ("1", "2")),
        (("genus 1", "genus 2"), ("1", "2")),
        (("Aa", "Ab", "B"), ("AA", "AB", "B")),
    ],
)
def test_letter_codes_tell_names_apart(names, codes):
    assert letter_codes(names) == codes


def test_many_categories_are_all_different():
    looks = category_styles([f"genus {i}" for i in range(60)])
    assert len({(look.colour, look.hatch) for look in looks}) == 60
    assert len({look.code for look in looks}) == 60


def test_letters_can_be_read_on_their_colour():
    for look in category_styles([*PALETTE, "purple", "white", "black", "Lemon", "not blue"]):
        light, dark = sorted((luminance(look.ink), luminance(look.colour)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) > 3  # WCAG 2.2, 1.4.11


def test_names_are_drawn_as_they_are():
    assert shown("a$b$") == r"a\$b\$"
    assert shown("_a") == " _a"
    assert len(shown("x" * 100)) == 24
