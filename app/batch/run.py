"""A file in, a file out: read, screen and write part by part, in memory that does not grow with the file."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import polars as pl

from app.batch.change_files import ChangeTally
from app.batch.comparison import Comparison
from app.batch.csv_result import CsvResult
from app.batch.parquet_result import ParquetFile, parquet_result
from app.batch.phases import Phase
from app.batch.reading.chunks import ROWS_PER_CHUNK, Register
from app.batch.reading.sheet import Sheet
from app.batch.screened import About, Screened
from app.batch.tidy import TidyReader
from app.batch.workbook import WorkbookResult
from app.errors import HuiminError
from app.rules.columns import HOUSEHOLD_NUMBER
from app.rules.policy import Policy
from app.screening import Screener

FORMATS: Final = (".xlsx", ".csv", ".parquet")
_EXCEL: Final = ".xlsx"
_EXCEL_ROWS: Final = 40_000
"""Rows at a time of a list that becomes a workbook: a part is written while the next is screened, both in memory."""


class UnknownFormatError(HuiminError):
    """The result's name does not say which kind of file it is to be."""


@dataclass
class Summary:
    """What became of the file's rows."""

    sheet: Sheet
    rows: int = 0
    households: int = 0
    people: int = 0
    rejected: int = 0
    """Rows set aside, each counted once."""
    warnings: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    changes: ChangeTally | None = None
    """What differs from the earlier result, where there was one to compare with."""


class Writer(Protocol):
    """What a result is written with."""

    def add(self, screened: Screened) -> None:
        """Add a part of the file."""

    def finish(self) -> None:
        """Complete the result and put it in its place."""


class _Tidy:
    """The tidy result, which holds nothing of the official's own columns."""

    def __init__(self, file: ParquetFile) -> None:
        self.file = file

    def __enter__(self) -> "_Tidy":
        self.file.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.file.__exit__(*error)

    def add(self, screened: Screened) -> None:
        self.file.add(screened.tidy)

    def finish(self) -> None:
        self.file.finish()


def run(
    source: Path,
    target: Path,
    *,
    screener: Screener,
    about: About,
    home: str,
    area: str | None = None,
    since: Path | None = None,
    steps: int = 1,
    writer: Callable[[Register], AbstractContextManager[Writer]] | None = None,
    progress: Callable[[int, int], None] = lambda done, rows: None,
    on_phase: Callable[[Phase], None] = lambda phase: None,
) -> Summary:
    """Screen the people listed in *source* and write the result to *target*, in the format that its name says.

    Rows that lie outside *area*, a region code, are set aside.
    With *since*, the tidy result of an earlier screening, what has changed is written too: into the
    workbook, or to the file of `changes_path`.  *writer* makes something else of the result.
    *progress* is told how many of how many rows are done, in at least so many *steps* where the file is not small.
    A file appears only when it is complete.
    """
    check(target)
    with ExitStack() as stack:
        comparison = None
        if since is not None:
            comparison = stack.enter_context(Comparison(since, target, screener.policies, about))
        on_phase(Phase.READING)
        register = Register(source)
        reader = TidyReader(screener, about.day)
        summary = Summary(register.sheet, rows=register.rows)
        making = _writer(target, screener.policies, about, register) if writer is None else writer(register)
        writing = stack.enter_context(making)
        on_phase(Phase.SCREENING)
        progress(0, register.rows)
        # The official's own columns are read again as text only for a result that repeats them.
        originals_wanted = not isinstance(writing, _Tidy)
        rows = _chunk(register.rows, steps)
        if target.suffix.lower() == _EXCEL:
            rows = min(rows, _EXCEL_ROWS)
        for chunk in register.chunks(
            day=about.day, home=home, area=area, rows_per_chunk=rows, originals=originals_wanted
        ):
            numbered = list(reader.numbered(chunk.rows)) if chunk.rows.height else []
            tidy, said = tuple(frame for frame, _ in numbered), tuple(numbers for _, numbers in numbered)
            originals = pl.DataFrame() if chunk.originals is None else chunk.originals
            writing.add(Screened(originals, chunk.rows, tidy, chunk.rejects, chunk.warnings, said))
            if comparison is not None:
                comparison.add(tidy)
            summary.people += chunk.rows.height
            summary.households += chunk.rows[HOUSEHOLD_NUMBER].n_unique()
            summary.rejected += chunk.rejects["row"].n_unique()
            summary.warnings += chunk.warnings.height
            for frame in tidy:
                summary.verdicts.update(dict(frame["verdict"].value_counts().iter_rows()))
            progress(chunk.done, register.rows)
        if comparison is not None:
            on_phase(Phase.COMPARING)
            comparison.compare(writing)
            summary.changes = comparison.tally
        on_phase(Phase.WRITING)
        writing.finish()
        if comparison is not None:
            comparison.put_in_place()
    return summary


def _chunk(rows: int, steps: int) -> int:
    # Smaller ones cost a third more than they tell.
    return min(ROWS_PER_CHUNK, max(10_000, -(-rows // steps)))


def check(target: Path) -> None:
    """Raise UnknownFormatError unless a result can be called *target*."""
    if target.suffix.lower() not in FORMATS:
        raise UnknownFormatError(f"结果文件的名称应以 {'、'.join(FORMATS)} 结尾，例如 结果.xlsx")


def _writer(
    target: Path, policies: Sequence[Policy], about: About, register: Register
) -> AbstractContextManager[Writer]:
    match target.suffix.lower():
        case ".xlsx":
            return WorkbookResult(
                target,
                policies,
                about,
                rows=register.rows,
                in_order=register.grouped,
                notes=register.sheet.notes,
            )
        case ".csv":
            return CsvResult(target, policies, about, in_order=register.grouped)
        case _:
            return _Tidy(parquet_result(target, policies, about))
