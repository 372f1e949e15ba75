"""The pictures of chains as numbers, and the film of a walk."""

from __future__ import annotations

import re

import numpy as np
import pytest

import handful as hf
from handful import mcmc
from handful.plots.autocorrelation import autocorrelation
from handful.plots.chains import MOST_POINTS, chain_paths
from handful.plots.histogram import histogram
from handful.plots.running_mean import running_mean
from handful.plots.walk import walk


def chains(values, names=("q",)):
    return mcmc.Chains.of(values, names=names, acceptance=[0.5] * len(values), sampler="metropolis")


def test_a_path_is_the_draws_and_a_long_one_is_thinned():
    found = chain_paths(chains([[1.0, 2.0, 5.0]]), "q")
    assert found.draw.tolist() == [1, 2, 3]
    assert found.values.tolist() == [[1, 2, 5]]
    long = chain_paths(chains([np.arange(2.5 * MOST_POINTS)]), "q")
    assert len(long.draw) <= MOST_POINTS
    assert (long.values[0] == long.draw - 1).all()


def test_the_running_mean_ends_at_the_mean(rng):
    values = rng.standard_normal((2, 1500))
    found = running_mean(chains(values), "q", exact=0.5)
    assert found.means[:, 0] == pytest.approx(values[:, 0])
    assert found.means[1, 9] == pytest.approx(values[1, :10].mean())
    assert found.exact == 0.5


def test_autocorrelation_of_a_known_series(rng):
    """An autoregression of 0.8: the correlation is 0.8^lag, to its own chance error of about 2/√S."""
    noise = rng.standard_normal(40_000)
    values = np.zeros(40_000)
    for place in range(1, len(values)):
        values[place] = 0.8 * values[place - 1] + noise[place]
    found = autocorrelation(chains([values]), "q", most=10)
    assert found.correlation[0] == pytest.approx(0.8 ** np.arange(11), abs=0.06)
    assert found.by_chance == pytest.approx(1.96 / 200)
    with pytest.raises(hf.ParameterError, match="single draw"):
        autocorrelation(chains([[1.0]]), "q")


def test_a_stuck_chain_has_no_autocorrelation():
    found = autocorrelation(chains([[1.0] * 9]), "q")
    assert np.isnan(found.correlation).all()
    assert "not within" in hf.alt_text(hf.plot_autocorrelation(chains([[1.0] * 9]), "q"))


def test_a_histogram_has_area_1_and_the_exact_curve(rng):
    found = histogram(chains(rng.beta(14, 51, size=(4, 500))), "q", exact=hf.Beta(14, 51), bars=25)
    assert found.height @ np.diff(found.edges) == pytest.approx(1.0)
    assert len(found.height) == 25
    assert np.trapezoid(found.density, found.share) == pytest.approx(1.0, abs=1e-3)
    with pytest.raises(hf.ParameterError, match="no finite number"):
        histogram(chains([[1.0, np.nan]]), "q")


def test_a_walk_says_where_it_stayed():
    found = walk(chains([[0.2, 0.2, 0.5, 0.5, 0.1]]), "q", log_density=lambda q: -(q**2))
    assert found.stayed.tolist() == [0, 1, 0, 1, 0]
    assert found.height.max() == 1.0
    assert found.grid.min() < 0.1
    assert found.grid.max() > 0.5
    with pytest.raises(hf.ParameterError, match="one or two axes"):
        walk(chains([[0.2]]), (), log_density=lambda q: 0.0)
    with pytest.raises(hf.ParameterError, match="counted from 0"):
        walk(chains([[0.2]]), "q", log_density=lambda q: 0.0, chain=1)


def test_a_walk_near_an_edge_meets_nothing_impossible():
    """Where the density is 0 or not defined the picture has height 0."""

    def log_density(q):
        return np.log(q) if 0 < q < 1 else (np.nan if q < 0 else -np.inf)

    found = walk(chains([[0.01, 0.99, 0.5]]), "q", log_density=log_density)
    assert np.isfinite(found.height).all()
    assert found.height[0] == found.height[-1] == 0.0


@pytest.fixture
def film():
    walker = mcmc.Metropolis(lambda q: -0.5 * ((q - 0.3) / 0.1) ** 2, step=0.2)
    return hf.animate_walk(walker, start=0.1, n_steps=4, rng=1)


def test_a_film_shows_the_very_steps_of_the_walker(film):
    assert film.steps.here[0] == 0.1
    assert film.steps.here[1:].tolist() == film.steps.after[:-1].tolist()
    assert "4 steps" in hf.alt_text(film.axes)


@pytest.mark.slow
def test_a_film_is_one_page_without_an_address_or_a_gif(film, tmp_path):
    page = film.save(tmp_path / "walk.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64") >= 5
    assert not re.findall(r"https?://", page)
    assert "▶" in page
    assert film.save(tmp_path / "walk.gif").read_bytes()[:4] == b"GIF8"
    assert "data:image/png" in film._repr_html_()
    with pytest.raises(hf.ParameterError, match=r"\.html or \.gif"):
        film.save(tmp_path / "walk.mp4")
    with pytest.raises(hf.ParameterError, match="200 steps"):
        hf.animate_walk(mcmc.Metropolis(lambda q: 0.0, step=0.2), start=0.1, n_steps=201)
