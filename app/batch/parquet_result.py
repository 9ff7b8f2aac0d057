"""Results as one Parquet file, written as they come."""

import io
import json
import queue
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from app.batch.draft import Draft
from app.batch.joining import Joined
from app.batch.screened import About
from app.batch.tidy import REFERENCES, SCHEMA, Schema, categories
from app.rules.document import fingerprint
from app.rules.policy import Policy

KEY: Final = "huimin"
"""The entry of the file's metadata that says on which day and by which rules it was made."""
ARROW: Final = "ARROW:schema"
"""The entry of the metadata with the types of the columns, which polars and Arrow read."""
MOST_WAITING: Final = 2
"""Row groups that may wait to be written before the maker of frames has to."""
ROW_GROUP: Final = 500_000


class ParquetFile:
    """A Parquet file in the making; use it as a context, add frames, then finish."""

    def __init__(
        self,
        path: Path,
        schema: Schema,
        said: Mapping[str, str],
        frames: Schema | None = None,
        repeated: Sequence[str] = (),
    ) -> None:
        """*schema* is what readers see, *said* the metadata.

        *frames* is the schema of the frames where their texts are categories: those are written several times
        as fast, and stand in the file as the same texts.  The texts of the *repeated* columns are the same in
        most frames that are added together, and are made categories once for all of them.
        """
        self.path, self.schema = path, frames or schema
        self._draft = Draft(path)
        self._repeated = repeated
        self._gathered: list[pl.DataFrame] = []
        self._groups: queue.Queue[list[pl.DataFrame] | None] = queue.Queue(MOST_WAITING)
        self._error: BaseException | None = None
        self._writer = threading.Thread(target=self._write, args=(schema, said), name="parquet", daemon=True)

    def __enter__(self) -> "ParquetFile":
        return self

    def __exit__(self, *error: object) -> None:
        if self._writer.is_alive():
            self._put(None)
            self._writer.join()
        self._draft.__exit__()

    def add(self, frames: Iterable[pl.DataFrame]) -> None:
        """Add frames, which have the columns of the schema."""
        fitting = (self._fitting(frame) for frame in frames)
        for frame in with_categories(list(fitting), self._repeated) if self._repeated else fitting:
            if sum(each.height for each in self._gathered) + frame.height > ROW_GROUP:
                self._flush()
            self._gathered.append(frame)
        if self._repeated:
            self._flush()

    def finish(self) -> None:
        """Complete the file and put it in its place."""
        self._flush()
        self._put(None)
        self._writer.join()
        if self._error is not None:
            raise self._error
        self._draft.settle()

    def _fitting(self, frame: pl.DataFrame) -> pl.DataFrame:
        if dict(frame.schema) != self.schema:
            raise ValueError("a frame has other columns than the file")
        return frame

    def _flush(self) -> None:
        gathered = [frame for frame in self._gathered if frame.height]
        self._gathered = []
        if gathered:
            self._put(gathered)

    def _put(self, group: list[pl.DataFrame] | None) -> None:
        if self._writer.ident is None:
            # Only now, within the context, which takes its file away again.
            self._writer.start()
        while self._writer.is_alive():
            try:
                return self._groups.put(group, timeout=0.2)
            except queue.Full:
                continue
        if group is not None:
            raise self._error or RuntimeError("the writer of the Parquet file has ended")
        return None

    def _write(self, schema: Schema, said: Mapping[str, str]) -> None:
        try:
            with self._draft.open() as file:
                empty = _piece(pl.DataFrame(schema=self.schema), {**said, ARROW: _arrow(schema)})
                joined = Joined(file, empty)
                while (group := self._groups.get()) is not None:
                    joined.add(_piece(pl.concat(group)))
                joined.finish()
        except BaseException as error:
            self._error = error


def _piece(frame: pl.DataFrame, said: dict[str, str] | None = None) -> memoryview:
    """Return a Parquet file of *frame*."""
    file = io.BytesIO()
    frame.lazy().sink_parquet(
        file,
        metadata=said,
        row_group_size=ROW_GROUP,
        # The least and the greatest of each column would take longer than all the rest.
        statistics={"min": False, "max": False, "distinct_count": False, "null_count": True},
    )
    return file.getbuffer()


def with_categories(frames: Sequence[pl.DataFrame], names: Sequence[str]) -> list[pl.DataFrame]:
    """Return *frames* with the texts of some columns as categories, of which each column has one list."""
    columns: list[dict[str, pl.Series]] = [{} for _ in frames]
    for name in names:
        # To compare a column with that of the frame before takes a tenth of the time of looking its texts up.
        distinct: list[pl.Series] = []
        places = [_place(frame[name], distinct) for frame in frames]
        if distinct:
            texts = pl.concat(distinct).drop_nulls().unique(maintain_order=True)
            made = [column.cast(pl.Enum(texts)) for column in distinct]
            for place, known in zip(places, columns, strict=True):
                known[name] = made[place]
    return [frame.with_columns(**known) for frame, known in zip(frames, columns, strict=True)]


def _place(column: pl.Series, distinct: list[pl.Series]) -> int:
    """Return the place of *column* among the *distinct* ones, at their end if it is none of them."""
    for place, known in enumerate(distinct):
        if known.len() == column.len() and known.equals(column):
            return place
    distinct.append(column)
    return len(distinct) - 1


def parquet_result(path: Path, policies: Sequence[Policy], about: About) -> ParquetFile:
    """Begin the tidy result at *path*."""
    return ParquetFile(path, SCHEMA, metadata(about, policies), categories(policies), REFERENCES)


def _arrow(schema: Schema) -> str:
    """Return how a Parquet file says in its metadata that it holds *schema*, whatever it was written from."""
    file = io.BytesIO()
    pl.DataFrame(schema=schema).write_parquet(file)
    file.seek(0)
    return pl.read_parquet_metadata(file)[ARROW]


class Made(NamedTuple):
    """On which day and by which rules a tidy file was made."""

    about: About
    policies: Mapping[str, str]
    """The fingerprint of each policy, by its code."""


def metadata(about: About, policies: Sequence[Policy]) -> dict[str, str]:
    """Return what the file's metadata says."""
    said = {
        "as_of": str(about.day),
        "policy_set": about.policy_set,
        "release": about.release,
        "notice": about.notice,
        "policies": {policy.code: fingerprint([policy]) for policy in policies},
    }
    return {KEY: json.dumps(said, ensure_ascii=False)}


def read_made(path: Path) -> Made | None:
    """Return what a tidy Parquet file says of itself; None where it says nothing that can be understood."""
    try:
        said = json.loads(pl.read_parquet_metadata(path)[KEY])
        about = About(date.fromisoformat(said["as_of"]), said["policy_set"], said["release"], said["notice"])
        return Made(about, dict(said["policies"]))
    except (KeyError, TypeError, ValueError, OSError, pl.exceptions.PolarsError):
        return None
