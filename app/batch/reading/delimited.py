"""Text files: cells between commas, tabs or semicolons.

Clean stretches go to polars whole.  The module `csv` reads what needs care: cells of
several lines, and quotes that do not match, where one bad row must not swallow the rest.
"""

import csv
import io
from collections import deque
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
from app.batch.reading.references import is_below
from app.batch.reading.tables import FLAW, FRAME, NUMBER, ROW
from app.batch.reading.unreadable import UnreadableFileError

_DELIMITERS: Final = ",\t;"
_HEAD: Final = 256 * 1024
_LONGEST: Final = 4 * BLOCK
"""Bytes without the end of a row, after which the quotes are taken to be broken."""
_MOST_LINES: Final = 50
"""Lines in one cell, after which its quotes are taken to be broken."""
_END: Final = "\x1e"
_LONGEST_LINE: Final = 1024 * 1024
"""Bytes that are kept of one line: a cell holds an eighth of it at most."""

TOO_SHORT: Final = "本行的列数比表头少，可能少了分隔符：请核对"
TOO_LONG: Final = "本行的列数比表头多，可能多了分隔符（内容里有逗号的，两边要加引号）：请核对"
TOO_LARGE: Final = "本行太长，无法读取，可能缺少换行：请核对"
NOT_READ: Final = "本行的文字编码与别的行不一致或已损坏，读不准：请核对本行，重新填写后另存为.xlsx再上传"
UNMATCHED: Final = "本行的引号没有成对，无法分列：请核对"


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
            end = _border(rest)
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
            self._regular.append(_is_regular(piece, self.delimiter.encode()))
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
        lines = piece.translate(None, b"\r") if b"\r" in piece else piece
        ended = lines.replace(b"\n", f"{self.delimiter}{_END}\n".encode())
        cells = self._parsed(ended, None)
        if cells is None or 2 * cells.height != len(ended) - len(lines):
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
        records = _records(_lines(pieces), self.delimiter)
        schema = {**{str(at): pl.String for at in wanted}, FLAW: pl.String}
        while batch := list(islice(records, FRAME)):
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
    rows = [[cell.strip() for cell in cells] for cells, _ in islice(_records(lines, delimiter), sheets.HEAD)]
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


# ── quotes ──


def _border(data: bytes) -> int:
    """Return where the last whole row of *data* ends, by its quotes; 0 where that is nowhere near."""
    end = data.rfind(b"\n") + 1
    if b'"' not in data:
        return end
    for _ in range(_MOST_LINES):
        if data.count(b'"', 0, end) % 2 == 0:
            return end
        end = data.rfind(b"\n", 0, end - 1) + 1
    return 0


def _is_regular(piece: bytes, delimiter: bytes) -> bool:
    """Whether every quote opens or closes a cell, or is one of two within."""
    if b'"' not in piece:
        return True
    lines = piece.count(b"\n")
    if piece.startswith(b'"') and piece.count(b'\n"') == lines - 1:
        between = piece.count(b'"' + delimiter + b'"')
        if piece.count(b'"') == 2 * (between + lines) and lines in (piece.count(b'"\n'), piece.count(b'"\r\n')):
            return True  # every cell is quoted
    outside = piece.split(b'"')[::2]
    opening = (delimiter, b"\n", delimiter + b"=", b"\n=")  # `="…"` is a cell too
    closing = (delimiter, b"\n", b"\r\n")
    first, last = outside[0], outside[-1]
    if not (first.endswith(opening) or first in (b"", b"=")) or not last.startswith(closing):
        return False
    # Nothing between two quotes is one quote within a cell.
    return all(not part or (part.startswith(closing) and part.endswith(opening)) for part in outside[1:-1])


# ── with care ──


class _UnmatchedError(Exception):
    """A quote was opened and is not closed within reason."""


def _lines(pieces: Iterator[bytes] | Sequence[bytes]) -> Iterator[str]:
    """Yield the lines, of too long ones the beginning."""
    rest = b""
    for piece in pieces:
        end = piece.rfind(b"\n") + 1
        if end:
            first, _, more = piece[:end].partition(b"\n")
            yield _kept(rest, first)
            yield from more.decode().split("\n")[:-1]
            rest = b""
        rest = (rest + piece[end : end + _LONGEST_LINE])[: _LONGEST_LINE + 1]
    if rest:
        yield _kept(rest, b"")


def _kept(start: bytes, end: bytes) -> str:
    line = start + end[:_LONGEST_LINE]
    return line.decode() if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE].decode(errors="ignore")


def _records(lines: Iterator[str], delimiter: str) -> Iterator[tuple[list[str], str | None]]:
    """Yield each row with what is wrong with its quotes."""
    taken: list[str] = []
    again: deque[str] = deque()

    def feed() -> Iterator[str]:
        while True:
            line = again.popleft() if again else next(lines, None)
            if line is None:
                return
            if len(taken) == _MOST_LINES:
                again.appendleft(line)
                raise _UnmatchedError
            taken.append(line.rstrip("\r\n"))
            yield f"{taken[-1]}\n"

    while True:
        try:
            for cells in csv.reader(feed(), delimiter=delimiter):
                if len(taken) > 1 and "".join(taken).count('"') % 2:
                    raise _UnmatchedError
                taken.clear()
                yield cells, None
        except (_UnmatchedError, csv.Error):
            # Only the first line is given up: the quote that it opens had no end.
            again.extendleft(reversed(taken[1:]))
            flaw = TOO_LARGE if taken and len(taken[0]) > csv.field_size_limit() else UNMATCHED
            taken.clear()
            yield [], flaw
        else:
            return
