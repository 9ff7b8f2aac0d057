"""Screen one list, in a process of its own: `python -m app.batch.jobs.perform`.

A line of JSON on standard input says what to do, lines of JSON on standard output say how far it is.
Standard input stays open as long as the worker lives: without a worker, nobody wants the result.
"""

import errno
import json
import os
import resource
import shutil
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, Final

from app.batch.jobs.files import EARLIER, FORMATS, UPLOAD, made_by, place
from app.batch.jobs.process import DISK_FULL
from app.errors import HuiminError, place_of
from app.security.keyring import Suite, UnsealError
from app.security.sealedfiles import open_file, seal_file

STEPS: Final = 5
"""How often at least whoever waits is told how far a list is."""
NICENESS: Final = 10
"""Households that are screened while somebody waits go first."""
DAMAGED: Final = "上传的名单在服务器上已损坏，没有完成：请重新上传，并告知系统管理员检查磁盘"
_GONE: Final = 3
_WORKER: Final = os.dup(1)
"""Where the worker listens."""


def main() -> None:
    """Perform the job that standard input names."""
    _step_back()
    _keep_to_ourselves()
    job = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_the_worker, args=(Path(job["work"]),), daemon=True).start()
    try:
        _tell(end=perform(job))
    except HuiminError as error:
        _tell(refused=str(error))
    except UnsealError:
        _tell(refused=DAMAGED)
    except Exception as error:
        # No message of a library's: it might quote the list.
        if _is_full(error):
            _tell(refused=DISK_FULL)
        else:
            _tell(broken=place_of(error))


def perform(job: Mapping[str, Any]) -> dict[str, Any]:
    """Screen the list that *job* names; return what became of it."""
    from app import __version__
    from app.answering.answers import NOTICE
    from app.batch.jobs.results import Results
    from app.batch.run import run
    from app.batch.screened import About
    from app.rules.document import fingerprint
    from app.screening import Screener
    from policies import POLICIES

    about = About(date.fromisoformat(job["day"]), fingerprint(POLICIES), __version__, NOTICE)
    source, earlier, folder = _opened(job)
    made: list[Results] = []

    def results(register: Any) -> Results:
        made.append(Results(folder, register, POLICIES, about, earlier, lambda phase: _tell(phase=phase.name.lower())))
        return made[0]

    summary = run(
        source,
        folder / "result.parquet",
        screener=Screener(POLICIES),
        about=about,
        home=job["home"],
        area=job["area"],
        steps=STEPS,
        writer=results,
        progress=lambda done, rows: _tell(done=done, rows=rows),
        on_phase=lambda phase: _tell(phase=phase.name.lower()),
    )
    _seal(job, folder)
    tally, refusals = made[0].tally, made[0].refusals
    return {
        "rows": summary.rows,
        "households": summary.households,
        "people": summary.people,
        "rejected": summary.rejected,
        "warnings": summary.warnings,
        "qualifying": made[0].qualifying.households,
        "verdicts": dict(summary.verdicts),
        "unknown_columns": list(summary.sheet.unknown),
        "missing_columns": list(summary.sheet.missing),
        "notes": list(summary.sheet.notes),
        "changes": None if tally is None else {"count": tally.found.total(), "text": tally.summary()},
        "formats": {form: refusals.get(form) for form in FORMATS},
        "policy_set": about.policy_set,
        "release": about.release,
    }


def _opened(job: Mapping[str, Any]) -> tuple[Path, Path | None, Path]:
    """Open what was uploaded into the working folder; return the list, the earlier result, and where results go."""
    kept, work, key = Path(job["folder"]), Path(job["work"]), bytes.fromhex(job["key"])
    source, earlier, folder = work / "list", work / "earlier.parquet", work / "made"
    folder.mkdir(mode=0o700)
    open_file(kept / UPLOAD, source, key, place(job["id"], UPLOAD))
    if not job["compares"]:
        return source, None, folder
    open_file(kept / EARLIER, earlier, key, place(job["id"], EARLIER))
    return source, earlier, folder


def _seal(job: Mapping[str, Any], folder: Path) -> None:
    """Keep all that was made, sealed."""
    for path in sorted(folder.iterdir()):
        name = made_by(job["attempt"], path.stem, path.suffix.removeprefix("."))
        seal_file(
            path, Path(job["folder"]) / name, bytes.fromhex(job["key"]), Suite(job["suite"]), place(job["id"], name)
        )
        path.unlink()


def _keep_to_ourselves() -> None:
    """Let nobody else speak to the worker, and leave nothing of the list behind on the disk."""
    # A library that prints would be taken for us.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    # The memory of a process that falls would be written out, and with it the list.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _tell(**said: Any) -> None:
    # One write a line: the phases are told from more than one thread.
    os.write(_WORKER, json.dumps(said, ensure_ascii=False).encode() + b"\n")


def _step_back() -> None:
    os.nice(NICENESS)
    # Where memory runs out, this is the process to give up.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _end_with_the_worker(work: Path) -> None:
    sys.stdin.read()
    # Nobody is left to remove what lies here in the plain.
    shutil.rmtree(work, ignore_errors=True)
    os._exit(_GONE)


def _is_full(error: Exception) -> bool:
    told: BaseException | None = error
    while told is not None:
        if isinstance(told, OSError) and told.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        # What the columns' engine raises has no number, only the system's words.
        if "No space left on device" in str(told) or "Disk quota exceeded" in str(told):
            return True
        told = told.__cause__ or told.__context__
    return False


if __name__ == "__main__":
    main()
