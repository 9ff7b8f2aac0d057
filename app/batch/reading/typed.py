"""A cell of a workbook as a person would have typed it."""

from datetime import date, datetime
from typing import Any, Final

_DIGITS_KEPT: Final = 10**15
"""From here on a number in a cell has lost digits."""


def as_typed(cell: Any) -> str:
    """Return the text of a cell; a number that lost digits says so."""
    match cell:
        case str():
            return cell
        case bool():
            return "是" if cell else "否"
        case float() | int():
            if abs(cell) >= _DIGITS_KEPT:
                return f"{cell:.14E}"
            return str(int(cell)) if cell == int(cell) else f"{cell:.15g}"
        case datetime():
            return str(cell.date()) if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else str(cell)
        case date():
            return str(cell)
        case _:
            return str(cell)
