"""What a unit is told of a case: what it needs to take it up, and no more.

No name and no number of a person is in it, as the service keeps none: the subject is known by
the references that the caller gave, and the facts by the findings that decided the verdict.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from app.onewindow.workdays import Deadline

FORMAT: Final = 1


@dataclass(frozen=True)
class Case:
    """The frame of a hand-off, around the result that is handed over."""

    id: str
    number: str
    screening: str
    made_at: datetime
    accept_by: Deadline
    finish_by: Deadline
    priority: str
    channel: str
    operator: str
    """Who handed it over, as clients are known."""


def message_of(case: Case, answer: Mapping[str, Any], result: Mapping[str, Any], region: str | None) -> dict[str, Any]:
    """Return the message that hands *result* of the screening *answer* to its unit."""
    subject = result["subject"]
    return {
        "format": FORMAT,
        "kind": "handoff",
        "handoff": case.id,
        "case_no": case.number,
        "screening": case.screening,
        "made_at": case.made_at.isoformat(),
        "benefit": {
            "policy": result["policy"],
            "title": result["title"],
            "kind": result["kind"],
            "policy_set": answer["policy_set"],
            "as_of": answer["as_of"],
        },
        "to": result["handling_unit"],
        "subject": {
            "kind": subject["kind"],
            "household": answer["household"]["reference"],
            "member": subject.get("reference"),
            "region_code": region,
        },
        "verdict": result["verdict"],
        "amount": result["amount"],
        "conditions": [
            {
                "condition": reason["condition"],
                "finding": reason["finding"],
                "document": reason["citation"]["document"],
                "clause": reason["citation"]["clause"],
            }
            for reason in result["reasons"]
        ],
        "missing": {
            "facts": [item["label"] for item in result["missing_facts"]],
            "figures": [item["label"] for item in result["missing_figures"]],
            "materials": result["next"]["materials"],
        },
        "steps": result["next"]["steps"],
        "where": result["next"]["where"],
        "accept_by": _deadline(case.accept_by),
        "finish_by": _deadline(case.finish_by),
        "priority": case.priority,
        "channel": case.channel,
        "operator": case.operator,
        "notice": answer["notice"],
    }


def withdrawal_of(message: Mapping[str, Any], at: datetime, reason: str) -> dict[str, Any]:
    """Return the message that takes back the hand-off of *message*."""
    return {
        "format": FORMAT,
        "kind": "withdrawal",
        "handoff": message["handoff"],
        "case_no": message["case_no"],
        "made_at": at.isoformat(),
        "reason": reason,
    }


def _deadline(deadline: Deadline) -> dict[str, Any]:
    day: date = deadline.day
    return {"date": str(day), "estimated": deadline.estimated}
