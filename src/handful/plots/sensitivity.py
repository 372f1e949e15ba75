"""What other priors make of the parameters: the interval of each under each prior, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from matplotlib.axes import Axes

from handful.arrays import Floats
from handful.errors import ParameterError
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.styles import INK
from handful.plots.wording import shown
from handful.results.sensitive.found import Sensitivity

MOST_SHOWN = 8
"""So many parameters are shown: those that were flagged, or else those that the priors move most."""

OWN = "the fit's"
MARKS = ("s", "^", "D", "v", "P", "X", "<", ">")
COLOURS = ("#c27a1f", "#00899b", "#7b5ea7", "#4d4d4d")
"""After the fit's own, which is black: each prior has a mark and a colour."""


@dataclass(frozen=True, slots=True, eq=False)
class ByPrior:
    """Means and intervals of P parameters under A priors, the fit's own first.

    Parameters
    ----------
    parameters, diagnoses : tuple of str
        The P parameters, and what power-scaling says of each.
    priors, specs : tuple of str
        The A priors by name, and as the command line has them.
    mean, lower, upper : array, shape (P, A)
        Of the posterior; equal-tailed.
    sd : array, shape (P,)
        Of the fit's own posterior: the unit that all parameters are drawn in.
    mass : float
        Of the intervals.
    n_left_out : int
        How many parameters are not shown.
    """

    parameters: tuple[str, ...]
    diagnoses: tuple[str, ...]
    priors: tuple[str, ...]
    specs: tuple[str, ...]
    mean: Annotated[Floats, "P A"]
    lower: Annotated[Floats, "P A"]
    upper: Annotated[Floats, "P A"]
    sd: Annotated[Floats, "P"]
    mass: float
    n_left_out: int


def plot_sensitivity(sensitivity: Sensitivity, *, ax: Axes | None = None) -> Axes:
    """The axes with the interval of each flagged parameter under each prior, in posterior sds from the fit's mean.

    Where no parameter is flagged, those that the other priors move most are shown.

    Parameters
    ----------
    sensitivity : Sensitivity
        What ``sensitivity`` returned.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ParameterError
        If every parameter is known exactly.

    Examples
    --------
    >>> import handful as hf
    >>> blue = hf.Counts([[12, 43]], categories=["blue", "not blue"])
    >>> ax = plot_sensitivity(hf.sensitivity(hf.fit(hf.Pooled(hf.Beta(60, 40)), blue)))
    >>> [text.get_text() for text in ax.get_legend().get_texts()][:2]
    ["the fit's", 'flat']
    """
    data = sensitivity_data(sensitivity)
    ax = panel(ax, height=1.9 + (0.25 + 0.16 * len(data.priors)) * len(data.parameters))
    _marks(ax, data)
    _layout(ax, data)
    describe(ax, "sensitivity", title="The answer under other priors", text=_words(data), data=data)
    return ax


def sensitivity_data(sensitivity: Sensitivity) -> ByPrior:
    """Means and intervals of the parameters to be shown, under the fit's prior and each other one."""
    rows = sensitivity.rows
    if not rows:
        message = "every parameter is known exactly: no prior can move it"
        raise ParameterError(message, name="sensitivity", found=sensitivity)
    moved = [max((abs(one.estimates[p].shift) for one in sensitivity.alternatives), default=0.0)
             for p in range(len(rows))]  # fmt: skip
    flagged = [p for p, row in enumerate(rows) if row.flagged] or list(range(len(rows)))
    chosen = sorted(sorted(flagged, key=lambda p: (-rows[p].prior, -moved[p]))[:MOST_SHOWN])
    table = [[rows[p].estimate, *(one.estimates[p] for one in sensitivity.alternatives)] for p in chosen]
    return ByPrior(
        parameters=tuple(rows[p].label for p in chosen),
        diagnoses=tuple(rows[p].diagnosis for p in chosen),
        priors=(OWN, *(one.name for one in sensitivity.alternatives)),
        specs=(sensitivity.prior, *(one.prior for one in sensitivity.alternatives)),
        mean=np.array([[one.mean for one in row] for row in table]),
        lower=np.array([[one.interval.lower for one in row] for row in table]),
        upper=np.array([[one.interval.upper for one in row] for row in table]),
        sd=np.array([row[0].sd for row in table]),
        mass=sensitivity.mass,
        n_left_out=len(rows) - len(chosen),
    )


def _marks(ax: Axes, data: ByPrior) -> None:
    """A point and a bar for each prior, in the units that all parameters share: sds of the fit's posterior."""
    height = 0.7 / len(data.priors)
    for a, name in enumerate(data.priors):
        places = np.arange(len(data.parameters)) + (a - 0.5 * (len(data.priors) - 1)) * height
        centre = (data.mean[:, a] - data.mean[:, 0]) / data.sd
        ends = np.abs(np.stack([data.lower[:, a], data.upper[:, a]]) - data.mean[:, a]) / data.sd
        ax.errorbar(
            centre, places, xerr=ends, capsize=2.5, linestyle="none", markersize=5,
            fmt="o" if a == 0 else MARKS[(a - 1) % len(MARKS)],
            color=INK if a == 0 else COLOURS[(a - 1) % len(COLOURS)],
            linewidth=2.0 if a == 0 else 1.2,
            label=shown(name),
        )  # fmt: skip


def _layout(ax: Axes, data: ByPrior) -> None:
    tidy(ax)
    ax.axvline(0.0, color=INK, linewidth=0.8, linestyle="--")
    ax.set_title("The answer under other priors", loc="left")
    ax.set_xlabel(
        f"mean and {100 * data.mass:g}% interval (equal-tailed),\nin posterior sds from the fit's mean"
    )
    ax.set_yticks(range(len(data.parameters)), [shown(name, 30) for name in data.parameters])
    ax.set_ylim(len(data.parameters) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color="#dddddd", linewidth=0.7)
    ax.set_axisbelow(True)
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize="small", title="prior")


def _words(data: ByPrior) -> str:
    parts = []
    for p, (name, diagnosis) in enumerate(zip(data.parameters, data.diagnoses, strict=True)):
        of = [
            f"{prior} {mean:.3g} ({low:.3g} to {high:.3g})"
            for prior, mean, low, high in zip(
                data.priors,
                data.mean[p].tolist(),
                data.lower[p].tolist(),
                data.upper[p].tolist(),
                strict=True,
            )
        ]
        parts.append(f"{name} ({diagnosis}): {', '.join(of)}")
    more = f" {data.n_left_out} more parameters are not shown." if data.n_left_out else ""
    return (
        f"Means with {100 * data.mass:g}% intervals (equal-tailed) of {len(data.parameters)} parameters under "
        f"{len(data.priors)} priors, the fit's own first: {'; '.join(parts)}.{more}"
    )
