"""Results as one Parquet file, written as they come."""

import io
import json
import queue
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl
from polars.io.plugins import register_io_source

from app.batch.screened import About
from app.batch.tidy import SCHEMA, Schema, categories
from app.rules.document import fingerprint
from app.rules.policy import Policy

KEY: Final = "huimin"
"""The entry of the file's metadata that says on which day and by which rules it was made."""
ARROW: Final = "ARROW:schema"
"""The entry of the metadata with the types of the columns, which polars and Arrow read."""
MOST_WAITING: Final = 8
"""Frames that may wait to be written before the maker of frames has to."""
ROW_GROUP: Final = 500_000


class ParquetFile:
    """A Parquet file in the making; use it as a context, add frames, then finish."""

    def __init__(self, path: Path, schema: Schema, said: Mapping[str, str], frames: Schema | None = None) -> None:
        """*schema* is what readers see, *said* the metadata.

        *frames* is the schema of the frames where their texts are categories: those are written several times
        as fast, and stand in the file as the same texts.
        """
        self.path, self.schema = path, frames or schema
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as file:
            self._part = Path(file.name)
        self._frames: queue.Queue[pl.DataFrame | None] = queue.Queue(MOST_WAITING)
        self._error: BaseException | None = None
        self._writer = threading.Thread(target=self._write, args=(schema, said), name="parquet", daemon=True)
        self._writer.start()

    def __enter__(self) -> "ParquetFile":
        return self

    def __exit__(self, *error: object) -> None:
        if self._writer.is_alive():
            # Ended in good order: after an error, the engine may make the file again behind our back.
            self._put(None)
            self._writer.join()
        self._part.unlink(missing_ok=True)

    def add(self, frames: Iterable[pl.DataFrame]) -> None:
        """Add frames, which have the columns of the schema."""
        for frame in frames:
            if dict(frame.schema) != self.schema:
                raise ValueError("a frame has other columns than the file")
            if frame.height:
                self._put(frame)

    def finish(self) -> None:
        """Complete the file and put it in its place."""
        self._put(None)
        self._writer.join()
        if self._error is not None:
            raise self._error
        self._part.replace(self.path)

    def _put(self, frame: pl.DataFrame | None) -> None:
        while self._writer.is_alive():
            try:
                return self._frames.put(frame, timeout=0.2)
            except queue.Full:
                continue
        if frame is not None:
            raise self._error or RuntimeError("the writer of the Parquet file has ended")
        return None

    def _write(self, schema: Schema, said: Mapping[str, str]) -> None:
        try:
            register_io_source(self._source, schema=self.schema).sink_parquet(
                self._part,
                metadata={**said, ARROW: _arrow(schema)},
                row_group_size=ROW_GROUP,
                # The least and the greatest of each column would take longer than all the rest.
                statistics={"min": False, "max": False, "distinct_count": False, "null_count": True},
                engine="streaming",
            )
        except BaseException as error:
            self._error = error

    def _source(
        self, columns: list[str] | None, predicate: pl.Expr | None, most: int | None, batch: int | None
    ) -> Iterator[pl.DataFrame]:
        assert columns is None or columns == list(self.schema)
        assert predicate is None
        assert most is None
        while (frame := self._frames.get()) is not None:
            yield frame


def parquet_result(path: Path, policies: Sequence[Policy], about: About) -> ParquetFile:
    """Begin the tidy result at *path*."""
    return ParquetFile(path, SCHEMA, metadata(about, policies), categories(policies))


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
