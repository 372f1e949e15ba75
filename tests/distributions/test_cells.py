"""Adaptive rectangles against integrals that are known, and panels against sharp and jumping functions."""

import math

import numpy as np
import pytest
from scipy import stats

from handful.distributions.cells import Cells
from handful.distributions.panels import Panels
from handful.errors import ParameterError


def normal(rho, sd=(1.0, 1.0), at=(0.0, 0.0)):
    frozen = stats.multivariate_normal(
        at, [[sd[0] ** 2, rho * sd[0] * sd[1]], [rho * sd[0] * sd[1], sd[1] ** 2]]
    )
    return lambda x, y: frozen.logpdf(np.stack([x, y], axis=-1))


@pytest.mark.parametrize("rho", [0.0, 0.7, -0.95])
@pytest.mark.parametrize("sd", [(1.0, 1.0), (1e-3, 5.0)])
def test_a_correlated_normal_integrates_to_one(rho, sd):
    at = (0.3, -2.0)
    first, second = ([a - 40 * s, a, a + 40 * s] for a, s in zip(at, sd, strict=True))
    cells = Cells.adaptive(normal(rho, sd, at), first, second=second, name="a normal")
    assert abs(cells.log_integral) <= cells.error < 1e-10
    assert (cells.weights * cells.first).sum() == pytest.approx(at[0], rel=1e-10)
    covariance = (cells.weights * (cells.first - at[0]) * (cells.second - at[1])).sum()
    assert covariance == pytest.approx(rho * sd[0] * sd[1], rel=1e-9, abs=1e-15)


def test_a_step_across_the_rectangle():
    """The area of a disc: the edge is nowhere along a side of a rectangle, so the error is told."""
    with np.errstate(divide="ignore"):
        disc = Cells.adaptive(
            lambda x, y: np.log((x**2 + y**2 < 1).astype(float)),
            [-1.5, 0, 1.5],
            second=[-1.5, 0, 1.5],
            name="a disc",
        )
    assert abs(disc.log_integral - math.log(math.pi)) <= disc.error
    assert 1e-6 < disc.error < 1e-2


@pytest.mark.parametrize(
    "bad", [lambda x, y: x * np.nan, lambda x, y: x * 0 + np.inf, lambda x, y: x * 0 - np.inf]
)
def test_what_is_no_function_is_refused(bad):
    with pytest.raises(ParameterError, match="nonsense"):
        Cells.adaptive(bad, [0, 1], second=[0, 1], name="nonsense")


@pytest.mark.parametrize("sd", [1.0, 1e-4, 1e-9])
def test_a_sharp_peak_beside_a_wide_floor(sd):
    """Half the mass in the peak, half in the floor, however narrow the peak is."""
    peak = lambda t: np.logaddexp(stats.norm.logpdf(t, 0.25, sd), -math.log(100.0))  # noqa: E731
    panels = Panels.adaptive(peak, [-50.0, 0.25 - sd, 0.25, 0.25 + sd, 50.0], name="a peak")
    assert abs(panels.log_integral - math.log(2)) <= panels.error
    held = panels.below(np.array(0.25 + 40 * sd)) - panels.below(np.array(0.25 - 40 * sd))
    assert held == pytest.approx(0.5 + 80 * sd / 200, abs=1e-9)


def test_a_jump_that_nobody_named():
    with np.errstate(divide="ignore"):
        panels = Panels.adaptive(lambda t: np.log(np.where(t < 1 / 3, 2.0, 0.5)), [0.0, 1.0], name="a step")
    assert abs(panels.log_integral) <= panels.error < 1e-9
    assert float(panels.quantile(np.array(0.9))) == pytest.approx(1 / 3 + (0.9 - 2 / 3) / 0.5, abs=1e-9)
