"""The course: notebooks from the first guess to the two factories, with answers that are checked and guesses sealed.

``handful course init DIR`` writes the notebooks; in them, ``from handful import course`` is all that is needed here.
"""

from handful.course.blanks import blank, done
from handful.course.checking import NotDone, Right, Wrong, check
from handful.course.progress import reveal, seal, start
from handful.course.show import show

__all__ = ["NotDone", "Right", "Wrong", "blank", "check", "done", "reveal", "seal", "show", "start"]
