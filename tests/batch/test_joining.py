"""Parquet files joined into one hold the rows of all of them."""

import io

import duckdb
import polars as pl
import pytest

from app.batch.compact import Reader, written
from app.batch.joining import Joined

SCHEMA = {"text": pl.String, "list": pl.List(pl.String), "number": pl.Int64}


def parquet(frame, **options):
    file = io.BytesIO()
    frame.write_parquet(file, **options)
    return file.getbuffer()


def joined(*pieces, schema=SCHEMA):
    file = io.BytesIO()
    whole = Joined(file, parquet(pl.DataFrame(schema=schema), metadata={"made": "today"}))
    for piece in pieces:
        whole.add(piece)
    whole.finish()
    return file.getvalue()


def rows(first, count):
    numbers = range(first, first + count)
    return pl.DataFrame(
        {"text": [f"名{n}" for n in numbers], "list": [[str(n)] * (n % 3) for n in numbers], "number": numbers},
        schema=SCHEMA,
    )


def test_rows_come_in_the_order_of_the_pieces_also_to_another_reader(tmp_path):
    frames = [rows(first, 1000) for first in (0, 1000, 2000)]
    path = tmp_path / "a.parquet"
    path.write_bytes(joined(*(parquet(frame, row_group_size=300) for frame in frames)))
    assert pl.read_parquet(path).equals(pl.concat(frames))
    assert pl.read_parquet_metadata(path)["made"] == "today"
    told = duckdb.sql(f"select text, list, number from '{path}'").fetchall()
    assert told == pl.concat(frames).rows()


def test_each_piece_has_categories_of_its_own():
    frames = [rows(first, 50) for first in (0, 50)]
    pieces = [parquet(frame.with_columns(pl.col("text").cast(pl.Enum(frame["text"])))) for frame in frames]
    assert pl.read_parquet(io.BytesIO(joined(*pieces))).equals(pl.concat(frames))


def test_without_pieces_it_is_an_empty_file():
    assert pl.read_parquet(io.BytesIO(joined())).schema == SCHEMA


def test_a_piece_with_other_columns_is_refused():
    with pytest.raises(ValueError, match="other columns"):
        joined(parquet(pl.DataFrame({"text": ["a"], "number": [1]})))


def test_what_is_no_parquet_file_is_refused():
    with pytest.raises(ValueError, match="no Parquet file"):
        joined(memoryview(b"PAR1 and what follows is something else"))


def test_a_footer_is_written_as_it_was_read():
    wide = parquet(pl.DataFrame({f"column {n}": [n, None] for n in range(40)}), row_group_size=1)
    length = int.from_bytes(wide[-8:-4], "little")
    footer = bytes(wide[-8 - length : -8])
    assert written(Reader(footer).struct()) == footer
