"""Reads a large sheet by whole columns of XML, without an object for each cell.

Cells as spreadsheets write them are taken apart by polars, a hundred thousand at a time.  What is written otherwise
is asked of the parser of whole workbooks: a cell, once for all that are alike, or else the whole sheet, where this
reader raises UnlikeError.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from app.batch.reading.archives import MOST_CELLS, may_be_far, unpacked
from app.batch.reading.condensed_cells import CellTexts, need
from app.batch.reading.condensed_rows import Piece, read_rows
from app.batch.reading.contents import STRINGS, Listed
from app.batch.reading.cut_xml import BLANKS, CutXml, copied, decoded, plain_texts
from app.batch.reading.skeleton import Skeleton

_WORKERS: Final = 2
Corner = tuple[int, int]


@dataclass(frozen=True)
class Condensed:
    """A sheet as texts."""

    cells: pl.DataFrame
    """From the first row of the sheet to the last that holds something, and from the first such column to the last."""
    left: int
    """That first column, counted from 0."""
    merged: Sequence[tuple[Corner, Corner]]
    is_spoilt: bool
    """Whether there may be errors, or formulas that nobody worked out: the texts have blanks for them."""


def shared_texts(path: Path, skeleton: Skeleton, listed: Listed) -> pl.Series:
    """Return the texts that the sheets share, behind an empty one; or raise UnlikeError."""
    found = [pl.Series([""], dtype=pl.String)]
    for stretch in CutXml(unpacked(path, STRINGS), b"<si>", b"</sst>").stretches():
        items = decoded(stretch).str.split("<si>").explode().slice(1).str.strip_chars_end(BLANKS)
        texts = plain_texts(items, "", "</si>")
        odd = texts.is_null().arg_true()
        if not odd.is_empty():
            texts = texts.scatter(odd, pl.Series(skeleton.strings(listed, items[odd].to_list()), dtype=pl.String))
        found.append(texts)
    return copied(pl.concat(found))


def condensed(path: Path, listed: Listed, skeleton: Skeleton, shared: pl.Series) -> Condensed:
    """Read a sheet, or raise UnlikeError."""
    part = CutXml(unpacked(path, listed.part), b"<row ", b"</sheetData>")
    texts = CellTexts(listed, skeleton, shared.len())
    pieces = list(_in_turn(lambda stretch: read_rows(stretch, texts), part.stretches()))
    need(part.head.rstrip().endswith(b"<sheetData>") and not may_be_far(part.head + part.tail))
    need(all(before.top + before.height <= piece.top for before, piece in pairwise(pieces)))
    merged = skeleton.frame(listed, part.head, part.tail).merged_cell_ranges or ()
    bounds = _bounds(pieces)
    is_spoilt = any(piece.is_spoilt for piece in pieces)
    pieces, every = _together(pieces, shared)
    cells = [
        every.gather(_column(pieces, place).head(bounds.bottom + 1)).alias(str(place - bounds.left))
        for place in range(bounds.left, bounds.right + 1)
    ]
    return Condensed(pl.DataFrame(cells), bounds.left, merged, is_spoilt)


class _Bounds(NamedTuple):
    """The first and the last column and the last row that hold something."""

    left: int
    right: int
    bottom: int


def _bounds(pieces: Iterable[Piece]) -> _Bounds:
    held = [piece for piece in pieces if piece.bottom >= 0]
    need(held)
    left, right = min(piece.first for piece in held), max(piece.last for piece in held)
    bottom = held[-1].bottom
    need((bottom + 1) * (right + 1) <= MOST_CELLS)
    return _Bounds(left, right, bottom)


def _in_turn(read: Callable[[bytes], Piece], stretches: Iterable[bytes]) -> Iterator[Piece]:
    """Read *stretches* some at a time, in their order."""
    waiting: deque[Future[Piece]] = deque()
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="condensed") as pool:
        for stretch in stretches:
            waiting.append(pool.submit(read, stretch))
            if len(waiting) > _WORKERS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _together(pieces: Sequence[Piece], shared: pl.Series) -> tuple[list[Piece], pl.Series]:
    """Number the texts of all *pieces* in one row, behind those that are *shared*; return that, too."""
    every = [shared]
    numbered = []
    behind = 0
    for piece in pieces:
        numbers = piece.numbers
        if behind and not piece.own.is_empty():
            numbers = numbers + (numbers >= shared.len()).cast(pl.UInt32) * behind
        behind += piece.own.len()
        every.append(piece.own)
        numbered.append(piece._replace(numbers=numbers, own=piece.own.clear()))
    return numbered, pl.concat(every, rechunk=True)


def _column(pieces: Iterable[Piece], place: int) -> pl.Series:
    """Return the numbers of the texts of one column, from the first row on."""
    parts = []
    row = 0
    for piece in pieces:
        if piece.top > row:
            parts.append(_blank(piece.top - row))
        within = piece.left <= place < piece.left + piece.width
        parts.append(piece.numbers.gather_every(piece.width, place - piece.left) if within else _blank(piece.height))
        row = piece.top + piece.height
    return pl.concat(parts)


def _blank(height: int) -> pl.Series:
    return pl.repeat(0, height, dtype=pl.UInt32, eager=True)
