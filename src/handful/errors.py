"""Every error that handful raises on purpose.

::

    HandfulError
    ├── SourceError          (OSError)     a file that cannot be opened, or is not one
    ├── TableError           (ValueError)  a table of counts that is wrong: .complaints
    ├── CountsError          (ValueError)  counts given in code that are no counts
    │   └── CountsTypeError  (TypeError)   ... or not even numbers
    ├── ParameterError       (ValueError)  a prior, an option or an argument out of range
    │   └── ParameterTypeError (TypeError) ... or of the wrong type
    ├── DataUsedTwice        (ValueError)  a bag that the prior has already seen: .bags
    ├── ImpossibleData       (ValueError)  counts to which the prior gives no chance
    ├── EngineError          (ValueError)  an engine asked for what it cannot do
    ├── NoPrior              (TypeError)   a fit that cannot serve as a prior: .cure
    └── MissingExtra         (ImportError) an optional package is not installed: .extra

Each carries its data as attributes. ``HandfulError`` catches them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_COMPLAINTS = 20


class HandfulError(Exception):
    """The root: catch this to catch all that handful raises on purpose."""


class SourceError(HandfulError, OSError):
    """A source of data that cannot be opened.

    Attributes
    ----------
    source : str
        What was asked for.
    """

    def __init__(self, message: str, *, source: str) -> None:
        super().__init__(message)
        self.source = source


class TableError(HandfulError, ValueError):
    """A table of counts that is refused, with everything that is wrong with it.

    Attributes
    ----------
    complaints : tuple of Complaint
        All of them; the message shows the first twenty.
    """

    def __init__(self, complaints: Sequence[object]) -> None:
        self.complaints = tuple(complaints)
        shown = [str(complaint) for complaint in self.complaints[:MOST_COMPLAINTS]]
        left = len(self.complaints) - len(shown)
        if left:
            shown.append(f"... and {left:,} more")
        super().__init__("\n".join(shown))


class CountsError(HandfulError, ValueError):
    """Counts given in code that break a rule of counts.

    Attributes
    ----------
    found : object
        The offending value.
    """

    def __init__(self, message: str, *, found: object = None) -> None:
        super().__init__(message)
        self.found = found


class CountsTypeError(CountsError, TypeError):
    """Counts given in code that are not whole numbers at all."""


class ParameterError(HandfulError, ValueError):
    """A parameter out of its range.

    Attributes
    ----------
    name : str
        The parameter.
    found : object
        What was given.
    """

    def __init__(self, message: str, *, name: str, found: object = None) -> None:
        super().__init__(message)
        self.name = name
        self.found = found


class ParameterTypeError(ParameterError, TypeError):
    """A parameter of the wrong type."""


class DataUsedTwice(HandfulError, ValueError):
    """A bag that the prior has already learnt from.

    Attributes
    ----------
    bags : tuple of str
        The bags in question.
    """

    def __init__(self, bags: Sequence[str]) -> None:
        self.bags = tuple(bags)
        named = ", ".join(repr(bag) for bag in self.bags[:5])
        more = f" and {len(self.bags) - 5:,} more" if len(self.bags) > 5 else ""
        subject = "bag" if len(self.bags) == 1 else "bags"
        super().__init__(
            f"the prior has already seen {subject} {named}{more} with these very counts: "
            "counting the same bag twice makes the answer too sure. "
            "Leave it out (counts.without_bags), or start from the prior before it."
        )


class ImpossibleData(HandfulError, ValueError):
    """Counts that cannot happen under the prior.

    Attributes
    ----------
    bag, category : str
        Where.
    found : int
        How many were counted of what the prior says does not exist.
    """

    def __init__(self, *, bag: str, category: str, found: int) -> None:
        super().__init__(
            f"impossible under the prior: bag {bag!r} has {found} {category}, "
            f"but the prior gives {category} a share of exactly 0. "
            f"Give {category} a small share, or a Dirichlet prior in place of a fixed recipe."
        )
        self.bag = bag
        self.category = category
        self.found = found


class EngineError(HandfulError, ValueError):
    """An engine asked for what it cannot do.

    Attributes
    ----------
    engine, reason : str
        Which, and why not.
    """

    def __init__(self, *, engine: str, reason: str) -> None:
        super().__init__(f"engine {engine!r} cannot do this: {reason}")
        self.engine = engine
        self.reason = reason


class NoPrior(HandfulError, TypeError):
    """A fit whose posterior cannot be written down as a prior.

    Attributes
    ----------
    cure : str
        What to do in its place.
    """

    def __init__(self, reason: str, *, cure: str) -> None:
        super().__init__(f"this fit cannot become a prior: {reason} {cure}")
        self.cure = cure


class MissingExtra(HandfulError, ImportError):
    """An optional package that this call needs is not installed.

    Attributes
    ----------
    extra : str
        The extra that brings it: ``pip install "handful[extra]"``.
    """

    def __init__(self, *, extra: str, purpose: str) -> None:
        super().__init__(f'{purpose} needs the extra {extra!r}: pip install "handful[{extra}]"')
        self.extra = extra
