"""Text files: cells between commas, tabs or semicolons.

Clean stretches go to polars whole; what needs care is read by `quotes.py`.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, count, islice
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from app.batch.reading import sheet as sheets
from app.batch.reading.archives import MOST_COLUMNS
from app.batch.reading.contents import SERIALS_SINCE
from app.batch.reading.encodings import BLOCK, MIXED, MIXED_UP, Encoding
from app.batch.reading.mixture import UNCLEAR
from app.batch.reading.quotes import border, is_regular, lines, records
from app.batch.reading.references import is_below
from app.batch.reading.tables import FLAW, FRAME, NUMBER, ROW
from app.batch.reading.unreadable import UnreadableFileError

_DELIMITERS: Final = ",\t;"
_HEAD: Final = 256 * 1024
_LONGEST: Final = 4 * BLOCK
"""Bytes without the end of a row, after which the quotes are taken to be broken."""
_END: Final = "\x1e"

TOO_SHORT: Final = "本行的列数比表头少，可能少了分隔符：请核对"
TOO_LONG: Final = "本行的列数比表头多，可能多了分隔符（内容里有逗号的，两边要加引号）：请核对"
NOT_READ: Final = "本行的文字编码与别的行不一致或已损坏，读不准：请核对本行，重新填写后另存为.xlsx再上传"


class DelimitedTable:
    """A text file with its encoding, its delimiter and its header."""

    since = SERIALS_SINCE

    def __init__(self, path: Path) -> None:
        self.encoding = Encoding(path)
        text = self._start()
        self._old_lines = "\r" in text and "\n" not in text
        found = [(sheets.find(rows), rows, delimiter) for delimiter in _DELIMITERS if (rows := _head(text, delimiter))]
        if not found:
            raise UnreadableFileError("文件里没有内容：请重新导出后上传")
        best = max(found, key=lambda one: len(one[0].places) if one[0] else 0)
        width = max(len(row) for _, rows, _ in found for row in rows)
        if (width if best[0] is None else len(best[0].columns)) > MOST_COLUMNS:
            raise UnreadableFileError(f"列数太多，最多{MOST_COLUMNS}列：请删去无关的列后重新上传")
        self.sheet = sheets.check(best[0], width) if self.encoding.mixture is None else _mixed(best[0], width)
        self.delimiter = best[2]
        self._regular: list[bool] = []

    def _start(self) -> str:
        start = b""
        for block in self.encoding.blocks():
            start += block
            if len(start) > _HEAD:
                break
        return start[:_HEAD].decode(errors="ignore")

    # ── frames ──

    def frames(self, positions: Sequence[int] | None = None) -> Iterator[pl.DataFrame]:
        """Yield the rows below the header; of some cells only, without saying which rows are too short or too long."""
        row = 0
        for cells in self._all(positions):
            frame = cells if self.encoding.mixture is None else _clear(cells)
            numbers = pl.int_range(row + 1, row + frame.height + 1, dtype=NUMBER, eager=True)
            numbered = frame.with_columns(numbers.alias(ROW))
            yield numbered if row >= self.sheet.last else numbered.filter(pl.col(ROW) > self.sheet.last)
            row += frame.height

    def _all(self, positions: Sequence[int] | None) -> Iterator[pl.DataFrame]:
        """Yield every record of the file, the header and what stands above it too."""
        blocks, rest, pieces = self._blocks(), b"", count()
        for block in blocks:
            rest += block
            end = border(rest)
            if not end:
                if len(rest) < _LONGEST:
                    continue
                yield from self._careful(chain((rest,), blocks), positions)
                return
            piece, rest = rest[:end], rest[end:]
            if not self._is_regular(next(pieces), piece):
                # Nobody knows any more which of the line ends are a row's.
                yield from self._careful(chain((piece, rest), blocks), positions)
                return
            frame = self._quick(piece, positions)
            if frame is None:
                yield from self._careful((piece,), positions)
            else:
                yield frame
        if rest:
            yield from self._careful((rest,), positions)

    def _is_regular(self, number: int, piece: bytes) -> bool:
        """Look at the quotes of a piece, once: the second reading cuts the same pieces."""
        if number == len(self._regular):
            self._regular.append(is_regular(piece, self.delimiter.encode()))
        return self._regular[number]

    def _blocks(self) -> Iterator[bytes]:
        """Yield the file with a line end at its end."""
        last = b"\n"
        for read in self.encoding.blocks():
            block = read.replace(b"\r", b"\n") if self._old_lines else read
            last = block[-1:] or last
            yield block
        if last != b"\n":
            yield b"\n"

    def _quick(self, piece: bytes, positions: Sequence[int] | None) -> pl.DataFrame | None:
        """Read a piece in one sweep; None where that fails."""
        if positions is not None:
            cells = self._parsed(piece, sorted({*positions}))
            return None if cells is None else cells.with_columns(pl.lit(None, pl.String).alias(FLAW))
        # One more cell behind every row: where it lands tells the row's length.
        plain = piece.translate(None, b"\r") if b"\r" in piece else piece
        ended = plain.replace(b"\n", f"{self.delimiter}{_END}\n".encode())
        cells = self._parsed(ended, None)
        if cells is None or 2 * cells.height != len(ended) - len(plain):
            return None  # some cells have several lines
        return _flawed(cells, len(self.sheet.columns))

    def _parsed(self, piece: bytes, positions: list[int] | None) -> pl.DataFrame | None:
        try:
            return pl.read_csv(
                piece,
                has_header=False,
                separator=self.delimiter,
                schema={str(at): pl.String for at in range(len(self.sheet.columns) + 1)},
                columns=positions,
                infer_schema=False,
                truncate_ragged_lines=True,
                missing_columns="insert",
                extra_columns="ignore",
            )
        except PolarsError:
            return None

    def _careful(
        self, pieces: Iterator[bytes] | Sequence[bytes], positions: Sequence[int] | None
    ) -> Iterator[pl.DataFrame]:
        width = len(self.sheet.columns)
        wanted = range(width) if positions is None else positions
        rest = records(lines(pieces), self.delimiter)
        schema = {**{str(at): pl.String for at in wanted}, FLAW: pl.String}
        while batch := list(islice(rest, FRAME)):
            rows = []
            for cells, unmatched in batch:
                flaw = unmatched or _length_flaw(cells, width)
                if flaw == TOO_SHORT and is_below(cells[0]):
                    cells, flaw = [cells[0], *[""] * (width - 1)], None  # noqa: PLW2901, of such a row no more is read
                rows.append([*(None if flaw or not cells else cells[at] or None for at in wanted), flaw])
            yield pl.DataFrame(rows, schema=schema, orient="row")


def _mixed(sheet: sheets.Sheet | None, width: int) -> sheets.Sheet:
    """Return the header of a file in more than one encoding; refuse the file where nobody can read it."""
    if width > 1 and (sheet is None or any(UNCLEAR in column.header for column in sheet.columns)):
        raise UnreadableFileError(MIXED_UP)
    found = sheets.check(sheet, width)
    return replace(found, notes=(*found.notes, MIXED))


def _length_flaw(cells: Sequence[str], width: int) -> str | None:
    if len(cells) == width or not any(cells):
        return None
    return TOO_SHORT if len(cells) < width else TOO_LONG


def _head(text: str, delimiter: str) -> list[list[str]]:
    lines = io.StringIO(text, newline=None)
    rows = [[cell.strip() for cell in cells] for cells, _ in islice(records(lines, delimiter), sheets.HEAD)]
    return [row for row in rows if any(row)] and rows


def _flawed(cells: pl.DataFrame, width: int) -> pl.DataFrame:
    """Say which rows are too short or too long, and blank out their cells."""
    end = cells[str(width)]
    bad = end.ne_missing(_END)
    rows = cells.drop(str(width))
    if not bad.any():
        return rows.with_columns(pl.lit(None, pl.String).alias(FLAW))
    # A blank line is no row, and stays for the sake of the row numbers.
    blank = cells["1"].eq_missing(_END) & cells["0"].fill_null("").eq("")
    is_short = end.fill_null("") == ""
    short = pl.when(is_short).then(pl.lit(TOO_SHORT)).otherwise(pl.lit(TOO_LONG))
    # Sums and notes are short by nature, and no people: what they begin with says so.
    starts = cells["0"].filter(bad & is_short).unique().drop_nulls().to_list()
    below = bad & is_short & cells["0"].is_in([text for text in starts if is_below(text)]).fill_null(False)
    return rows.with_columns(
        pl.when(~bad | below).then("0"),
        pl.when(~bad).then(pl.exclude("0")),
        pl.when(bad & ~blank & ~below).then(short).alias(FLAW),
    )


def _clear(cells: pl.DataFrame) -> pl.DataFrame:
    """Set aside the rows of which something could not be read, and blank out their cells."""
    unclear = pl.any_horizontal(pl.exclude(FLAW).str.contains(UNCLEAR, literal=True)).fill_null(False)
    return cells.select(
        pl.when(~unclear).then(pl.exclude(FLAW)),
        pl.when(unclear).then(pl.lit(NOT_READ)).otherwise(FLAW).alias(FLAW),
    )
