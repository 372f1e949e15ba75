"""How tightly bags follow their recipe: the posterior of the precision beside its prior, on a logarithmic axis."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from matplotlib.axes import Axes

from handful.arrays import Floats
from handful.distributions.weighted import Weighted
from handful.inference.extra_variation import PrecisionBound
from handful.inference.fits import Fit
from handful.models.precision import PrecisionPrior, log_density, precision_words, quantile
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.styles import CURVES, FAINT, INK
from handful.plots.wording import capital, doubts, marked, percent
from handful.results.bag_variation import of_population, population_prior

MASS = 0.95
POINTS = 401
FARTHEST = math.log(1e4)
"""The prior is shown no further than this from the posterior."""
CELLS = 1 << 21
TITLE = "How tightly bags follow one recipe"


@dataclass(frozen=True, slots=True, eq=False)
class Precision:
    """The densities of x = log κ, natural logarithm, under the posterior and the prior.

    Parameters
    ----------
    precision : array, shape (G,)
        κ, evenly spaced in its logarithm.
    prior, posterior : array, shape (G,)
        The densities of x: areas over x are 1, but for what lies beyond the axis.
    prior_spec : str
        The prior.
    bandwidth : float
        Of the kernel that smooths the posterior's draws, in x.
    median : float or None
        Of the precision; None where there is a bound.
    interval : tuple of float or None
        The equal-tailed interval of the precision; None where there is a bound.
    bound : PrecisionBound or None
        The lower bound, where bags show no sign of extra variation.
    mass : float
        Of interval and bound.
    doubts : str
        What is wrong with the fit, if anything is.
    """

    precision: Annotated[Floats, "G"]
    prior: Annotated[Floats, "G"]
    posterior: Annotated[Floats, "G"]
    prior_spec: str
    bandwidth: float
    median: float | None
    interval: tuple[float, float] | None
    bound: PrecisionBound | None
    mass: float
    doubts: str


def plot_precision(fit: Fit, *, ax: Axes | None = None) -> Axes:
    """The axes with the posterior density of log κ, its prior, and an interval or a lower bound.

    The posterior is a Gaussian kernel density of the weighted draws of x = log κ, of bandwidth
    0.9 min(sd, IQR/1.34) n^(-1/5) with n = 1/Σ weight² draws. Where the bags show no sign
    of extra variation, the posterior has no upper end but the prior's: then the lower bound is marked and told,
    and no mean or median.

    Parameters
    ----------
    fit : DrawsFit
        Of a hierarchical model.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ParameterTypeError
        If the fit has no population.

    References
    ----------
    Silverman (1986), Density Estimation for Statistics and Data Analysis, equation 3.31.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43], [30, 25]], categories=["blue", "not blue"])
    >>> plot_precision(hf.fit(hf.Hierarchical(), counts)).get_xscale()
    'log'
    """
    data = precision_data(fit)
    ax = panel(ax)
    _layout(ax, data)
    _marks(ax, data)
    describe(ax, "precision", title=TITLE, text=_words(data), data=data)
    return ax


def precision_data(fit: Fit) -> Precision:
    """The densities of log κ on one grid, and what to say of κ."""
    found, _ = of_population(fit)
    prior = population_prior(found).precision
    x = Weighted(np.log(found.draws["precision"]), found.weights)
    width = _bandwidth(x)
    grid = np.linspace(*_ends(x, prior, room=3.0 * width), POINTS)
    low, middle, high = (math.exp(float(x.quantile(p))) for p in ((1 - MASS) / 2, 0.5, (1 + MASS) / 2))
    told = found.bound is None
    return Precision(
        precision=np.exp(grid),
        prior=np.exp(log_density(prior, grid)),
        posterior=_kernel_density(x, grid, width=width),
        prior_spec=precision_words(prior),
        bandwidth=width,
        median=middle if told else None,
        interval=(low, high) if told else None,
        bound=found.bound,
        mass=MASS,
        doubts=doubts(found.verdict),
    )


def _bandwidth(x: Weighted) -> float:
    """Silverman's rule of thumb, with as many draws as the weighted ones are worth."""
    spread = (float(x.quantile(0.75)) - float(x.quantile(0.25))) / 1.34
    worth = 1.0 / float(x.weights @ x.weights)
    return max(0.9 * min(x.sd, spread) * float(worth**-0.2), 1e-3)


def _kernel_density(x: Weighted, grid: Annotated[Floats, "G"], *, width: float) -> Annotated[Floats, "G"]:
    """The mixture of normal densities around the draws, a part of the draws at a time."""
    density = np.zeros(len(grid))
    step = max(1, CELLS // len(grid))
    for start in range(0, len(x.values), step):
        part = slice(start, start + step)
        z = (grid[:, None] - x.values[part]) / width
        density += np.exp(-0.5 * z * z) @ x.weights[part]
    return np.asarray(density / (width * math.sqrt(2.0 * math.pi)))


def _ends(x: Weighted, prior: PrecisionPrior, *, room: float) -> tuple[float, float]:
    """Where the axis of x begins and ends: all of the posterior, and of the prior what is not too far away."""
    low, high = float(x.quantile(5e-4)) - room, float(x.quantile(1.0 - 5e-4)) + room
    return (
        min(low, max(quantile(prior, 0.01), low - FARTHEST)),
        max(high, min(quantile(prior, 0.99), high + FARTHEST)),
    )


def _layout(ax: Axes, data: Precision) -> None:
    tidy(ax)
    ax.set_xscale("log")
    ax.set_xlim(float(data.precision[0]), float(data.precision[-1]))
    ax.set_ylim(0.0, 1.55 * float(max(data.prior.max(), data.posterior.max())))
    ax.set_xlabel("precision κ (logarithmic): left, bags differ; right, all bags have one recipe")
    ax.set_ylabel("density of log κ")
    if data.bound is None:
        ax.set_title(marked(TITLE, data.doubts), loc="left")
        return
    lines = textwrap.wrap(data.bound.words, 84)
    ax.set_title(marked(TITLE, data.doubts), loc="left", pad=12.0 + 12.0 * len(lines))
    ax.annotate("\n".join(lines), (0.0, 1.0), xycoords="axes fraction", xytext=(0, 6), textcoords="offset points",
                ha="left", va="bottom", fontsize="small")  # fmt: skip


def _marks(ax: Axes, data: Precision) -> None:
    label = f"prior {capital(data.prior_spec)}"
    ax.plot(data.precision, data.prior, label=label, zorder=3.0, **CURVES["prior"].line())
    ax.plot(data.precision, data.posterior, label="posterior", zorder=3.5, **CURVES["posterior"].line())
    if data.bound is None:
        _interval(ax, data)
    else:
        _bound(ax, data, bound=data.bound)
    ax.legend(frameon=False, loc="upper left", handlelength=3.2, fontsize="small")


def _interval(ax: Axes, data: Precision) -> None:
    """The interval as a shade under the posterior, and the median in it as a line."""
    if data.interval is None or data.median is None:
        return
    low, high = data.interval
    inside = (data.precision >= low) & (data.precision <= high)
    ax.fill_between(data.precision, data.posterior, where=inside.tolist(), color=FAINT, alpha=0.6, linewidth=0,
                    label=f"{percent(data.mass)} interval: {_figure(low)} to {_figure(high)}", zorder=1.0)  # fmt: skip
    top = float(np.interp(math.log(data.median), np.log(data.precision), data.posterior))
    ax.plot([data.median, data.median], [0.0, top], color=INK, linewidth=1.0, linestyle=(0, (1.0, 1.5)),
            label=f"median {_figure(data.median)}", zorder=2.0)  # fmt: skip


def _bound(ax: Axes, data: Precision, *, bound: PrecisionBound) -> None:
    """The bound as a line with a shade to its right; where it moves under the second prior as a thin line."""
    inside = data.precision >= bound.above
    ax.fill_between(data.precision, data.posterior, where=inside.tolist(), color=FAINT, alpha=0.6, linewidth=0,
                    label=f"{percent(bound.mass)} above {_figure(bound.above)}", zorder=1.0)  # fmt: skip
    top = float(max(data.prior.max(), data.posterior.max()))
    ax.plot([bound.above] * 2, [0.0, top], color=INK, linewidth=1.4, zorder=2.0)  # fmt: skip
    ax.plot([bound.second_above] * 2, [0.0, 0.5 * top], color=INK, linewidth=1.0, linestyle=(0, (1.0, 1.5)),
            zorder=2.0, label=f"above {_figure(bound.second_above)} under the other prior")  # fmt: skip


def _words(data: Precision) -> str:
    curves = (
        f"Two curves over the precision on a logarithmic axis: the prior {data.prior_spec}, and the posterior, "
        "the density of the logarithm smoothed from the draws by a normal kernel. "
    )
    if data.bound is not None:
        return curves + data.bound.words + data.doubts
    if data.interval is None or data.median is None:
        return curves + data.doubts
    low, high = data.interval
    return (
        f"{curves}The posterior's median is {_figure(data.median)}; its equal-tailed {percent(data.mass)} interval "
        f"goes from {_figure(low)} to {_figure(high)}. A higher precision means bags that are more alike.{data.doubts}"
    )


def _figure(value: float) -> str:
    """Three digits, as people write them: '1,810'; powers of ten only for what is very large or small."""
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if 100 <= rounded < 1e7 else f"{rounded:g}"
