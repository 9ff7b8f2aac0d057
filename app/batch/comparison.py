"""A result in the making compared with an earlier one, before either it or the changes stand under their names."""

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from app.batch.change_files import ChangeTally, write_changes_csv, write_changes_parquet
from app.batch.changes import changes, check_tidy
from app.batch.parquet_result import ParquetFile, parquet_result
from app.batch.screened import About
from app.batch.workbook import WorkbookResult
from app.rules.policy import Policy


class Comparison:
    """What differs from the tidy result *previous*; use it as a context.

    Only tidy files are compared, so that one is made of the result at *target* on the way,
    whatever its format.
    """

    def __init__(self, previous: Path, target: Path, policies: Sequence[Policy], about: About) -> None:
        """Raise UnreadableFileError unless *previous* is a tidy result."""
        check_tidy(previous)
        self.previous, self.target, self.policies, self.about = previous, target, policies, about
        self.tally = ChangeTally(policies)
        self._folder = tempfile.TemporaryDirectory(dir=target.parent, prefix=".", suffix=".part")
        self.current = Path(self._folder.name) / "current.parquet"
        self._listed: Path | None = None
        self._record: ParquetFile | None = None

    def __enter__(self) -> "Comparison":
        return self

    def __exit__(self, *error: object) -> None:
        if self._record is not None:
            self._record.__exit__(*error)
        self._folder.cleanup()

    def add(self, tidy: Iterable[pl.DataFrame]) -> None:
        """Add a part of the present result."""
        self._recording().add(tidy)

    def compare(self, writer: object = None) -> None:
        """Compare the present result, added part by part or written to `current`; keep the changes in
        *writer*, if that makes a workbook, and else in a file.
        """
        if not self.current.exists():
            self._recording().finish()
        frames = map(self.tally.add, changes(self.previous, self.current, self.policies))
        if isinstance(writer, WorkbookResult):
            writer.add_changes(frames, self.tally)
            return
        self._listed = self.current.with_name("changes")
        if self.target.suffix.lower() == ".csv":
            write_changes_csv(self._listed, frames, self.policies, self.about.day)
        else:
            write_changes_parquet(self._listed, frames)

    def _recording(self) -> ParquetFile:
        if self._record is None:
            self._record = parquet_result(self.current, self.policies, self.about)
        return self._record

    def put_in_place(self) -> None:
        """Let the list of changes stand under its name."""
        place = changes_path(self.target)
        if self._listed is not None and place is not None:
            self._listed.replace(place)


def changes_path(target: Path) -> Path | None:
    """Return where the changes go beside the result *target*; None where they are a sheet of it."""
    suffix = target.suffix.lower()
    return None if suffix == ".xlsx" else target.with_name(f"{target.stem}.变化{suffix}")
