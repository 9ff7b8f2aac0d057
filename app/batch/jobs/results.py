"""All that is made of one list, in one pass: every format holds the same answers, whenever it is fetched."""

import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from app.batch.change_files import ChangeTally, add_sheet, write_changes_csv, write_changes_parquet
from app.batch.changes import CHANGE_SCHEMA, changes, check_tidy
from app.batch.counts import Counts
from app.batch.csv_result import BOM, CsvResult, safe
from app.batch.parquet_result import parquet_result
from app.batch.phases import Phase
from app.batch.qualifying import QualifyingFiles
from app.batch.reading.chunks import Register
from app.batch.reading.stretches import stretches
from app.batch.screened import COLUMN, MESSAGE, REMARKS, ROW, About, Screened
from app.batch.spreadsheet import Book
from app.batch.workbook import TooLargeForExcelError, WorkbookResult
from app.rules.policy import Policy


class Results:
    """The results of a list in the making; use it as a context, add every part, then finish."""

    def __init__(
        self,
        folder: Path,
        register: Register,
        policies: Sequence[Policy],
        about: About,
        earlier: Path | None,
        on_phase: Callable[[Phase], None],
    ) -> None:
        self.folder, self.policies, self.about = folder, policies, about
        self.earlier, self.on_phase = earlier, on_phase
        self.refusals: dict[str, str] = {}
        """The formats that could not be made, and why."""
        self.qualifying = QualifyingFiles(folder, policies)
        self.tally: ChangeTally | None = None
        self._counts = Counts(policies)
        self._rejects: list[pl.DataFrame] = []
        ordered = register.grouped
        self._stack = ExitStack()
        self._tidy = parquet_result(folder / "result.parquet", policies, about)
        self._csv = CsvResult(folder / "result.csv", policies, about, in_order=ordered)
        self._workbook: WorkbookResult | None = WorkbookResult(
            folder / "result.xlsx",
            policies,
            about,
            rows=register.rows,
            in_order=ordered,
            notes=register.sheet.notes,
        )

    def __enter__(self) -> "Results":
        for writer in (self._tidy, self._csv, self._workbook):
            assert writer is not None
            self._stack.enter_context(writer)
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)

    def add(self, screened: Screened) -> None:
        """Add a part of the file."""
        self._tidy.add(screened.tidy)
        self._csv.add(screened)
        self._counts.add(screened)
        self.qualifying.add(screened)
        self._rejects.append(screened.rejects.select(list(REMARKS)))
        self._in_excel(lambda workbook: workbook.add(screened))

    def finish(self) -> None:
        """Complete every file."""
        self._tidy.finish()
        if self.earlier is not None:
            self.on_phase(Phase.COMPARING)
            self._compare(self.earlier)
            self.on_phase(Phase.WRITING)
        self._csv.finish()
        self._in_excel(lambda workbook: workbook.finish())
        counts = json.dumps(self._counts.document(), ensure_ascii=False, separators=(",", ":"))
        (self.folder / "counts.json").write_text(counts, encoding="utf-8")
        write_rejects(self.folder, pl.concat(self._rejects) if self._rejects else pl.DataFrame(schema=REMARKS))

    def _compare(self, earlier: Path) -> None:
        check_tidy(earlier)
        tally = self.tally = ChangeTally(self.policies)
        place = self.folder / "changes.parquet"
        write_changes_parquet(place, map(tally.add, changes(earlier, self.folder / "result.parquet", self.policies)))
        found = stretches(pl.scan_parquet(place), len(CHANGE_SCHEMA))
        write_changes_csv(place.with_suffix(".csv"), found, self.policies, self.about.day)
        self._in_excel(lambda workbook: workbook.add_changes([pl.read_parquet(place)], tally))
        with Book(place.with_suffix(".xlsx")) as book:
            add_sheet(book, [pl.read_parquet(place)], self.policies, self.about.day)
            book.save()

    def _in_excel(self, work: Callable[[WorkbookResult], None]) -> None:
        if self._workbook is None:
            return
        try:
            work(self._workbook)
        except TooLargeForExcelError as error:
            self.refusals["xlsx"] = str(error)
            self._workbook = None


def write_rejects(folder: Path, rejects: pl.DataFrame) -> None:
    """Write the rows set aside, by row, to be read in pages and as CSV."""
    ordered = rejects.sort(ROW, maintain_order=True)
    ordered.write_parquet(folder / "rejects.parquet")
    words = ordered.select(pl.col(ROW).cast(pl.String).alias("行"), pl.col(COLUMN).alias("列"), MESSAGE)
    words = words.rename({MESSAGE: "原因"})
    with (folder / "rejects.csv").open("wb") as file:
        file.write(BOM)
        pl.DataFrame([safe(words[name]) for name in words.columns]).write_csv(file, line_terminator="\r\n")


def read_rejects(content: BinaryIO, after: int, limit: int) -> list[dict[str, Any]]:
    """Return the rows set aside behind the one numbered *after*, with their numbers from 1."""
    found = pl.scan_parquet(content).slice(after, limit).collect()
    return [{"number": after + n, **row} for n, row in enumerate(found.iter_rows(named=True), 1)]
