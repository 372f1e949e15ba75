"""Which engine answers which model: an ordered table; the first row that can, does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from handful.errors import EngineError, ParameterError
from handful.inference import exact, laplace, population, quadrature, smc_engine
from handful.inference.outcome import Model, Outcome, Sampling, Statistic


class Run(Protocol):
    """How an engine is run."""

    def __call__(self, model: Model, statistic: Statistic, *, sampling: Sampling) -> Outcome:
        """What the engine finds."""


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
        Model, statistic and how much to draw, to the outcome.
    """

    name: str
    reason: str
    refusal: str
    supports: Callable[[Model, Statistic], bool]
    run: Run


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
        reason="only one or two numbers are unknown, and their prior may have any shape",
        refusal=quadrature.REFUSAL,
        supports=quadrature.supports,
        run=quadrature.run,
    ),
    Engine(
        name="laplace",
        reason="given its precision the posterior of the population has one peak, and the precision is one number",
        refusal=population.REFUSAL,
        supports=laplace.supports,
        run=laplace.run,
    ),
    Engine(
        name="smc",
        reason="the posterior may have several modes",
        refusal=population.REFUSAL,
        supports=smc_engine.supports,
        run=smc_engine.run,
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
