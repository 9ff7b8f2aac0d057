"""A file in chunks: cut between households, in memory that does not grow with the file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from app.batch.reading import strays
from app.batch.reading.checks import check_quality
from app.batch.reading.cutting import Cut, cut
from app.batch.reading.facts import as_text
from app.batch.reading.headers import HOUSEHOLD
from app.batch.reading.households import agree, assembled, name_members, share_dibao
from app.batch.reading.opening import open_table
from app.batch.reading.part import Part
from app.batch.reading.people import check_ages, check_disability, identify, locate, read_facts
from app.batch.reading.persons import Persons
from app.batch.reading.register import add_claims
from app.batch.reading.sheet import Sheet
from app.batch.reading.source import check_unchanged, identity, reading
from app.batch.reading.spool import in_order
from app.batch.reading.survey import KEY, keyed, survey
from app.batch.reading.tables import ROW
from app.intake.request import MOST_MEMBERS
from app.rules.columns import HOUSEHOLD_NUMBER

ROWS_PER_CHUNK: Final = 100_000
TOO_MANY: Final = f"本户超过{MOST_MEMBERS}人，整户没有筛查：请核对户编号是否填错"


@dataclass(frozen=True)
class Chunk:
    """A part of the file that holds every row of its households."""

    rows: pl.DataFrame
    """The people to screen, as `rules.columns` takes them, households together."""
    originals: pl.DataFrame | None
    """The file's own cells of every row of the chunk, those set aside too, by row."""
    rejects: pl.DataFrame
    """The rows set aside: row, column, message, household_reference."""
    warnings: pl.DataFrame
    """Doubts about rows, in the same columns."""
    done: int
    """How many rows of the file this chunk and those before it hold."""


class Register:
    """A file of people, opened: what its columns mean, and its people."""

    def __init__(self, path: Path) -> None:
        self._path, self._identity = path, identity(path)
        with reading():
            self.kind, self._table = open_table(path)
            self._survey = survey(self._table)
        check_unchanged(path, self._identity)

    @property
    def sheet(self) -> Sheet:
        """What the columns mean."""
        return self._table.sheet

    @property
    def rows(self) -> int:
        """How many rows stand below the header."""
        return self._survey.rows

    @property
    def grouped(self) -> bool:
        """Whether the rows of each household stand together, so that chunks come in the file's order."""
        return self._survey.grouped

    def chunks(
        self,
        *,
        day: date,
        home: str,
        area: str | None = None,
        rows_per_chunk: int = ROWS_PER_CHUNK,
        originals: bool = True,
    ) -> Iterator[Chunk]:
        """Yield the people of the file as they stand on *day*.

        *home* is our region's code; rows that say that they lie outside *area*, where there is one, are set aside.
        """
        persons, households, done = Persons(self._survey.twins), 0, 0
        for piece in cut(self._frames(rows_per_chunk), self._survey.oversize, rows_per_chunk):
            part = Part(self.sheet, piece.households, piece.households[KEY])
            rows = self._read(part, persons, day, home, area, households)
            loose = strays.told(piece.strays, self.sheet)
            households = int(rows[HOUSEHOLD_NUMBER][-1]) + 1 if rows.height else households
            done += piece.households.height + piece.strays.height
            yield Chunk(
                rows,
                self._originals(piece) if originals else None,
                pl.concat([part.remarks.rejects(), loose.rejects()]).sort(ROW, maintain_order=True),
                pl.concat([part.remarks.warnings(), loose.warnings()]).sort(ROW, maintain_order=True),
                done,
            )

    def _frames(self, rows_per_chunk: int) -> Iterator[pl.DataFrame]:
        """Yield the rows, households together; refuse the file where it changed on the way."""
        with reading():
            if self._survey.grouped:
                yield from (keyed(frame, self.sheet) for frame in self._table.frames())
            else:
                yield from in_order(self._table, self._survey, rows_per_chunk)
        check_unchanged(self._path, self._identity)

    def _read(
        self, part: Part, persons: Persons, day: date, home: str, area: str | None, numbered: int
    ) -> pl.DataFrame:
        if not self._survey.oversize.is_empty():
            too_many = part.references.hash().is_in(self._survey.oversize.implode())
            part.remarks.fault(too_many, part.header(HOUSEHOLD), TOO_MANY)
        read_facts(part, self._table.since)
        regions = locate(part, home, area)
        numbers = identify(part)
        add_claims(part, day, home)
        check_disability(part)
        check_ages(part, day)
        members = name_members(part)
        persons.compare(part, numbers)
        agree(part)
        share_dibao(part)
        check_quality(part)
        return assembled(part, members, regions, numbered)

    def _originals(self, piece: Cut) -> pl.DataFrame:
        """Return the cells as text, under the file's own headers, blank rows left out."""
        cells = piece.households
        if not (piece.strays.is_empty() and self._survey.grouped):
            cells = pl.concat([cells, piece.strays]).sort(ROW)
        texts = [as_text(cells[str(at)]).alias(name) for at, name in enumerate(self.sheet.names)]
        return pl.DataFrame([cells[ROW], *texts])


def read_chunks(
    path: Path, *, day: date, home: str, rows_per_chunk: int = ROWS_PER_CHUNK, originals: bool = True
) -> Iterator[Chunk]:
    """Open the file at *path* and yield its people as they stand on *day*."""
    yield from Register(path).chunks(day=day, home=home, rows_per_chunk=rows_per_chunk, originals=originals)
