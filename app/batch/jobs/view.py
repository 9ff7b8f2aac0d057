"""A batch as its owner sees it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from app.batch.jobs.files import FORMATS
from app.batch.jobs.states import State
from app.batch.phases import Phase
from app.models import Batch

PATH: Final = "/v1/batches"
COUNTS: Final = ("rows", "households", "people", "rejected", "warnings")


def view(batch: Batch, summary: Mapping[str, Any] | None, days: int) -> dict[str, Any]:
    """Return *batch* and what became of it as JSON; results are kept for so many *days*."""
    state = State(batch.state)
    phase = Phase[batch.phase.upper()] if batch.phase is not None and state is State.RUNNING else None
    return {
        "id": batch.id,
        "state": state.value,
        "state_label": state.label,
        "phase": None if phase is None else phase.name.lower(),
        "phase_label": None if phase is None else phase.value,
        "as_of": str(batch.as_of),
        "since": batch.since,
        "compares": batch.compares,
        "created_at": _moment(batch.created_at),
        "started_at": _moment(batch.started_at),
        "ended_at": _moment(batch.ended_at),
        "expires_at": None if batch.ended_at is None else _moment(batch.ended_at + timedelta(days=days)),
        "progress": {"done": batch.done, "rows": batch.rows},
        "cancelling": batch.cancelling and not state.ended,
        "attempts": batch.attempts,
        "error": batch.error,
        "summary": None if summary is None else _summary(summary),
        "links": _links(batch, summary),
    }


def _summary(summary: Mapping[str, Any]) -> dict[str, Any]:
    changes = summary["changes"]
    # Lists that an earlier release has screened say nothing of what is asked for by `get`.
    return {
        **{name: summary[name] for name in COUNTS},
        "qualifying": summary.get("qualifying"),
        "verdicts": {name: summary["verdicts"].get(name, 0) for name in ("eligible", "undetermined", "ineligible")},
        "unknown_columns": summary["unknown_columns"],
        "missing_columns": summary["missing_columns"],
        "notes": summary.get("notes", []),
        "changes": None if changes is None else {"count": changes["count"], "text": changes["text"]},
        "not_made": [
            {"format": form, "message": said} for form, said in summary["formats"].items() if said is not None
        ],
        "policy_set": summary["policy_set"],
        "release": summary["release"],
    }


def _links(batch: Batch, summary: Mapping[str, Any] | None) -> dict[str, Any]:
    mine = f"{PATH}/{batch.id}"
    links: dict[str, Any] = {
        "self": mine,
        "events": f"{mine}/events",
        "result": None,
        "changes": None,
        "rejects": None,
        "counts": None,
    }
    if summary is not None:
        made = [form for form in FORMATS if summary["formats"][form] is None]
        links["result"] = {form: f"{mine}/result?format={form}" for form in made}
        links["rejects"] = f"{mine}/rejects"
        links["counts"] = f"{mine}/counts"
        if summary["changes"] is not None:
            links["changes"] = {form: f"{mine}/changes?format={form}" for form in FORMATS}
    return links


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds").replace("+00:00", "Z")
