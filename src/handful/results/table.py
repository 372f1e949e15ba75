"""Tables of texts, for a screen and for a notebook."""

from __future__ import annotations

from html import escape

from handful.data.complaints import escaped

Rows = list[tuple[str, ...]]


def aligned(rows: Rows) -> list[str]:
    r"""The rows as lines, header first; columns of numbers are aligned on the right, the others on the left.

    Examples
    --------
    >>> print("\n".join(aligned([("colour", "n"), ("blue", "5"), ("red", "12")])))
    colour   n
    blue     5
    red     12
    """
    rows = [tuple(map(escaped, row)) for row in rows]  # a name may hold what would move the cursor
    columns = list(zip(*rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    numeric = [all(_number(cell) for cell in column[1:] if cell) for column in columns]
    return [
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, numeric, strict=True)
        ).rstrip()
        for row in rows
    ]


def html_table(rows: Rows) -> str:
    """The rows as an HTML table, header first.

    Examples
    --------
    >>> html_table([("colour",), ("<b>",)])
    '<table><thead><tr><th>colour</th></tr></thead><tbody><tr><td>&lt;b&gt;</td></tr></tbody></table>'
    """
    head, *others = rows
    top = "".join(f"<th>{escape(text)}</th>" for text in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in others)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).replace(",", "").isdigit()
