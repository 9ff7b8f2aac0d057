"""What is printed: Chinese text that wraps where Chinese wraps, tables, complaints."""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.style import Style
from rich.table import Table
from rich.text import Text

WIDE, NARROW = 100, 60
"""From so many columns on a table has a column for everything; below so many there is no room for a table."""

# What stays together: a number with its unit, a Latin word; no line begins with closing punctuation, and none
# ends with opening punctuation.
_PIECE: Final = re.compile(
    r"[（《「『“〔(]*"
    r"(?:是/否|[0-9]+(?:[.,-][0-9]+)*(?:%|元/[年月次]|元|周岁|年|月|日|项|人)?|[A-Za-z0-9_]+[.:/-]?|.)"
    r"[，。；：、）》」』”〕！？…)]*\s*",
    re.DOTALL,
)
NAMES: Final = re.compile(r"[^、]+、?")
"""For a list of names, none of which is cut."""


class Words:
    """Chinese text in one style; wraps as Chinese does, where rich would cut numbers in two."""

    def __init__(self, text: str, style: str = "", pieces: re.Pattern[str] = _PIECE) -> None:
        self.text = text
        self.style = style
        self.pieces = pieces

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        style = console.get_style(self.style) if self.style else Style.null()
        for line in wrap(self.text, options.max_width, self.pieces):
            yield Text(line, style)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        widest = max((cell_len(line) for line in self.text.splitlines()), default=0)
        longest = max((cell_len(piece.strip()) for piece in self.pieces.findall(self.text)), default=0)
        return Measurement(min(longest, options.max_width), min(widest, options.max_width))


def wrap(text: str, width: int, pieces: re.Pattern[str] = _PIECE) -> Iterator[str]:
    """Yield the lines of *text*, none of them wider than *width* columns."""
    for paragraph in text.split("\n"):
        line = ""
        for piece in pieces.findall(paragraph):
            if line and cell_len(line + piece.rstrip()) > width:
                yield line.rstrip()
                line = ""
            for character in piece:
                if cell_len(line + character) > width:  # one piece wider than the line
                    yield line
                    line = ""
                line += character
        yield line.rstrip()


def output() -> Console:
    """Return the console of standard output; a pipe or a file is as wide as a page, unless COLUMNS says otherwise."""
    page = None if sys.stdout.isatty() or "COLUMNS" in os.environ else WIDE
    return Console(highlight=False, emoji=False, markup=False, width=page)


def complain(message: str, rows: Iterable[Sequence[str]] = (), headings: Sequence[str] = ()) -> None:
    """Say on standard error what is wrong, with a table of the places if there are several."""
    console = Console(stderr=True, highlight=False, emoji=False, markup=False)
    console.print(Words(f"错误：{message}", "bold red"))
    listed = [[Words(cell) for cell in row] for row in rows]
    if listed:
        console.print(table(headings, listed, (0.4, 0)))


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[RenderableType]],
    widths: Sequence[float] = (),
    *,
    lines: bool = False,
) -> Table:
    """Return a table, with *lines* between its rows.

    A width is a number of columns, or below one a share of the line; columns of
    width 0, and those without one, share what room is left.
    """
    made = Table(box=box.HORIZONTALS, show_lines=lines, expand=True, header_style="bold", border_style="dim")
    shares = sum(width for width in widths if width < 1)
    for place, heading in enumerate(headings):
        width = widths[place] if place < len(widths) else 0
        if width >= 1:
            made.add_column(heading, width=int(width))
        else:
            left = sum(other == 0 for other in (*widths, *(0 for _ in range(len(headings) - len(widths)))))
            made.add_column(heading, ratio=round(100 * (width or (1 - shares) / left)))
    for row in rows:
        made.add_row(*row)
    return made


def section(console: Console, title: str, style: str, content: Iterable[RenderableType]) -> None:
    """Print a part of a page under its title."""
    console.print()
    console.print(Words(f"■ {title}", f"bold {style}"))
    for part in content:
        console.print(part)


def listing(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    width: int,
    widths: Sequence[float] = (),
    *,
    lines: bool = False,
) -> list[RenderableType]:
    """Return a table of plain text, or paragraphs where there is no room for one."""
    if width < NARROW:
        return [Words("· " + "　".join(filter(None, row)).replace("\n", "　")) for row in rows]
    return [table(headings, [[Words(cell) for cell in row] for row in rows], widths, lines=lines)]
