"""Batches as the API asks for them: taken in, looked at, fetched, cancelled."""

import io
import math
import tempfile
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from app.archive import new_id
from app.batch.jobs import states
from app.batch.jobs.arrivals import Arrival
from app.batch.jobs.files import CHANGES, COUNTS, REJECTS, RESULT, BatchFiles, made_by
from app.batch.jobs.sealing import damage_is_said, opened_key, opened_summary, sealed_key
from app.batch.jobs.states import State
from app.batch.jobs.view import view
from app.batch.jobs.worker import Worker
from app.database import Database
from app.errors import (
    ConflictError,
    FieldError,
    InvalidParameterError,
    NotFoundError,
    StorageFullError,
    UnavailableError,
)
from app.models import Batch
from app.security.keyring import Keyring
from app.security.principal import Principal
from app.security.sealedfiles import SealedReader
from app.settings import Settings
from app.telemetry.metrics import Metrics

if TYPE_CHECKING:
    from app.batch.qualifying import Qualifying


@dataclass(frozen=True)
class Download:
    """A file on its way to a client."""

    batch: Batch
    kind: str
    reader: SealedReader


class Batches:
    """The batches of one deployment, and the worker of this process."""

    def __init__(self, database: Database, settings: Settings, keyring: Keyring, metrics: Metrics) -> None:
        self.database, self.settings, self.keyring = database, settings, keyring
        self.files = BatchFiles(settings.data_dir, keyring.suite)
        self.worker = Worker(database, self.files, settings, keyring, metrics)
        self.stopping = False
        """Whether the server is about to end, so that whoever listens is to be let go."""
        metrics.watch_queue(self._queued)

    def let_go(self) -> None:
        """Prepare for the end of the server: whoever listens is let go, and a list under way is given back."""
        self.stopping = True
        self.worker.leave_off()

    def _queued(self) -> float:
        """Return the seconds for which the oldest list waits; not a number while the database is away."""
        try:
            since = self.database.read(states.oldest)
        except UnavailableError:
            return math.nan
        return 0 if since is None else (states.now() - since).total_seconds()

    # ── taking in ──

    def begin(self, size: int, *, repeated: bool) -> Arrival:
        """Return where an upload of up to *size* bytes is to go; raise QueueFullError or StorageFullError.

        The queue of one that may be a repetition is not looked at yet: it may have been taken in before.
        """
        if not repeated:
            self.database.read(lambda session: states.check_room(session, self.settings.batch_waiting))
        if self.files.used() + size > self.settings.batch_disk_mb * 2**20:
            raise StorageFullError("批量筛查的名单和结果占用的空间已满：请删除不再需要的批量筛查后重新上传。")
        if self.files.free() < size:
            raise StorageFullError
        return Arrival(self.files, new_id())

    def prepare(self, arrival: Arrival, principal: Principal, day: date, since: str | None) -> Batch:
        """Return the row of a list that has come; the list is on disk, whatever happens then."""
        earlier = None if since is None else self._earlier(since, principal, day)
        if earlier is not None:
            arrival.lend(self._reader(earlier, RESULT, "parquet"))
        arrival.complete()
        return Batch(
            id=arrival.id,
            client=principal.id,
            region_code=principal.place(None),
            key=sealed_key(self.keyring, arrival.id, arrival.key),
            created_at=states.now(),
            as_of=day,
            since=None if earlier is None else earlier.id,
            compares=arrival.has_earlier,
            state=State.WAITING.value,
            done=0,
            attempts=0,
            crashes=0,
            cancelling=False,
        )

    def add(self, session: Session, batch: Batch) -> dict[str, Any]:
        """Let *batch* wait for its turn and return it as JSON; raise QueueFullError."""
        states.add(session, batch, self.settings.batch_waiting)
        return self.view(batch)

    def _earlier(self, since: str, principal: Principal, day: date) -> Batch:
        try:
            earlier = self.get(since, principal)
        except NotFoundError:
            said = "没有这个编号的批量筛查：编号有误，或者已经删除、到期清理"
        else:
            if earlier.state == State.DONE and earlier.as_of <= day:
                return earlier
            said = "那次筛查的日期比这次晚，请对调" if earlier.state == State.DONE else "那次筛查没有完成，不能用来比较"
        raise InvalidParameterError("请改正请求参数后重试。", [FieldError("since", said)])

    # ── looking ──

    def get(self, id: str, principal: Principal) -> Batch:
        """Return a batch; raise NotFoundError."""
        return self.database.read(lambda session: states.find(session, id, principal))

    def show(self, id: str, principal: Principal) -> dict[str, Any]:
        """Return a batch as JSON; raise NotFoundError."""
        return self.view(self.get(id, principal))

    def listed(self, principal: Principal, after: str | None, limit: int) -> Sequence[dict[str, Any]]:
        """Return the batches older than *after*, the newest first."""
        found = self.database.read(lambda session: states.page(session, principal, after, limit))
        return [self.view(batch) for batch in found]

    def view(self, batch: Batch) -> dict[str, Any]:
        """Return *batch* as JSON."""
        return view(batch, opened_summary(self.keyring, batch), self.settings.batch_days)

    # ── fetching ──

    def result(self, id: str, principal: Principal, form: str) -> Download:
        """Return the result in a format; raise NotFoundError or ConflictError."""
        batch, summary = self._done(id, principal)
        if (said := summary["formats"][form]) is not None:
            raise ConflictError(f"{said}。")
        return self._download(batch, RESULT, form)

    def changes(self, id: str, principal: Principal, form: str) -> Download:
        """Return what has changed since the earlier batch; raise NotFoundError or ConflictError."""
        batch, summary = self._done(id, principal)
        if summary["changes"] is None:
            raise ConflictError("这次筛查没有与以前的比较：上传时在 since 中填以前那次的编号，才有变化清单。")
        return self._download(batch, CHANGES, form)

    def rejects(self, id: str, principal: Principal, after: int, limit: int) -> list[dict[str, Any]]:
        """Return the rows set aside behind the one numbered *after*; raise NotFoundError or ConflictError."""
        # The columns' engine is loaded for those who ask for it, not at every start.
        from app.batch.jobs.results import read_rejects

        batch, _ = self._done(id, principal)
        reader = self._reader(batch, REJECTS, "parquet")
        with damage_is_said():
            content = reader.read()
        return read_rejects(io.BytesIO(content), after, limit)

    def rejects_csv(self, id: str, principal: Principal) -> Download:
        """Return the rows set aside as CSV; raise NotFoundError or ConflictError."""
        batch, _ = self._done(id, principal)
        return self._download(batch, REJECTS, "csv")

    def counts(self, id: str, principal: Principal) -> bytes:
        """Return how many qualify where, as JSON; raise NotFoundError or ConflictError."""
        batch, _ = self._done(id, principal)
        reader = self._reader(batch, COUNTS, "json")
        with damage_is_said():
            return reader.read()

    def qualifying(
        self,
        id: str,
        principal: Principal,
        after: int,
        limit: int,
        policies: Collection[str] | None,
        references: Collection[str] | None,
    ) -> tuple[Batch, int, list["Qualifying"]]:
        """Return a batch, how many households it has, and the next that qualify for something: see `read_qualifying`.

        Raise NotFoundError, or ConflictError where nothing is kept for handing over.
        """
        from app.batch.qualifying import KIND, first_in, read_qualifying

        batch, summary = self._done(id, principal)
        if summary.get("qualifying") is None:
            raise ConflictError("这份名单是以前的版本筛查的，没有保留转交所需的情况：请重新上传筛查后再转交。")
        names = self.files.made(batch.id, batch.attempts, KIND)
        # What lies wholly before is not opened.
        names = names[max(bisect_right(names, after + 1, key=first_in) - 1, 0) :]

        def contents() -> Iterator[io.BytesIO]:
            for name in names:
                with damage_is_said():
                    content = self._reader(batch, name, "parquet").read()
                yield io.BytesIO(content)

        return batch, summary["households"], read_qualifying(contents(), after, limit, policies, references)

    def template(self) -> bytes:
        """Return the empty list to fill in."""
        from app.batch.template import template

        with tempfile.TemporaryDirectory(prefix="huimin-") as folder:
            path = Path(folder) / "template.xlsx"
            template(path)
            return path.read_bytes()

    def _done(self, id: str, principal: Principal) -> tuple[Batch, dict[str, Any]]:
        batch = self.get(id, principal)
        summary = opened_summary(self.keyring, batch)
        if summary is None:
            said = {
                State.FAILED: f"这份名单没有筛查成：{batch.error}。",
                State.CANCELLED: "这次筛查已取消，没有结果。",
            }
            raise ConflictError(said.get(State(batch.state), "还没有筛查完，请稍后再取；进度见这次筛查的地址。"))
        return batch, summary

    def _reader(self, batch: Batch, kind: str, form: str) -> SealedReader:
        key = opened_key(self.keyring, batch)
        try:
            with damage_is_said():
                return self.files.reader(batch.id, made_by(batch.attempts, kind, form), key)
        except FileNotFoundError:
            pass
        raise NotFoundError("结果文件已经删除或到期清理。")

    def _download(self, batch: Batch, kind: str, form: str) -> Download:
        return Download(batch, kind, self._reader(batch, kind, form))

    # ── ending ──

    def cancel(self, session: Session, id: str, principal: Principal) -> dict[str, Any]:
        """Stop a batch and return it as JSON; raise NotFoundError, or ConflictError where it has ended."""
        return self.view(states.cancel(session, id, principal))
