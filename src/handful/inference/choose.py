"""Which engine answers which model: an ordered table; the first row that can, does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from handful.errors import EngineError, ParameterError
from handful.inference import (
    enumeration,
    exact,
    laplace,
    optimum_engine,
    quadrature,
    reasons,
    smc_engine,
    targets,
)
from handful.inference.outcome import Model, Outcome, Sampling, Statistic

Supports: TypeAlias = Callable[[Model, Statistic], bool]


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
    reason : callable
        Model and statistic to why it is chosen for them.
    refusal : str
        Why not, where it cannot serve.
    supports : callable
        Whether it can serve this model and this much data.
    suits : callable
        Whether it is the one to choose, if none of the rows above is.
    run : callable
        Model, statistic and how much to draw, to the outcome.
    """

    name: str
    reason: Callable[[Model, Statistic], str]
    refusal: str
    supports: Supports
    suits: Supports
    run: Run


ENGINES = (
    Engine(
        name="exact",
        reason=reasons.of_exact,
        refusal="the posterior has no closed form",
        supports=exact.supports,
        suits=exact.supports,
        run=exact.run,
    ),
    Engine(
        name="quadrature",
        reason=reasons.of_quadrature,
        refusal=quadrature.REFUSAL,
        supports=quadrature.supports,
        suits=quadrature.supports,
        run=quadrature.run,
    ),
    Engine(
        name="enumeration",
        reason=reasons.of_enumeration,
        refusal=enumeration.REFUSAL,
        supports=enumeration.supports,
        suits=enumeration.suits,
        run=enumeration.run,
    ),
    Engine(
        name="optimum",
        reason=reasons.of_optimum,
        refusal=optimum_engine.REFUSAL,
        supports=optimum_engine.supports,
        suits=optimum_engine.suits,
        run=optimum_engine.run,
    ),
    Engine(
        name="laplace",
        reason=reasons.of_laplace,
        refusal=targets.REFUSAL,
        supports=laplace.supports,
        suits=laplace.suits,
        run=laplace.run,
    ),
    Engine(
        name="smc",
        reason=reasons.of_smc,
        refusal=targets.REFUSAL,
        supports=smc_engine.supports,
        suits=smc_engine.supports,
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
        chosen = next(row for row in ENGINES if row.suits(model, statistic))
        return chosen, chosen.reason(model, statistic)
    named = {row.name: row for row in ENGINES}
    if engine not in named:
        raise ParameterError(
            f"there is no engine {engine!r}; there are: {', '.join(named)}", name="engine", found=engine
        )
    if not named[engine].supports(model, statistic):
        raise EngineError(engine=engine, reason=named[engine].refusal)
    return named[engine], "as asked"
