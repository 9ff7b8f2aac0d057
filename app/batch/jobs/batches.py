"""Batches as the API asks for them: taken in, looked at, fetched, cancelled, deleted."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy.orm import Session

from app.archive import new_id
from app.batch.jobs import states
from app.batch.jobs.files import CHANGES, REJECTS, RESULT, BatchFiles
from app.batch.jobs.states import State
from app.batch.jobs.view import view
from app.batch.jobs.worker import Worker
from app.database import Database
from app.errors import ConflictError, FieldError, InvalidParameterError, NotFoundError
from app.models import Batch
from app.security.principal import Principal
from app.settings import Settings


@dataclass(frozen=True)
class Download:
    """A file on its way to a client."""

    batch: Batch
    kind: str
    size: int
    content: Iterator[bytes]


class Batches:
    """The batches of one deployment, and the worker of this process."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database, self.settings = database, settings
        self.files = BatchFiles(settings.data_dir)
        self.worker = Worker(database, self.files, settings)
        self.stopping = False
        """Whether the server is about to end, so that whoever listens is to be let go."""

    # ── taking in ──

    def begin(self, *, repeated: bool) -> tuple[str, BinaryIO]:
        """Return the id of a new batch and the file for its list; raise QueueFullError.

        One that may be a repetition is not refused yet: it may have been taken in before.
        """
        if not repeated:
            self.database.read(lambda session: states.check_room(session, self.settings.batch_waiting))
        id = new_id()
        return id, self.files.begin(id)

    def prepare(self, id: str, file: BinaryIO, principal: Principal, day: date, since: str | None) -> Batch:
        """Return the row of a list that has come; the list is on disk, whatever happens then."""
        earlier = None if since is None else self._earlier(since, principal, day)
        self.files.complete(id, file)
        if earlier is not None:
            self.files.lend(earlier.id, earlier.attempts, id)
        return Batch(
            id=id,
            client=principal.id,
            region_code=principal.place(None),
            created_at=states.now(),
            as_of=day,
            since=None if earlier is None else earlier.id,
            state=State.WAITING.value,
            done=0,
            attempts=0,
            crashes=0,
            cancelling=False,
        )

    def add(self, session: Session, batch: Batch) -> dict[str, Any]:
        """Let *batch* wait for its turn and return it as JSON; raise QueueFullError."""
        states.add(session, batch, self.settings.batch_waiting)
        return view(batch, self.settings.batch_days)

    def abandon(self, id: str, file: BinaryIO) -> None:
        """Let go of a list that was not taken in."""
        file.close()
        self.files.remove(id)

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
        return view(self.get(id, principal), self.settings.batch_days)

    def listed(self, principal: Principal, after: str | None, limit: int) -> Sequence[dict[str, Any]]:
        """Return the batches older than *after*, the newest first."""
        found = self.database.read(lambda session: states.page(session, principal, after, limit))
        return [view(batch, self.settings.batch_days) for batch in found]

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
        try:
            return read_rejects(self._path(batch, REJECTS, "parquet"), after, limit)
        except FileNotFoundError:
            raise _gone() from None

    def rejects_csv(self, id: str, principal: Principal) -> Download:
        """Return the rows set aside as CSV; raise NotFoundError or ConflictError."""
        batch, _ = self._done(id, principal)
        return self._download(batch, REJECTS, "csv")

    def template(self) -> bytes:
        """Return the empty list to fill in."""
        from app.batch.template import template

        with tempfile.TemporaryDirectory(prefix="huimin-") as folder:
            path = Path(folder) / "template.xlsx"
            template(path)
            return path.read_bytes()

    def _done(self, id: str, principal: Principal) -> tuple[Batch, dict[str, Any]]:
        batch = self.get(id, principal)
        if batch.summary is None:
            said = {
                State.FAILED: f"这份名单没有筛查成：{batch.error}。",
                State.CANCELLED: "这次筛查已取消，没有结果。",
            }
            raise ConflictError(said.get(State(batch.state), "还没有筛查完，请稍后再取；进度见这次筛查的地址。"))
        return batch, json.loads(batch.summary)

    def _path(self, batch: Batch, kind: str, form: str) -> Path:
        return self.files.attempt(batch.id, batch.attempts) / f"{kind}.{form}"

    def _download(self, batch: Batch, kind: str, form: str) -> Download:
        try:
            return Download(batch, kind, *self.files.read(self._path(batch, kind, form)))
        except FileNotFoundError:
            raise _gone() from None

    # ── ending ──

    def cancel(self, session: Session, id: str, principal: Principal) -> dict[str, Any]:
        """Stop a batch and return it as JSON; raise NotFoundError, or ConflictError where it has ended."""
        return view(states.cancel(session, id, principal), self.settings.batch_days)


def _gone() -> NotFoundError:
    return NotFoundError("结果文件已经删除或到期清理。")
