"""How far the ranks of truths stray from uniform, with the band that they leave as seldom as it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from matplotlib.axes import Axes

from handful.arrays import Floats
from handful.errors import ParameterError
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.styles import BASE, FAINT, INK
from handful.plots.wording import percent, printable, shown
from handful.results.calibrate import Calibration

TITLE = "Where truths lie among the draws"
ROOM = 1.3


@dataclass(frozen=True, slots=True, eq=False)
class Calibrated:
    """The curves, as differences from what is expected.

    Parameters
    ----------
    names : tuple of str
        The quantities that are drawn.
    at : array (J,)
        The scores where the curves are known.
    difference : array (Q, J)
        The share of truths with a lower score, minus that score.
    lower, upper : array (J,)
        The band for each curve.
    outside : tuple of str
        The quantities whose curve leaves it.
    worst : int
        The place of the curve that strays furthest: it is drawn in full.
    false_alarm : float
        How often any of the calibration's curves leaves its band though nothing is wrong.
    n_quantities, simulations : int
        Of the whole calibration.
    spec : str
        The model.
    """

    names: tuple[str, ...]
    at: Annotated[Floats, "J"]
    difference: Annotated[Floats, "Q J"]
    lower: Annotated[Floats, "J"]
    upper: Annotated[Floats, "J"]
    outside: tuple[str, ...]
    worst: int
    false_alarm: float
    n_quantities: int
    simulations: int
    spec: str


def plot_calibration(
    calibration: Calibration, *, ax: Axes | None = None, quantity: str | None = None
) -> Axes:
    """The axes with the rank curves of a calibration: the share of truths below each score, minus that score.

    If all is right, a curve wanders within the band. Where it arches above, truths lie lower among the draws than they
    should, so that the posterior is too high; below, too low. An S that falls first is a posterior too wide, one that
    rises first a posterior too narrow.

    Parameters
    ----------
    calibration : Calibration
        What ``calibrate`` returned.
    ax : Axes, optional
        Where to draw; a new figure if not given.
    quantity : str, optional
        The name of one of the quantities, to be drawn alone; all are drawn if not given, the worst in full.

    Raises
    ------
    ParameterError
        If there is no such quantity.

    References
    ----------
    Säilynoja, Bürkner & Vehtari (2022), Statistics and Computing 32:32, figure 1.

    Examples
    --------
    >>> import handful as hf
    >>> bags = hf.Counts([[12, 43], [9, 46]], categories=["blue", "not blue"])
    >>> plot_calibration(hf.calibrate(hf.Pooled(), like=bags, rng=1)).get_title(loc="left")
    'Where truths lie among the draws'
    """
    data = calibration_data(calibration, quantity=quantity)
    ax = panel(ax)
    _layout(ax, data)
    _marks(ax, data)
    describe(ax, "calibration", title=TITLE, text=_words(data), data=data)
    return ax


def calibration_data(calibration: Calibration, *, quantity: str | None = None) -> Calibrated:
    """The curves of one quantity or of all, and their band."""
    known = {one.name: one for one in calibration.quantities}
    if quantity is not None and quantity not in known:
        message = f"there is no quantity {quantity!r}; there are: {', '.join(known)}"
        raise ParameterError(message, name="quantity", found=quantity)
    drawn = [known[quantity]] if quantity is not None else list(calibration.quantities)
    fewest, most = calibration.band
    at = np.arange(1, len(fewest) + 1) / (len(fewest) + 1.0)
    return Calibrated(
        names=tuple(one.name for one in drawn),
        at=at,
        difference=np.stack([one.below for one in drawn]) - at,
        lower=fewest / calibration.simulations - at,
        upper=most / calibration.simulations - at,
        outside=tuple(one.name for one in drawn if not one.ok),
        worst=int(np.argmin([one.p for one in drawn])),
        false_alarm=calibration.false_alarm,
        n_quantities=len(calibration.quantities),
        simulations=calibration.simulations,
        spec=calibration.spec,
    )


def _layout(ax: Axes, data: Calibrated) -> None:
    tidy(ax)
    ax.set_title(TITLE, loc="left")
    many = "" if data.n_quantities == 1 else f" over {data.n_quantities} curves"
    ax.set_xlabel(
        f"rank of the truth among the draws, from 0 to 1 ({data.simulations:,} simulations, {data.spec})\n"
        f"band: left with probability {data.false_alarm:.2g} at most{many}"
    )
    ax.set_ylabel("share of truths below, minus rank")
    most = float(np.abs(np.concatenate([data.difference.ravel(), data.lower, data.upper])).max())
    ax.set_ylim(-ROOM * most, ROOM * most)
    ax.set_xlim(0.0, 1.0)
    ax.grid(axis="y", color="#dddddd", linewidth=0.7)
    ax.set_axisbelow(True)


def _marks(ax: Axes, data: Calibrated) -> None:
    x = np.concatenate([[0.0], data.at, [1.0]])
    ax.fill_between(x, _ended(data.lower), _ended(data.upper), color=BASE, alpha=0.55, linewidth=0)
    for edge in (data.lower, data.upper):
        ax.plot(x, _ended(edge), color=INK, linewidth=0.8, linestyle=(0, (4.0, 2.0)))
    ax.axhline(0.0, color=INK, linewidth=0.8)
    for place, curve in enumerate(data.difference):
        if place != data.worst:
            ax.plot(
                x, _ended(curve), color=FAINT if data.names[place] not in data.outside else INK, linewidth=1.0
            )
    worst = data.names[data.worst]
    label = shown(worst, 40) + (" (leaves the band)" if worst in data.outside else "")
    ax.plot(x, _ended(data.difference[data.worst]), color=INK, linewidth=2.4, label=label)
    if len(data.names) > 1:
        others = len(data.names) - 1
        ax.plot([], [], color=FAINT, linewidth=1.0, label=f"the {others} other{'' if others == 1 else 's'}")
    ax.legend(frameon=False, loc="upper right")


def _ended(curve: Annotated[Floats, "J"]) -> Annotated[Floats, "m"]:
    """The curve with its ends, where no share can differ."""
    return np.concatenate([[0.0], curve, [0.0]])


def _words(data: Calibrated) -> str:
    worst = printable(data.names[data.worst])
    curve = data.difference[data.worst]
    place = int(np.abs(curve).argmax())
    found = (
        f"The curves of {', '.join(map(printable, data.outside))} leave the band"
        if data.outside
        else "No curve leaves the band"
    )
    side = "more" if curve[place] > 0 else "fewer"
    return (
        f"Curves of how far the ranks of true values among draws from the posterior stray from uniform, for "
        f"{len(data.names)} of {data.n_quantities} quantities of the model {data.spec} in {data.simulations:,} "
        f"simulations, with a band that any of them leaves with probability {data.false_alarm:.2g} at most if nothing "
        f"is wrong. {found}. Furthest strays {worst}: {percent(abs(float(curve[place])))} {side} truths than expected "
        f"rank below {data.at[place]:.2f}."
    )
