"""Rows of a large sheet taken apart by polars: the numbers of their texts, cell by cell, without an object for each."""

from typing import Final, NamedTuple

import polars as pl

from app.batch.cells import column_letters
from app.batch.reading.archives import MOST_CELLS, MOST_COLUMNS
from app.batch.reading.condensed_cells import CellTexts, need
from app.batch.reading.cut_xml import BLANKS, decoded

_LETTERS: Final = pl.Enum([column_letters(place) for place in range(MOST_COLUMNS)])
_CAPITALS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS: Final = "0123456789"
_BEGIN: Final = b"<row "
_ROW: Final = r'^r="([1-9][0-9]{0,6})"(?: [A-Za-z0-9:]+="[^"<>&]*")* ?/?>$'


class Piece(NamedTuple):
    """Some rows, from the first to the last that is written, and their columns, likewise."""

    top: int
    height: int
    left: int
    width: int
    numbers: pl.Series
    """The number of each cell's text, row by row; 0 is the empty text."""
    own: pl.Series
    """Texts whose numbers follow those of the shared ones."""
    bottom: int
    """The last row that holds something, or -1."""
    first: int
    last: int
    """The first and the last column that hold something."""
    is_spoilt: bool
    """Whether there may be errors, or formulas that nobody worked out."""


def read_rows(stretch: bytes, texts: CellTexts) -> Piece:
    """Read whole rows, or raise UnlikeError."""
    need(stretch.startswith(_BEGIN))
    rows = decoded(stretch).str.split("<row ").explode().slice(1).str.strip_chars_end(BLANKS)
    closed = rows.str.ends_with("</row>")
    cells = rows.str.strip_suffix("</row>").str.split("<c ")
    heads, counts = cells.list.first(), cells.list.len() - 1
    places = heads.str.extract(_ROW)
    need(places.null_count() == 0)
    bare = heads.str.ends_with("/>")
    need((bare != closed).all() and not (bare & (counts > 0)).any())
    numbers = places.cast(pl.Int64)
    need((numbers.diff().drop_nulls() > 0).all())
    top, height = int(numbers[0]) - 1, int(numbers[-1] - numbers[0]) + 1
    frame = pl.DataFrame({"place": places, "at": numbers - numbers[0], "cell": cells.list.slice(1)})
    frame = frame.filter(counts > 0)
    if frame.is_empty():
        nothing = pl.Series([], dtype=pl.String)
        return Piece(top, height, 0, 1, pl.repeat(0, height, dtype=pl.UInt32, eager=True), nothing, -1, 0, 0, False)
    return _placed(frame.explode("cell"), top, height, texts)


def _placed(cells: pl.DataFrame, top: int, height: int, texts: CellTexts) -> Piece:
    columns, rest = _alike(cells, height) or _each(cells)
    attributes, bodies = rest.str.splitn(">", 2).struct.unnest().get_columns()
    need(bodies.null_count() == 0)
    at = cells["at"]
    need(((columns.diff() > 0) | (at.diff() > 0)).all())
    left, right = _least(columns), _most(columns)
    width = right - left + 1
    need(height * width <= MOST_CELLS)
    found = texts.read(attributes, bodies)
    numbers = found.numbers
    if numbers.len() < height * width:
        grid = pl.repeat(0, height * width, dtype=pl.UInt32, eager=True)
        numbers = grid.scatter(at * width + (columns - left), numbers)
    held = columns.filter(found.filled)
    bottom = -1 if held.is_empty() else top + _most(at.filter(found.filled))
    first, last = (0, 0) if held.is_empty() else (_least(held), _most(held))
    return Piece(top, height, left, width, numbers, found.own, bottom, first, last, found.is_spoilt)


def _alike(cells: pl.DataFrame, height: int) -> tuple[pl.Series, pl.Series] | None:
    """Return the column of each cell and what follows its place, where every row has the columns of the first."""
    width = cells.height // height
    if not width or width * height != cells.height:
        return None
    letters = cells["cell"].head(width).str.extract('^r="([A-Z]{1,3})')
    columns = letters.cast(_LETTERS, strict=False).to_physical().cast(pl.Int64)
    turns = pl.int_range(cells.height, dtype=pl.UInt32, eager=True) % width
    place = pl.concat_str(pl.lit('r="'), pl.lit(letters).gather(turns), pl.col("place"), pl.lit('"'))
    found = cells.with_columns(begins=place).select(
        "cell", "begins", rest=pl.col("cell").str.strip_prefix(pl.col("begins"))
    )
    cut = found["cell"].str.len_bytes() - found["rest"].str.len_bytes()
    if columns.null_count() or not (cut == found["begins"].str.len_bytes()).all():
        return None
    return columns.gather(turns), found["rest"]


def _each(cells: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Return the column of each cell and what follows its place."""
    opening, names, rest = cells["cell"].str.splitn('"', 3).struct.unnest().get_columns()
    need((opening == "r=").all() and rest.null_count() == 0)
    need((names.str.strip_chars_start(_CAPITALS) == cells["place"]).all())
    columns = names.str.strip_chars_end(_DIGITS).cast(_LETTERS, strict=False).to_physical().cast(pl.Int64)
    need(columns.null_count() == 0)
    return columns, rest


def _least(numbers: pl.Series) -> int:
    return int(numbers.min())  # type: ignore[arg-type]  # there are some, of whole numbers


def _most(numbers: pl.Series) -> int:
    return int(numbers.max())  # type: ignore[arg-type]  # there are some, of whole numbers
