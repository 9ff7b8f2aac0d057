"""A part of a file while it is read: its cells by meaning, its facts, and what is said of them."""

import polars as pl

from app.batch.reading import headers
from app.batch.reading.distinct import Cells, DataType, Say, read
from app.batch.reading.facts import as_text, dtype_of
from app.batch.reading.headers import FACTS
from app.batch.reading.remarks import Remarks
from app.batch.reading.sheet import Sheet
from app.batch.reading.tables import ROW


class Part:
    """Whole households, one row a member; everything in it is as long as its rows."""

    def __init__(self, sheet: Sheet, frame: pl.DataFrame, references: pl.Series) -> None:
        self.sheet, self.frame, self.references = sheet, frame, references
        self.runs = references.rle_id()
        """The number of each row's household in this part."""
        self.remarks = Remarks(frame[ROW], references)
        self.facts: dict[str, pl.Series] = {}
        """What is known, by the key of the fact; a fact of which nothing is known is absent."""
        self.sources: dict[str, str] = {}
        """The column that a fact was taken from, by its meaning, where it has none of its own."""
        self.born_in = self.nulls(pl.String)
        """The meaning of the column that proves the birth date; null where it was stated."""
        self.on_dibao: pl.Series | None = None
        """Whether the member is on dibao, alone or with the household."""
        self._texts: dict[str, pl.Series | None] = {}

    @property
    def height(self) -> int:
        return self.frame.height

    def raw(self, meaning: str) -> pl.Series | None:
        """Return the column of *meaning* as the file keeps it."""
        column = self.sheet.places.get(meaning)
        return None if column is None else self.frame[str(column.position)]

    def text(self, meaning: str) -> pl.Series | None:
        """Return the column of *meaning* as text."""
        if meaning not in self._texts:
            raw = self.raw(meaning)
            self._texts[meaning] = None if raw is None else as_text(raw)
        return self._texts[meaning]

    def header(self, meaning: str) -> str:
        return self.sheet.header(meaning)

    def said(self, meaning: str, say: Say, dtype: DataType) -> pl.Series | None:
        """Read the column of *meaning*, and take over what is wrong with it."""
        texts = self.text(meaning)
        if texts is None:
            return None
        return self.told(meaning, texts, read(texts, say, dtype))

    def told(self, meaning: str, texts: pl.Series, cells: Cells) -> pl.Series:
        self.remarks.told(texts, cells, self.header(meaning))
        return cells.values

    def nulls(self, dtype: DataType) -> pl.Series:
        return pl.repeat(None, self.height, dtype=dtype, eager=True)

    def fact(self, key: str) -> pl.Series:
        """Return what is known of a fact."""
        known = self.facts.get(key)
        return self.nulls(dtype_of(FACTS[key])) if known is None else known

    def prove(self, key: str, proved: pl.Series, source: str) -> None:
        """Fill in a fact that *source* proves; a statement that contradicts it is a fault."""
        stated = self.facts.get(key)
        if stated is None:
            self.facts[key] = proved
            self.sources[key] = source
            return
        said = f"{headers.label(key)}与{headers.label(source)}不一致，请核对后改正其一"
        self.remarks.fault(stated != proved, self.header(key), said)
        self.facts[key] = coalesced(stated, proved)

    def claim(self, key: str, claimed: pl.Series, source: str) -> None:
        """Fill in a fact that a register's word implies; what is known otherwise stands, with a doubt."""
        known = self.facts.get(key)
        if known is None:
            self.facts[key] = claimed
            self.sources[key] = source
            return
        said = f"与{headers.label(key)}不一致，以{headers.label(key)}为准，请核对"
        self.remarks.doubt(known != claimed, self.header(source), said)
        self.facts[key] = coalesced(known, claimed)

    def header_of_fact(self, key: str) -> str:
        """Return the header of the column that told a fact."""
        return self.header(self.sources.get(key, key))


def coalesced(*columns: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(*columns)).to_series()
