"""Takes up one list after another, keeps their leases, and tells how far they are."""

import logging
import shutil
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final, TypeVar

from sqlalchemy.orm import Session

from app.archive import new_id
from app.batch.jobs import states
from app.batch.jobs.files import EARLIER, LEAST_FREE, UPLOAD, BatchFiles
from app.batch.jobs.process import DISK_FULL, Limits, Process
from app.batch.jobs.sealing import opened_key, sealed_summary
from app.batch.jobs.states import LEASE, MOST_CRASHES, Claim, LostError, State
from app.database import Database
from app.errors import DamagedRecordError, StorageFullError, UnavailableError, place_of
from app.models import Batch
from app.quotas import charge
from app.security import audit
from app.security.audit import Event
from app.security.audit_actions import Action
from app.security.keyring import Keyring
from app.settings import Settings
from app.telemetry.metrics import Metrics

POLL: Final = 1.0
"""Seconds after which a worker that nobody has woken looks for work: another process may have taken it in."""
RENEW: Final = 2.0
TIDY: Final = 3600.0
BROKEN: Final = "筛查这份名单时程序出错，没有完成：请核对文件能否正常打开，或另存为CSV（UTF-8）后重新上传"
OVER: Final = {
    "memory": "筛查这份名单超过了内存上限，没有完成：请拆成几份较小的名单重新上传",
    "disk": "筛查这份名单占用的磁盘超过了上限，没有完成：请拆成几份较小的名单重新上传",
    "full": DISK_FULL,
    "time": "筛查这份名单超过了时间上限，没有完成：请拆成几份较小的名单重新上传",
}
NO_UPLOAD: Final = "上传的文件已不在服务器上，没有完成：请重新上传"

log = logging.getLogger("huimin.batch")
T = TypeVar("T")


class StoppingError(Exception):
    """The server is told to stop."""


class Worker:
    """Works in a thread of its own, one list at a time; each list runs in a process of its own."""

    def __init__(
        self, database: Database, files: BatchFiles, settings: Settings, keyring: Keyring, metrics: Metrics
    ) -> None:
        self.database, self.files, self.settings = database, files, settings
        self.keyring, self.metrics = keyring, metrics
        megabyte = 2**20
        self.limits = Limits(
            memory=settings.batch_memory_mb * megabyte,
            disk=settings.batch_disk_mb * megabyte,
            free=LEAST_FREE,
            seconds=settings.batch_minutes * 60,
        )
        self.id = new_id()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._tidied = -TIDY
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="batch-worker", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Say that there is work."""
        self._wake.set()

    def leave_off(self) -> None:
        """Take up no more; a list under way is given back soon."""
        self._stopping.set()
        self._wake.set()

    def stop(self) -> None:
        """Stop; a list under way has been given back when this returns."""
        self.leave_off()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                if time.monotonic() - self._tidied > TIDY:
                    self.tidy_up()
                    self._tidied = time.monotonic()
                if self.work():
                    continue
            except (UnavailableError, StorageFullError):
                pass  # logged where it was noticed; the lists wait
            except Exception as error:
                log.error("worker: %s", place_of(error))
            self._wake.wait(POLL)

    def work(self) -> bool:
        """Take up a list and see it to its end; return whether there was one."""
        if not self.database.read(states.has_work):
            return False
        claim = self.database.write(lambda session: states.claim(session, self.id))
        if claim is None:
            return True
        try:
            self._perform(claim)
        except LostError:
            # Deleted, or taken over: whoever did so knows of the files.
            if not self._is_known(claim.id):
                self.files.remove(claim.id)
        except StoppingError:
            self.files.drop_attempt(claim.id, claim.attempt)
            self._write(lambda session: states.give_back(session, claim, crashed=False))
        finally:
            self.files.drop_work(claim.id, self.id)
        return True

    def _is_known(self, id: str) -> bool:
        return self.database.read(lambda session: session.get(Batch, id)) is not None

    def _perform(self, claim: Claim) -> None:
        job = self._prepare(claim)
        if job is None:
            self._end(claim, State.FAILED, error=NO_UPLOAD)
            return
        with Process(job, self.limits) as process:
            said = self._follow(claim, process)
        self.files.drop_work(claim.id, self.id)
        if "end" in said:
            self.files.settle_attempt(claim.id, claim.attempt)
            self._end(claim, State.DONE, summary=said["end"])
        elif "cancelled" in said:
            self._end(claim, State.CANCELLED)
        elif "refused" in said:
            self._end(claim, State.FAILED, error=said["refused"])
        elif "over" in said:
            # It would take as much again.
            log.warning("batch broken off: %s", said["over"])
            self._end(claim, State.FAILED, error=OVER[said["over"]])
        else:
            log.warning("batch broken off: %s", said.get("broken"))
            if claim.batch.crashes + 1 >= MOST_CRASHES:
                self._end(claim, State.FAILED, error=BROKEN)
            else:
                self._write(lambda session: states.give_back(session, claim, crashed=True))

    def _prepare(self, claim: Claim) -> dict[str, Any] | None:
        folder, wanted = self.files.folder(claim.id), [UPLOAD, *([EARLIER] if claim.batch.compares else [])]
        try:
            key = opened_key(self.keyring, claim.batch)
        except DamagedRecordError:
            return None
        if not all((folder / name).is_file() for name in wanted):
            return None
        self.files.open_attempt(claim.id, claim.attempt, self.id)
        return {
            "id": claim.id,
            "attempt": claim.attempt,
            "folder": str(folder),
            "work": str(self.files.work(claim.id, self.id)),
            "compares": claim.batch.compares,
            "key": key.hex(),
            "suite": self.files.suite.value,
            "day": str(claim.batch.as_of),
            "home": self.settings.region,
            "area": claim.batch.region_code,
        }

    def _follow(self, claim: Claim, process: Process) -> dict[str, Any]:
        """Record how far *process* is until it has a last word, and return that."""
        told: dict[str, Any] = {}
        renewed = recorded = time.monotonic()
        while True:
            said = process.next()
            if {"end", "refused", "broken", "over"} & said.keys():
                return said
            told |= said
            now = time.monotonic()
            if self._stopping.is_set():
                raise StoppingError
            if now - recorded < RENEW and "phase" not in said:
                continue
            recorded = now
            try:
                if self.database.write(partial(states.renew, claim=claim, told=told)):
                    return {"cancelled": True}
                renewed, told = time.monotonic(), {}
            except (UnavailableError, StorageFullError):
                # The database is away. Before the lease is another's, this must have ended.
                if time.monotonic() - renewed > LEASE / 2:
                    raise LostError from None

    def _end(self, claim: Claim, state: State, *, error: str | None = None, summary: Any = None) -> None:
        sealed = None if summary is None else sealed_summary(self.keyring, claim.id, summary)
        rows = {} if summary is None else {"rows": summary["rows"], "done": summary["rows"]}

        def end(session: Session) -> None:
            states.finish(session, claim, state, error=error, summary=sealed, **rows)
            # Whatever became of it: what was screened was work.
            charge(session, claim.batch.client, session.get_one(Batch, claim.id).done, time.time())

        self._write(end)
        self.metrics.batch_ended(state.value, rows.get("done", 0))
        self.files.drop_uploads(claim.id)
        if state is not State.DONE:
            self.files.drop_attempt(claim.id, claim.attempt)

    def _write(self, work: Callable[[Session], T]) -> T:
        """Write what must not be lost, as often as it takes within the lease."""
        begun = time.monotonic()
        while True:
            try:
                return self.database.write(work)
            except (UnavailableError, StorageFullError):
                if time.monotonic() - begun > LEASE / 2:
                    raise LostError from None
                time.sleep(0.5)

    # ── cleaning up ──

    def tidy_up(self) -> None:
        """Remove batches past their time, and files that crashes have left behind."""
        before = states.now() - timedelta(days=self.settings.batch_days)
        for id in self.database.read(lambda session: states.expired(session, before)):
            self.database.write(partial(_expire, id=id))
            self.files.remove(id)
        found = {id: list(self.files.works(id)) for id in self.files.ids()}
        # Asked afterwards: who works in one of these folders has said so before making it.
        known = self.database.read(states.all_states)
        for id, works in found.items():
            if known.get(id) != State.RUNNING:
                # Left by a crash, in the plain.
                for folder in works:
                    shutil.rmtree(folder, ignore_errors=True)
            if id not in known:
                if self.files.is_unclaimed(id):
                    self.files.remove(id)
            elif known[id].ended:
                self.files.drop_uploads(id)


def _expire(session: Session, id: str) -> None:
    states.forget(session, id)
    audit.record(session, Event(Action.BATCH_EXPIRED, object=id, purpose="retention"))
