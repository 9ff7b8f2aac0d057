"""Small files for tests, and what was read from them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from app.batch.reading.chunks import ROWS_PER_CHUNK, Register
from app.batch.reading.headers import FACTS
from app.batch.reading.sheet import Sheet

DAY = date(2026, 11, 23)
HOME = "341103"


class Found(NamedTuple):
    """Everything that came out of a file."""

    sheet: Sheet
    rows: pl.DataFrame
    originals: pl.DataFrame
    rejects: list[tuple[int, str, str]]
    warnings: list[tuple[int, str, str]]
    chunks: int

    def facts(self, place: int = 0) -> dict[str, Any]:
        """Return what is known of one member, unknown facts left out."""
        row = self.rows.row(place, named=True)
        return {key: row[key] for key in FACTS if row[key] is not None}

    def column(self, name: str) -> list[Any]:
        return self.rows[name].to_list()

    def messages(self) -> list[str]:
        return [message for _, _, message in self.rejects]

    def doubts(self) -> list[str]:
        return [message for _, _, message in self.warnings]


def read(path: Path, day: date = DAY, rows_per_chunk: int = ROWS_PER_CHUNK) -> Found:
    register = Register(path)
    chunks = list(register.chunks(day=day, home=HOME, rows_per_chunk=rows_per_chunk))
    assert chunks[-1].done == register.rows
    assert all(chunk.originals is not None for chunk in chunks)
    assert pl.concat([chunk.rows["household"] for chunk in chunks]).is_sorted()
    return Found(
        register.sheet,
        pl.concat([chunk.rows for chunk in chunks]),
        pl.concat([chunk.originals for chunk in chunks if chunk.originals is not None]),
        [row[:3] for chunk in chunks for row in chunk.rejects.rows()],
        [row[:3] for chunk in chunks for row in chunk.warnings.rows()],
        len(chunks),
    )


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write a text file; blanks at the start of lines and the first line end are left out."""
    lines = [line.lstrip(" ") for line in text.lstrip("\n").split("\n")]
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def read_text(path: Path, text: str, **more: Any) -> Found:
    return read(write(path / "list.csv", text), **more)


def of_one(path: Path, columns: Sequence[str], *cells: Sequence[str], **more: Any) -> Found:
    """Read members of one household, of whom these columns are filled in."""
    lines = [f"户编号,{','.join(columns)}", *(f"H1,{','.join(row)}" for row in cells)]
    return read_text(path, "\n".join(lines) + "\n", **more)
