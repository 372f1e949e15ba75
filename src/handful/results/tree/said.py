"""What is said at the root of a tree: who made it, of what, how, and whether it can be trusted."""

from __future__ import annotations

from handful.data.complaints import escaped
from handful.inference.draws_fit import DrawsFit
from handful.inference.fits import Fit
from handful.results.document import versions
from handful.results.tree.chains import Chains
from handful.version import VERSION

SCHEMA = "handful/fit-nc"
SCHEMA_VERSION = 1

LONGEST = 30_000
"""An attribute of an HDF5 file holds 64 kB; what is cut here stands in full in the handful part."""

LIBRARY = {
    "creation_library": "handful",
    "creation_library_version": VERSION,
    "creation_library_language": "Python",
    "inference_library": "handful",
    "inference_library_version": VERSION,
}
"""Of every group, as ArviZ has it; without a time, so that one fit gives one file."""


def said_of(
    fit: Fit, chains: Chains, *, left_out: tuple[str, ...], seed: int | None
) -> dict[str, str | int | float]:
    """The attributes of the root; `seed` is that of the tree's own draws."""
    said: dict[str, str | int | float | None] = {
        "schema": f"{SCHEMA}/{SCHEMA_VERSION}",
        **LIBRARY,
        "model": fit.model.spec,
        "prior": fit.model.prior_over(fit.data.categories).spec,
        "engine": fit.engine,
        "reason": fit.reason,
        "log_evidence": fit.log_evidence.value,
        "log_evidence_error": fit.log_evidence.error,
        "log_evidence_error_kind": "standard error" if fit.log_evidence.sampled else "bound",
        "log_evidence_measure": fit.log_evidence.measure,
        "verdict_ok": int(fit.verdict.ok),
        "verdict_notes": "\n".join(fit.verdict.notes),
        "data_source": fit.data.source,
        "data_sha256": fit.data.sha256,
        "n_bags": fit.data.n_bags,
        "n_items": fit.data.n_items,
        "draws": chains.how,
        "draws_seed": None if seed is None else str(seed),
        "left_out": "\n".join(left_out),
        "versions": ", ".join(f"{name} {version}" for name, version in versions().items()),
    }
    if isinstance(fit, DrawsFit):
        said["seed"] = None if fit.seed is None else str(fit.seed)
        said["pareto_k"] = fit.posterior.pareto_k
        said["precision_bound"] = None if fit.bound is None else fit.bound.words
    return {name: _fitting(value) for name, value in said.items() if value is not None}


def _fitting(value: str | float) -> str | int | float:
    """`value`, a text without what no file can hold, and not too long."""
    if not isinstance(value, str):
        return value
    text = "\n".join(map(escaped, value.split("\n")))
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."
