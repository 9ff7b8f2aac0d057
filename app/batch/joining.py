"""Parquet files with the same columns joined into one: their pages as they are, under one footer.

Each piece can so have dictionaries of its own, of the texts that only it holds.
"""

from typing import IO, Final

from app.batch.compact import I64, LIST, STRUCT, Elements, Field, Reader, Struct, written

MAGIC: Final = b"PAR1"
_LENGTH: Final = 4

# Numbers of fields, by the Parquet format's definition.
_SCHEMA, _ROWS, _GROUPS = 2, 3, 4
_GROUP_COLUMNS, _GROUP_OFFSET, _GROUP_ORDINAL = 1, 5, 7
_COLUMN_OFFSET, _COLUMN_DATA = 2, 3
_COLUMN_INDEXES: Final = (4, 5, 6, 7)
_PAGE_OFFSETS: Final = (9, 10, 11)
_BLOOM_FILTER: Final = (14, 15)


class Joined:
    """A Parquet file that grows by whole ones; *empty* has its columns and its metadata, and no rows."""

    def __init__(self, file: IO[bytes], empty: memoryview) -> None:
        self._file = file
        self._footer, _ = _footer(empty)
        self._groups: list[Struct] = []
        self._rows = 0
        file.write(MAGIC)

    def add(self, piece: memoryview) -> None:
        """Add the rows of *piece*, a Parquet file."""
        footer, end = _footer(piece)
        if footer[_SCHEMA] != self._footer[_SCHEMA]:
            raise ValueError("a piece has other columns than the file")
        moved = self._file.tell() - len(MAGIC)
        self._file.write(piece[len(MAGIC) : end])
        self._rows += footer[_ROWS].value
        for group in footer[_GROUPS].value.values:
            self._groups.append(_moved(group, moved, len(self._groups)))

    def finish(self) -> None:
        """Write the footer."""
        grown = {_ROWS: Field(I64, self._rows), _GROUPS: Field(LIST, Elements(STRUCT, self._groups))}
        footer = written(self._footer | grown)
        self._file.write(footer + len(footer).to_bytes(_LENGTH, "little") + MAGIC)


def _footer(piece: memoryview) -> tuple[Struct, int]:
    """Return the footer of a Parquet file, and where it begins."""
    if not bytes(piece[: len(MAGIC)]) == bytes(piece[-len(MAGIC) :]) == MAGIC:
        raise ValueError("a piece is no Parquet file")
    last = len(piece) - len(MAGIC) - _LENGTH
    begin = last - int.from_bytes(piece[last : last + _LENGTH], "little")
    return Reader(bytes(piece[begin:last])).struct(), begin


def _moved(group: Struct, by: int, ordinal: int) -> Struct:
    """Return a row group whose pages stand so many bytes further on; indexes and filters it loses."""
    columns = group[_GROUP_COLUMNS].value
    for column in columns.values:
        _shift(column, (_COLUMN_OFFSET,), by)
        _shift(column[_COLUMN_DATA].value, _PAGE_OFFSETS, by)
        for number in _COLUMN_INDEXES:
            column.pop(number, None)
        for number in _BLOOM_FILTER:
            column[_COLUMN_DATA].value.pop(number, None)
    _shift(group, (_GROUP_OFFSET,), by)
    if _GROUP_ORDINAL in group:
        group[_GROUP_ORDINAL] = group[_GROUP_ORDINAL]._replace(value=ordinal)
    return group


def _shift(fields: Struct, numbers: tuple[int, ...], by: int) -> None:
    for number in numbers:
        # Zero says that there is none, in files of some writers.
        if number in fields and fields[number].value:
            fields[number] = fields[number]._replace(value=fields[number].value + by)
