"""How many components the bags speak for: the log evidence of mixtures over K."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from handful.arrays import Floats
from handful.errors import ParameterError
from handful.plots.meaning import describe
from handful.plots.panels import panel, tidy
from handful.plots.styles import FAINT, INK
from handful.plots.wording import doubts, listing, marked, percent, printable, shown
from handful.results.compare import UNDECIDED, Compared, Comparison, undecided
from handful.results.parameters import number_text

TITLE = "How many components?"
FARTHEST = 15.0
"""Models further than so many nats below the best one are shown at the lower edge, with their figure."""
MOST_TOLD = 1_000
"""A larger ratio of evidences is not told in figures."""

_MIXTURE = re.compile(r"mixture:(\d+)(:overdispersed)?")


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceOverK:
    """The evidence of each model against the best.

    Parameters
    ----------
    specs : tuple of str
        The M models: mixtures by their number of components, overdispersed ones and other models after them.
    names : tuple of str
        What they are called in the picture: 'K = 2'.
    below_best : array, shape (M,)
        How many nats their log evidence is below the best one's; −inf where impossible.
    error : array, shape (M,)
        The stated error of the log evidence, in nats.
    probability : array, shape (M,)
        Of each model, among these.
    best : float
        The highest log evidence, in nats.
    not_told_apart : tuple of str
        The names of the models that cannot be told from the best one, itself included; empty if all can.
    doubts : str
        What is wrong with the comparison, if anything is.
    """

    specs: tuple[str, ...]
    names: tuple[str, ...]
    below_best: Annotated[Floats, "M"]
    error: Annotated[Floats, "M"]
    probability: Annotated[Floats, "M"]
    best: float
    not_told_apart: tuple[str, ...]
    doubts: str

    @property
    def finding(self) -> str:
        """Which models cannot be told apart, or which is the best."""
        if len(self.specs) == 1:
            return "There is only one model; nothing is compared."
        if self.not_told_apart:
            return f"{listing(self.not_told_apart)} cannot be told apart by these bags."
        second, best = np.argsort(self.below_best, kind="stable")[-2:].tolist()
        ratio = math.exp(min(-float(self.below_best[second]), math.log(MOST_TOLD) + 1.0))
        times = number_text(ratio) if ratio <= MOST_TOLD else f"more than {MOST_TOLD:,}"
        return f"{self.names[best]} has the highest evidence, {times} times that of {self.names[second]}."

    @property
    def bottom(self) -> float:
        """Where the axis ends."""
        near = (self.below_best - self.error)[~self.is_far]
        return 1.18 * min(float(near.min()), -FARTHEST if self.is_far.any() else -2.0)

    @property
    def top(self) -> float:
        """Where the axis begins: there is room for a text above each error bar."""
        near = (self.below_best + self.error)[~self.is_far]
        return max(float(near.max()), 0.0) - 0.14 * self.bottom

    @property
    def is_far(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which models are beyond the lower edge."""
        return np.asarray(self.below_best < -FARTHEST)


def plot_evidence(comparison: Comparison, *, ax: Axes | None = None) -> Axes:
    """The axes with the log evidence of mixtures over their number of components, and the models' probabilities.

    Two models are not told apart where the ratio of their evidences is below 3, or within the errors of both. Models
    of less than exp(−15) of the best one's evidence are shown as arrows at the lower edge.

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
    >>> import handful as hf
    >>> counts = hf.Counts([[3, 17], [15, 5], [2, 18]], categories=["blue", "red"])
    >>> ax = plot_evidence(hf.compare([hf.Mixture(k) for k in (1, 2, 3)], counts, rng=1))
    >>> [tick.get_text() for tick in ax.get_xticklabels()]
    ['K = 1', 'K = 2', 'K = 3']
    """
    data = evidence_data(comparison)
    ax = panel(ax, width=min(max(3.9 + 0.95 * len(data.specs), 6.8), 13.0))
    _layout(ax, data)
    _marks(ax, data)
    describe(ax, "evidence", title=TITLE, text=_words(data), data=data)
    return ax


def evidence_data(comparison: Comparison) -> EvidenceOverK:
    """The models in the order of their components, their log evidence relative to the best."""
    models = sorted(comparison.models, key=lambda model: _place(model.spec))
    value = np.array([model.log_evidence.value for model in models])
    # An approximation has no error to draw.
    error = np.nan_to_num([model.log_evidence.error for model in models])
    if not np.isfinite(value.max(initial=-np.inf)):
        raise ParameterError("no model has evidence to compare", name="comparison", found=comparison)
    names, best = _names(models), int(value.argmax())
    near = np.array([undecided(models[best], model) for model in models])
    return EvidenceOverK(
        specs=tuple(model.spec for model in models),
        names=names,
        below_best=value - value[best],
        error=error,
        probability=np.array([model.probability for model in models]),
        best=float(value[best]),
        not_told_apart=tuple(names[m] for m in np.flatnonzero(near)) if near.sum() > 1 else (),
        doubts=doubts(comparison.verdict),
    )


def _place(spec: str) -> tuple[int, int, str]:
    """Where a model stands: mixtures by K, overdispersed ones by K, then all others."""
    mixture = _MIXTURE.fullmatch(spec)
    return (2, 0, spec) if mixture is None else (int(mixture[2] is not None), int(mixture[1]), spec)


def _names(models: list[Compared]) -> tuple[str, ...]:
    """What the models are called; with their priors where two are called alike."""
    names = [_name(model.spec) for model in models]
    return tuple(
        name if names.count(name) == 1 else f"{name} with {model.prior}"
        for name, model in zip(names, models, strict=True)
    )


def _name(spec: str) -> str:
    mixture = _MIXTURE.fullmatch(spec)
    return spec if mixture is None else f"K = {mixture[1]}{' overdispersed' if mixture[2] else ''}"


def _layout(ax: Axes, data: EvidenceOverK) -> None:
    tidy(ax)
    n = len(data.specs)
    lines = textwrap.wrap(printable(data.finding), 76)
    ax.set_title(marked(TITLE, data.doubts), loc="left", pad=12.0 + 12.0 * len(lines))
    ax.annotate("\n".join(shown(line, 80) for line in lines), (0.0, 1.0), xycoords="axes fraction", xytext=(0, 6),
                textcoords="offset points", ha="left", va="bottom", fontsize="small")  # fmt: skip
    best = f"{data.best:.2f}".replace("-", "−")
    ax.set_ylabel(f"log evidence minus\nthe best one's ({best}), in nats")
    ax.set_xlim(-0.6, n - 0.4)
    ax.set_ylim(data.bottom, data.top)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}".replace("-", "−") if value <= 0 else "")
    names = [shown(name, 40).replace(" overdispersed", "\noverdispersed") for name in data.names]
    ax.set_xticks(range(n), names, fontsize="medium" if max(map(len, names)) < 12 else "small")
    ax.grid(axis="y", color="#dddddd", linewidth=0.7)
    ax.set_axisbelow(True)


def _marks(ax: Axes, data: EvidenceOverK) -> None:
    ax.axhspan(-math.log(UNDECIDED), 0.0, color=FAINT, alpha=0.45, linewidth=0, zorder=0.5)
    for places in _families(data):
        near = [m for m in places if not data.is_far[m]]
        ax.plot(near, data.below_best[near], color=INK, linewidth=0.9, linestyle=(0, (1.0, 1.5)), zorder=1.5)
    for m in range(len(data.specs)):
        if data.is_far[m]:
            _far(ax, data, m=m)
        else:
            _near(ax, data, m=m)
    keys = [
        Line2D([], [], **_dot(told=False)),
        Line2D([], [], **_dot(told=True)),
        Patch(facecolor=FAINT, alpha=0.45),
    ]
    names = [
        "best, or not told\nfrom the best",
        "told from the best",
        f"within a factor\nof {UNDECIDED:g} of the best",
    ]
    ax.legend(keys, names, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize="small")


def _families(data: EvidenceOverK) -> Iterator[list[int]]:
    """Models that differ by K only."""
    for ending in ("", ":overdispersed"):
        yield [m for m, spec in enumerate(data.specs) if re.fullmatch(rf"mixture:\d+{ending}", spec)]


def _near(ax: Axes, data: EvidenceOverK, *, m: int) -> None:
    """A model: its evidence with the error, and its probability as text."""
    below, error = float(data.below_best[m]), float(data.error[m])
    look = _dot(told=below < 0 and data.names[m] not in data.not_told_apart)
    ax.errorbar([m], [below], yerr=[error] if error else None, capsize=5, ecolor=INK, zorder=3.0, **look)
    ax.annotate(percent(float(data.probability[m])), (m, below + error), xytext=(0, 8), ha="center", va="bottom",
                textcoords="offset points", fontsize="small")  # fmt: skip


def _far(ax: Axes, data: EvidenceOverK, *, m: int) -> None:
    """A model beyond the lower edge."""
    below = float(data.below_best[m])
    ax.plot([m], [0.04], marker="v", markersize=8, color=INK, transform=ax.get_xaxis_transform())
    text = f"{below:,.0f}".replace("-", "−") if math.isfinite(below) else "impossible"
    ax.annotate(text, (m, 0.04), xycoords=("data", "axes fraction"), xytext=(0, 8), ha="center", va="bottom",
                textcoords="offset points", fontsize="small")  # fmt: skip


def _dot(*, told: bool) -> dict[str, Any]:
    return {"marker": "o", "color": INK, "markersize": 8, "linestyle": "none", "markeredgecolor": INK,
            "markerfacecolor": "#ffffff" if told else INK}  # fmt: skip


def _words(data: EvidenceOverK) -> str:
    rows = [
        f"{printable(name)}: {percent(p)}, {abs(below):.2f} nats below the best (error {error:.2g})"
        if np.isfinite(below)
        else f"{printable(name)}: impossible"
        for name, p, below, error in zip(
            data.names, data.probability.tolist(), data.below_best.tolist(), data.error.tolist(), strict=True
        )
    ]
    return (
        f"Dots over the number of components K: the log evidence of {len(data.specs)} models relative to the best, "
        f"which is {data.best:.3f} nats, with the probability of each among these: {'; '.join(rows)}. "
        f"{printable(data.finding)}{data.doubts}"
    )
