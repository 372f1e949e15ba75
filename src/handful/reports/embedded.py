"""What a report embeds so that its fits can be made again: the counts, the models, and a hash of each posterior."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import numpy as np

from handful.data.counts import Counts
from handful.errors import SourceError
from handful.inference.draws_fit import DrawsFit
from handful.inference.fits import Fit
from handful.inference.mode_fit import ModeFit
from handful.inference.outcome import Model
from handful.results.tree.values import Packed, pack, unpack

MOST_CELLS = 20_000
"""Of larger tables a report has the hash only: the file is needed to make the fits again."""


def embedded_counts(counts: Counts) -> dict[str, Any] | None:
    """The table with its names, as JSON has it; None where it is too large."""
    if counts.table.size > MOST_CELLS:
        return None
    return {
        "bags": None if counts.ids is None else list(counts.ids),
        "categories": list(counts.categories),
        "table": counts.table.tolist(),
        "labels": {name: list(texts) for name, texts in counts.labels.items()},
    }


def counts_of(embedded: Mapping[str, Any], source: str) -> Counts:
    """The counts that were embedded.

    Examples
    --------
    >>> counts = Counts([[12, 43]], categories=["blue", "not blue"], ids=["A"])
    >>> counts_of(embedded_counts(counts), "a file").table
    array([[12, 43]])
    """
    return Counts(
        np.array(embedded["table"], dtype=np.int64).reshape(-1, len(embedded["categories"])),
        categories=embedded["categories"],
        ids=embedded["bags"],
        labels=embedded["labels"],
        source=source,
    )


def embedded_model(model: Model) -> dict[str, Any]:
    """The model with its priors, as JSON has it."""
    packed = pack(model)
    arrays = {
        name: {"dtype": values.dtype.name, "shape": list(values.shape), "values": values.ravel().tolist()}
        for name, values in packed.arrays.items()
    }
    return {"document": packed.document, "arrays": arrays}


def model_of(embedded: Mapping[str, Any]) -> Model:
    """The model that was embedded.

    Raises
    ------
    SourceError
        If it is damaged.

    Examples
    --------
    >>> from handful.models.pooled import Pooled
    >>> from handful.distributions.beta import Beta
    >>> model_of(embedded_model(Pooled(Beta(2, 8)))).prior
    Beta(2, 8)
    """
    try:
        arrays = {
            name: np.array(one["values"], dtype=one["dtype"]).reshape(one["shape"])
            for name, one in embedded["arrays"].items()
        }
        found = unpack(Packed(embedded["document"], arrays))
    except (KeyError, TypeError, ValueError) as error:
        raise SourceError(f"the model in the report is damaged ({error})", source="report") from error
    if not isinstance(found, Model):
        raise SourceError("what the report has in place of a model is none", source="report")
    return found


def fingerprint(fit: Fit) -> str:
    """The SHA-256 of the posterior, bit by bit: draws and weights, or the parameters of a closed form.

    Examples
    --------
    >>> import handful as hf
    >>> counts = hf.Counts([[12, 43]], categories=["blue", "not blue"])
    >>> fingerprint(hf.fit(hf.Pooled(), counts)) == fingerprint(hf.fit(hf.Pooled(), counts))
    True
    """
    if isinstance(fit, DrawsFit):
        return _hash({**fit.draws, " weights": fit.weights}, "")
    if isinstance(fit, ModeFit):
        return _hash(fit.posterior.quantities, "")
    packed = pack(fit.posterior)
    return _hash(packed.arrays, packed.document)


def _hash(arrays: Mapping[str, Any], text: str) -> str:
    digest = sha256(text.encode())
    for name in sorted(arrays):
        digest.update(f"\x1e{name}{arrays[name].shape}".encode())
        digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()
