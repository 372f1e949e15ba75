"""Which bags a fit has seen, so that no bag is counted twice."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b, sha256

from handful.data.counts import Counts

MOST_REMEMBERED = 10**6
DIGEST_BYTES = 8  # a chance hit between a million bags and a new one: 5e-14


@dataclass(frozen=True, slots=True)
class Seen:
    """The bags that a fit has learnt from, as fingerprints of id and counts.

    Parameters
    ----------
    fingerprints : frozenset of bytes
        One for each bag with an id, up to 10**6 of them.
    nameless : int
        How many further bags cannot be recognised: they had no id, or were too many.

    Examples
    --------
    >>> bags = Counts([[12, 7], [9, 8]], categories=["blue", "brown"], ids=["A", "B"])
    >>> Seen().after(bags).again(bags)
    ('A', 'B')
    """

    fingerprints: frozenset[bytes] = frozenset()
    nameless: int = 0

    def after(self, counts: Counts) -> Seen:
        """What has been seen once `counts` are added."""
        if not counts.named:
            return Seen(self.fingerprints, self.nameless + counts.n_bags)
        room = MOST_REMEMBERED - len(self.fingerprints)
        fresh = _fingerprints(counts)[:room]
        return Seen(self.fingerprints.union(fresh), self.nameless + counts.n_bags - len(fresh))

    def again(self, counts: Counts) -> tuple[str, ...]:
        """The bags of `counts` that were seen before: the same id with the same counts."""
        if not self.fingerprints or not counts.named:
            return ()
        pairs = zip(counts.bags, _fingerprints(counts), strict=True)
        return tuple(bag for bag, fingerprint in pairs if fingerprint in self.fingerprints)


def _fingerprints(counts: Counts) -> list[bytes]:
    """A fingerprint for each bag; the order of the categories does not change it."""
    order = sorted(range(counts.n_categories), key=counts.categories.__getitem__)
    names = "\x1f".join(counts.categories[c] for c in order).encode()
    base = blake2b(names, digest_size=DIGEST_BYTES)
    table = counts.table[:, order].astype("<i8")
    prints = []
    for bag, row in zip(counts.bags, table, strict=True):
        one = base.copy()
        one.update(bag.encode("utf-8", "surrogatepass") + b"\x1f" + row.tobytes())
        prints.append(one.digest())
    return prints


def content_hash(counts: Counts) -> str:
    """The SHA-256 of ids, categories and counts: the same for the same table, wherever it was read."""
    digest = sha256()
    for names in (counts.categories, counts.ids or ()):
        digest.update(f"{len(names)}\x1e".encode())
        digest.update("\x1f".join(names).encode("utf-8", "surrogatepass") + b"\x1e")
    digest.update(counts.table.astype("<i8").tobytes())
    return digest.hexdigest()
