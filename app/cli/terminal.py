"""What is printed: Chinese text that wraps where Chinese wraps, tables, complaints."""

import re
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

# What stays together: a number with its unit, a Latin word; no line begins with closing punctuation or ends with an opening one.
_PIECE: Final = re.compile(
    r"[（《「『“〔(]*"
    r"(?:[0-9]+(?:[.,-][0-9]+)*(?:%|元/[年月次]|元|周岁|年|月|日|项|人)?|[A-Za-z0-9_.:/-]+|.)"
    r"[，。；：、）》」』”〕！？…)]*\s*",
    re.DOTALL,
)


class Words:
    """Chinese text in one style; wraps as Chinese does, where rich would cut numbers in two."""

    def __init__(self, text: str, style: str = "") -> None:
        self.text = text
        self.style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        style = console.get_style(self.style) if self.style else Style.null()
        for line in wrap(self.text, options.max_width):
            yield Text(line, style)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        widest = max((cell_len(line) for line in self.text.splitlines()), default=0)
        longest = max((cell_len(piece.strip()) for piece in _PIECE.findall(self.text)), default=0)
        return Measurement(min(longest, options.max_width), min(widest, options.max_width))


def wrap(text: str, width: int) -> Iterator[str]:
    """Yield the lines of *text*, none of them wider than *width* columns."""
    for paragraph in text.split("\n"):
        line = ""
        for piece in _PIECE.findall(paragraph):
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
    """Return the console of standard output; a pipe or a file gets as many columns as a page."""
    console = Console(highlight=False, emoji=False, markup=False)
    return console if console.is_terminal else Console(highlight=False, emoji=False, markup=False, width=_page(console))


def _page(console: Console) -> int:
    return console.width if "COLUMNS" in console._environ else WIDE


def complain(message: str, rows: Iterable[Sequence[str]] = (), headings: Sequence[str] = ()) -> None:
    """Say on standard error what is wrong, with a table of the places if there are several."""
    console = Console(stderr=True, highlight=False, emoji=False, markup=False)
    console.print(Words(f"错误：{message}", "bold red"))
    listed = [[Words(cell) for cell in row] for row in rows]
    if listed:
        console.print(table(headings, listed))


def table(headings: Sequence[str], rows: Iterable[Sequence[RenderableType]], *, widths: Sequence[int] = ()) -> Table:
    """Return a table; a column of width 0, and the last one, takes what room is left."""
    made = Table(box=box.HORIZONTALS, show_lines=True, expand=True, padding=(0, 1), header_style="bold", border_style="dim")
    for place, heading in enumerate(headings):
        width = widths[place] if place < len(widths) else None
        made.add_column(heading, width=width or None, ratio=None if width else 1, overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made
