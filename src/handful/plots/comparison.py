"""How well each model foretold the counts: differences of log evidence, and probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol

import numpy as np
from matplotlib.axes import Axes

from handful.arrays import Floats
from handful.errors import ParameterError
from handful.inference.evidence import Evidence
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.styles import INK
from handful.plots.wording import percent, shown

FAR = 1.25
"""How much wider than the lowest difference the axis is."""


class ComparedModel(Protocol):
    """One of the models compared."""

    @property
    def spec(self) -> str:
        """The model as the command line has it."""

    @property
    def log_evidence(self) -> Evidence:
        """Of the counts, in nats."""

    @property
    def probability(self) -> float:
        """Of the model, among those compared."""


class ComparedModels(Protocol):
    """What ``compare`` returns, as far as it is drawn."""

    @property
    def models(self) -> Sequence[ComparedModel]:
        """The models, in the order given."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The evidence of each model against the best.

    Parameters
    ----------
    specs : tuple of str
        The M models, best first.
    below_best : array, shape (M,)
        How many nats their log evidence is below the best one's; −inf where impossible.
    error : array, shape (M,)
        The stated error of the log evidence, in nats.
    probability : array, shape (M,)
        Of each model, among these.
    best : float
        The highest log evidence, in nats.
    """

    specs: tuple[str, ...]
    below_best: Annotated[Floats, "M"]
    error: Annotated[Floats, "M"]
    probability: Annotated[Floats, "M"]
    best: float


def plot_comparison(comparison: ComparedModels, *, ax: Axes | None = None) -> Axes:
    """The axes with the log evidence of each model, and the probabilities of the models.

    Parameters
    ----------
    comparison : Comparison
        What ``compare`` returned.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ParameterError
        If no model has any evidence.

    Examples
    --------
    >>> from types import SimpleNamespace as Some
    >>> models = [
    ...     Some(spec="pooled", log_evidence=Evidence(-49.9), probability=0.9526),
    ...     Some(spec="separate", log_evidence=Evidence(-52.9), probability=0.0474),
    ... ]
    >>> ax = plot_comparison(Some(models=models))
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['pooled', 'separate']
    """
    data = comparison_data(comparison)
    ax = panel(ax, height=1.6 + 0.42 * len(data.specs))
    _layout(ax, data)
    _marks(ax, data)
    describe(ax, "comparison", title="Models compared by their evidence", text=_words(data), data=data)
    return ax


def comparison_data(comparison: ComparedModels) -> Comparison:
    """The models from the best down, their log evidence relative to the best."""
    models = sorted(comparison.models, key=lambda model: -model.log_evidence.value)
    best = models[0].log_evidence.value if models else -np.inf
    if not np.isfinite(best):
        raise ParameterError("no model has evidence to compare", name="comparison", found=comparison)
    return Comparison(
        tuple(model.spec for model in models),
        np.array([model.log_evidence.value - best for model in models]),
        np.array([model.log_evidence.error for model in models]),
        np.array([model.probability for model in models]),
        float(best),
    )


def _layout(ax: Axes, data: Comparison) -> None:
    tidy(ax)
    ax.set_title("Models compared by their evidence", loc="left")
    best = f"{data.best:.2f}".replace("-", "−")
    ax.set_xlabel(f"log evidence minus the best one's ({best}), in nats; bars: its error")
    finite = np.isfinite(data.below_best)
    lowest = float((data.below_best - data.error)[finite].min())
    ax.set_xlim(FAR * min(lowest, -1.0), max(0.3 * -min(lowest, -1.0) * 0.2, 1.2 * float(data.error[0])))
    ax.set_ylim(len(data.specs) - 0.4, -0.6)
    ax.set_yticks(range(len(data.specs)), [shown(spec, 30) for spec in data.specs])
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color="#dddddd", linewidth=0.7)
    ax.set_axisbelow(True)


def _marks(ax: Axes, data: Comparison) -> None:
    ax.axvline(0.0, color=INK, linewidth=0.8, linestyle="--")
    for row, (difference, error) in enumerate(zip(data.below_best, data.error, strict=True)):
        if np.isfinite(difference):
            ax.errorbar(
                [difference],
                [row],
                xerr=[error] if error else None,
                fmt="o",
                color=INK,
                markersize=8,
                capsize=4,
            )
        else:
            ax.plot([0.03], [row], marker="<", markersize=9, color=INK, transform=ax.get_yaxis_transform())
        text = percent(float(data.probability[row])) if np.isfinite(difference) else "impossible"
        ax.text(1.02, row, text, transform=ax.get_yaxis_transform(), va="center")
    ax.text(1.02, -0.75, "probability", transform=ax.get_yaxis_transform(), va="bottom", fontsize="small")


def _words(data: Comparison) -> str:
    rows = [
        f"{spec}: {percent(p)}, {abs(below):.2f} nats below the best (error {error:.2g})"
        if np.isfinite(below)
        else f"{spec}: impossible"
        for spec, p, below, error in zip(
            data.specs, data.probability.tolist(), data.below_best.tolist(), data.error.tolist(), strict=True
        )
    ]
    return (
        f"Dots: the log evidence of {len(data.specs)} models relative to the best, {data.specs[0]}, whose log evidence "
        f"is {data.best:.3f} nats, with the probability of each: {'; '.join(rows)}."
    )
