"""The files: well-formed, with words for those who cannot see, the same bytes every time, whole or not at all."""

import os
import xml.etree.ElementTree as ET

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from PIL import Image
from tests.plots.every import EVERY

import handful as hf
from handful.plots import save
from handful.plots.bags import plot_bags
from handful.plots.binomial import plot_binomial
from handful.plots.meaning import alt_text

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", EVERY)
def test_an_svg_is_well_formed_and_says_what_it_shows(name):
    drawn = EVERY[name]()
    root = ET.fromstring(save.svg_of(drawn))  # noqa: S314  # our own text
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {desc.attrib['id']}"
    assert title.text
    assert desc.text == alt_text(drawn)
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root.iter(f"{SVG}text")


@pytest.mark.parametrize("name", ["update", "ternary", "bags", "margins with draws"])
@pytest.mark.parametrize("write", [save.svg_of, save.png_of], ids=["svg", "png"])
def test_the_same_picture_gives_the_same_bytes(name, write):
    assert write(EVERY[name]()) == write(EVERY[name]())


def test_nothing_global_is_left_changed(tmp_path):
    before = mpl.rcParams.copy()
    save.save_plot(plot_binomial(3, 0.5), tmp_path / "a.svg")
    save.save_plot(plot_binomial(3, 0.5), tmp_path / "a.png")
    assert mpl.rcParams.copy() == before


def test_a_png_has_150_dots_an_inch_and_its_words(tmp_path):
    ax = plot_binomial(10, 0.2)
    path = save.save_plot(ax, tmp_path / "a.png")
    with Image.open(path) as image:
        assert image.size == (960, 600)
        assert image.info["Description"] == alt_text(ax)
        assert image.info["dpi"] == pytest.approx((150, 150), abs=0.1)
        assert "Software" not in image.info


def test_names_from_anywhere_stay_text_in_an_svg():
    bags = hf.Counts([[3, 4], [5, 6]], categories=["\u84dd <&>", "a\x00b"])
    svg = save.svg_of(plot_bags(bags)).decode()
    root = ET.fromstring(svg)  # noqa: S314
    assert any("\u84dd <&>" in "".join(text.itertext()) for text in root.iter(f"{SVG}text"))
    assert "\x00" not in svg


def test_a_whole_figure_with_two_plots_tells_both(tmp_path):
    figure = Figure()
    left, right = figure.subplots(1, 2)
    plot_binomial(10, 0.2, ax=left)
    plot_binomial(20, 0.2, ax=right)
    save.save_plot(figure, tmp_path / "two.svg")
    text = ET.parse(tmp_path / "two.svg").getroot().find(f"{SVG}desc").text  # noqa: S314
    assert "all 11 outcomes" in text
    assert "all 21 outcomes" in text


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.svg.txt", "nowhere/a.svg"])
def test_a_wrong_name_is_refused(tmp_path, name):
    with pytest.raises(hf.ParameterError, match=r"\.svg or \.png|there is no folder"):
        save.save_plot(plot_binomial(3, 0.5), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_what_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.svg"
    path.write_text("old")

    def no_space(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError, match="No space"):
        save.save_plot(plot_binomial(3, 0.5), path)
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.svg"]
