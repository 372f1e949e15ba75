"""Bayes' rule in one picture: prior, likelihood and posterior of a share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from matplotlib.axes import Axes

from handful.arrays import Floats
from handful.distributions.beta import Beta
from handful.distributions.checks import whole
from handful.distributions.intervals import Univariate
from handful.errors import ParameterError, ParameterTypeError
from handful.plots.curves import (
    density_of,
    draw_curve,
    ends_in_words,
    height_of,
    of_the_axis,
    share_grid,
    window,
)
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.styles import CURVES, Role
from handful.plots.wording import axis_name, capital, percent, printable

MASS = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Update:
    """The three curves of Bayes' rule on one grid.

    Parameters
    ----------
    successes, trials : int
        k of N items were of the category.
    prior_spec, posterior_spec : str
        Which distributions they are.
    share : array, shape (G,)
        From 0 to 1.
    prior, likelihood, posterior : array, shape (G,)
        Densities; the likelihood is times N + 1, so that its area is 1 as well. inf at an end
        where a density is infinite.
    top : float
        The height of the picture.
    in_sight : tuple of float
        The part of the axis that is shown.
    posterior_mean : float
        The expected share.
    interval : tuple of float
        The equal-tailed 95% interval of the posterior.
    notes : tuple of str
        Where a density is infinite.
    """

    successes: int
    trials: int
    prior_spec: str
    posterior_spec: str
    share: Annotated[Floats, "G"]
    prior: Annotated[Floats, "G"]
    likelihood: Annotated[Floats, "G"]
    posterior: Annotated[Floats, "G"]
    top: float
    in_sight: tuple[float, float]
    posterior_mean: float
    interval: tuple[float, float]
    notes: tuple[str, ...]


def plot_update(
    prior: Univariate,
    *,
    successes: int,
    trials: int,
    posterior: Univariate | None = None,
    category: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """The axes with prior, likelihood and posterior of a share.

    Parameters
    ----------
    prior : Univariate
        A density on [0, 1], such as a Beta.
    successes, trials : int
        k of N items were of the category.
    posterior : Univariate, optional
        The posterior; it need not be given for a Beta prior, whose posterior is another Beta.
    category : str, optional
        The name of the category.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ParameterError
        If they are no counts, or there are more successes than trials.
    ParameterTypeError
        If the prior is no Beta and no posterior is given.

    Examples
    --------
    >>> plot_update(Beta(1, 5), successes=12, trials=55, category="blue").get_xlabel()
    'share q of blue'
    """
    data = update_data(prior, successes=successes, trials=trials, posterior=posterior)
    ax = panel(ax)
    _layout(ax, data, category=category)
    _marks(ax, data)
    title = "Prior, likelihood and posterior of a share"
    describe(ax, "update", title=title, text=_words(data, category), data=data)
    return ax


def update_data(
    prior: Univariate, *, successes: int, trials: int, posterior: Univariate | None = None
) -> Update:
    """The densities of prior, likelihood and posterior on one grid of shares."""
    k, n = whole(successes, name="successes"), whole(trials, name="trials")
    if k > n:
        raise ParameterError(f"successes = {k}: more than trials = {n}", name="successes", found=successes)
    if posterior is None:
        if not isinstance(prior, Beta):
            message = (
                f"posterior: give it too; only a Beta prior's is known from counts alone, not {prior!r}'s"
            )
            raise ParameterTypeError(message, name="posterior", found=prior)
        posterior = prior.condition(successes=k, trials=n).posterior
    likelihood = Beta(k + 1, n - k + 1)
    three: dict[str, Univariate] = {"prior": prior, "likelihood": likelihood, "posterior": posterior}
    share = share_grid(tuple(three.values()))
    densities = {name: density_of(dist, share) for name, dist in three.items()}
    in_sight = window((likelihood, posterior))
    notes = [(name, ends_in_words(dist, densities[name])) for name, dist in three.items()]
    return Update(
        successes=k,
        trials=n,
        prior_spec=prior.spec,
        posterior_spec=posterior.spec,
        share=share,
        prior=densities["prior"],
        likelihood=densities["likelihood"],
        posterior=densities["posterior"],
        # Where the picture is enlarged the curves stand in the middle, and the legend above them.
        top=(1.06 if in_sight == (0.0, 1.0) else 1.35)
        * max(height_of(dist, share) for dist in three.values()),
        in_sight=in_sight,
        posterior_mean=float(posterior.mean),
        interval=posterior.interval(mass=MASS, kind="eti").parts[0],
        notes=tuple(f"The {name} is {note}." for name, note in notes if note),
    )


def _layout(ax: Axes, data: Update, *, category: str | None) -> None:
    tidy(ax)
    ax.set_title(f"{data.successes} in {data.trials}: what was believed, seen and learnt", loc="left")
    ax.set_xlabel(axis_name(category) + of_the_axis(data.in_sight))
    ax.set_ylabel("density")
    ax.set_xlim(*data.in_sight)
    ax.set_ylim(0.0, data.top)


def _marks(ax: Axes, data: Update) -> None:
    curves: tuple[tuple[Role, Annotated[Floats, "G"], str], ...] = (
        ("prior", data.prior, f"prior {capital(data.prior_spec)}"),
        ("likelihood", data.likelihood, f"likelihood × {data.trials + 1} (area 1)"),
        ("posterior", data.posterior, f"posterior {capital(data.posterior_spec)}"),
    )
    for role, density, label in curves:
        draw_curve(
            ax,
            data.share,
            density=density,
            style=CURVES[role],
            label=label,
            zorder=4.0 if role == "likelihood" else 3.0,
        )
    ax.legend(frameon=False, loc="best", handlelength=3.2)


def _words(data: Update, category: str | None) -> str:
    of = "" if category is None else f" of {printable(category)}"
    low, high = data.interval
    curves = (
        f"Three curves over the share q{of}: the prior {data.prior_spec}, the likelihood of "
        f"{data.successes} in {data.trials} (times {data.trials + 1}, so that its area is 1), and the "
        f"posterior {data.posterior_spec}. The posterior's mean is {data.posterior_mean:.3f}; its "
        f"equal-tailed {percent(MASS)} interval goes from {low:.3f} to {high:.3f}."
    )
    return " ".join([curves, *data.notes])
