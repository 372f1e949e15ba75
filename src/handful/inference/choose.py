"""Which engine answers which model: an ordered table; the first row that can, does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handful.errors import EngineError, ParameterError
from handful.inference import exact, quadrature
from handful.inference.outcome import Model, Outcome, Statistic


@dataclass(frozen=True, slots=True)
class Engine:
    """One row of the table.

    Parameters
    ----------
    name : str
        As in ``engine="..."``.
    reason : str
        Why it is chosen where it can serve.
    refusal : str
        Why not, where it cannot.
    supports : callable
        Whether it can serve this model and this much data.
    run : callable
        Model and statistic to the outcome.
    """

    name: str
    reason: str
    refusal: str
    supports: Callable[[Model, Statistic], bool]
    run: Callable[[Model, Statistic], Outcome]


ENGINES = (
    Engine(
        name="exact",
        reason="the prior is conjugate, so the posterior is known in closed form",
        refusal="the posterior has no closed form",
        supports=exact.supports,
        run=exact.run,
    ),
    Engine(
        name="quadrature",
        reason="one share is unknown, and its prior may have any shape",
        refusal="it answers pooled models of two categories, with a prior on the share",
        supports=quadrature.supports,
        run=quadrature.run,
    ),
)


def choose(model: Model, statistic: Statistic, *, engine: str | None) -> tuple[Engine, str]:
    """The engine for `model` and `statistic`, and the reason in words.

    Raises
    ------
    ParameterError
        If there is no engine of that name.
    EngineError
        If the engine that was asked for cannot do it.
    """
    if engine is None:
        chosen = next(row for row in ENGINES if row.supports(model, statistic))
        return chosen, chosen.reason
    named = {row.name: row for row in ENGINES}
    if engine not in named:
        raise ParameterError(
            f"there is no engine {engine!r}; there are: {', '.join(named)}", name="engine", found=engine
        )
    if not named[engine].supports(model, statistic):
        raise EngineError(engine=engine, reason=named[engine].refusal)
    return named[engine], "as asked"
