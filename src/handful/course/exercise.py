"""What the teacher's side knows of an exercise: the right answer, other ways to it, and the classic mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from handful.course.elements import both_digests_of, elements_of

LENGTH_OF_SALT = 12
ROUNDED = "it is right but for the rounding: give more digits"


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise with its answers; only digests of them reach a student.

    Parameters
    ----------
    right : Any
        A number, a text, a sequence of them, or a function.
    mistakes : sequence of pairs
        What a wrong idea gives, and what is wrong with it, in a sentence.
    width : float, optional
        Of the buckets into which numbers fall.
    tried : sequence of tuples, optional
        The arguments to call a function with.
    styles : sequence, optional
        Other forms of the right answer, which must pass too.
    rules : sequence of str, optional
        What every good answer obeys: 'a probability', 'sums to 1'.
    """

    right: Any
    mistakes: Sequence[tuple[Any, str]]
    width: float = 1e-4
    tried: Sequence[Sequence[Any]] | None = None
    styles: Sequence[Any] = ()
    rules: Sequence[str] = ()

    def compiled(self, number: str) -> dict[str, Any]:
        """What may be shown: digests, reasons, arguments and rules."""
        salt = sha256(f"handful course {number}".encode()).hexdigest()[:LENGTH_OF_SALT]

        def digests(answer: Any) -> list[list[str]]:
            return both_digests_of(elements_of(answer, self.tried), salt=salt, width=self.width)

        right = digests(self.right)
        foreseen = [{"digests": digests(wrong), "reason": reason} for wrong, reason in self.mistakes]
        return {
            "salt": salt,
            "width": self.width,
            "tried": None if self.tried is None else [list(arguments) for arguments in self.tried],
            "rules": list(self.rules),
            "right": right,
            "mistakes": foreseen + [{"digests": digests(one), "reason": ROUNDED} for one in self._rounded()],
        }

    def _rounded(self) -> list[list[float]]:
        """The right numbers, rounded so far that they are no longer right."""
        if self.tried is not None or isinstance(self.right, str):
            return []
        numbers = [float(one) for one in elements_of(self.right, None)]
        several = [[round(one, digits) for one in numbers] for digits in (2, 3)]
        return [
            some
            for some in several
            if any(abs(one - exact) > 0.5 * self.width for one, exact in zip(some, numbers, strict=True))
        ]
