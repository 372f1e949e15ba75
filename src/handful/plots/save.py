"""save_plot: a picture to an SVG or PNG file, whole or not at all, the same bytes every time."""

from __future__ import annotations

import io
import re
import threading
import warnings
from hashlib import sha256
from pathlib import Path
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from handful.errors import ParameterError
from handful.files import write_whole
from handful.plots.meaning import Drawn, meanings
from handful.plots.wording import printable

ENDINGS = (".svg", ".png")
DPI = 150
_SVG = re.compile(r"<svg\b[^>]*>")
_ONE_AT_A_TIME = threading.Lock()


def save_plot(axes: Drawn, path: str | Path) -> Path:
    """The path of the SVG or PNG file that the picture was written to, with its words for blind readers.

    In an SVG the texts stay texts, and title and description are elements; in a PNG they are its
    metadata. The same picture gives the same bytes.

    Parameters
    ----------
    axes : Axes, sequence of Axes or Figure
        What a plot returned, or the figure it is on; the whole figure is written.
    path : str or Path
        Ends in .svg or .png.

    Raises
    ------
    ParameterError
        If the name ends in something else, its folder is not there, or no plot is on the axes.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from handful.plots.binomial import plot_binomial
    >>> with TemporaryDirectory() as folder:
    ...     save_plot(plot_binomial(10, 0.2), f"{folder}/b.svg").name
    'b.svg'
    """
    target = checked_path(path)
    content = svg_of(axes) if target.suffix.lower() == ".svg" else png_of(axes)
    write_whole(target, content)
    return target


def checked_path(path: str | Path) -> Path:
    """The path, if a picture can be written there: known before the work begins.

    Raises
    ------
    ParameterError
        If it ends in neither .svg nor .png, or its folder is not there.
    """
    target = Path(path)
    if target.suffix.lower() not in ENDINGS:
        raise ParameterError(
            f"{target}: give a file name that ends in .svg or .png", name="output", found=path
        )
    if not target.parent.is_dir():
        raise ParameterError(
            f"{target}: there is no folder {str(target.parent)!r}", name="output", found=path
        )
    return target


def svg_of(axes: Drawn) -> bytes:
    """The figure as SVG, with <title> and <desc>, after https://www.w3.org/TR/SVG2/struct.html."""
    title, text = _words(axes)
    buffer = io.StringIO()
    # The texts stay texts, so that a font without one of their characters is the reader's affair.
    # rc_context sets and restores what all of matplotlib shares; so one picture at a time.
    with _ONE_AT_A_TIME, warnings.catch_warnings(), mpl.rc_context(
        {"svg.hashsalt": "handful", "svg.fonttype": "none"}
    ):  # fmt: skip
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        _figure(axes).savefig(buffer, format="svg", metadata={"Date": None})
    svg = buffer.getvalue()
    found = _SVG.search(svg)
    place = 0 if found is None else found.end()
    # Several pictures may stand in one page, and ids must differ there.
    mark = sha256(f"{title}\n{text}".encode()).hexdigest()[:12]
    opening = svg[: place - 1] + f' role="img" aria-labelledby="title-{mark} desc-{mark}">'
    words = (
        f'\n <title id="title-{mark}">{escape(title)}</title>\n <desc id="desc-{mark}">{escape(text)}</desc>'
    )
    return (opening + words + svg[place:]).encode()


def png_of(axes: Drawn, *, dpi: int = DPI) -> bytes:
    """The figure as PNG at so many dots an inch, with title and description in its metadata."""
    title, text = _words(axes)
    buffer = io.BytesIO()
    with _ONE_AT_A_TIME:
        _figure(axes).savefig(
            buffer, format="png", dpi=dpi, metadata={"Title": title, "Description": text, "Software": None}
        )
    return buffer.getvalue()


def _words(axes: Drawn) -> tuple[str, str]:
    found = meanings(axes)
    return (
        "; ".join(printable(one.title) for one in found),
        " ".join(printable(one.text) for one in found),
    )


def _figure(drawn: Drawn) -> Figure:
    if isinstance(drawn, Figure):
        return drawn
    figure = (drawn if isinstance(drawn, Axes) else drawn[0]).get_figure(root=True)
    if figure is None:
        raise ParameterError("the axes are on no figure any more", name="axes", found=drawn)
    return figure
