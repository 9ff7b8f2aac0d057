"""Cases as they are shown: a line of a list, and everything about one."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from app.clock import SHANGHAI
from app.onewindow.course import Event, State, standing
from app.onewindow.directory import Directory
from app.onewindow.handoffs import CHANNEL_LABELS, PRIORITY_LABELS, content_of
from app.onewindow.outbox import DeliveryState, deliveries_of, reply_place
from app.onewindow.receiving import history_of, receipts_of
from app.onewindow.tables import Delivery, Handoff
from app.onewindow.workdays import calendar
from app.onewindow.worklist import Overdue
from app.security.keyring import Keyring

LONGEST_SAID: Final = 500


def line_of(keyring: Keyring, directory: Directory, case: Handoff, today: date) -> dict[str, Any]:
    """Return a case as a line of a list."""
    return _line(directory, case, content_of(keyring, case), today)


def page_of(session: Session, keyring: Keyring, directory: Directory, case: Handoff, today: date) -> dict[str, Any]:
    """Return everything about a case."""
    content = content_of(keyring, case)
    found = standing(receipts_of(session, case.id), unit=case.made_for, steps=content["steps"])
    return {
        **_line(directory, case, content, today),
        "steps": [{"step": step, "done": step in found.steps} for step in content["steps"]],
        "content": content,
        "receipts": [_receipt(receipt) for receipt in history_of(session, keyring, case.id)],
        "deliveries": [_delivery(keyring, delivery) for delivery in deliveries_of(session, case.id)],
    }


def _line(directory: Directory, case: Handoff, content: Mapping[str, Any], today: date) -> dict[str, Any]:
    state, late = State(case.state), case.is_open and case.due < today
    awaits = Overdue.ACCEPTANCE if case.awaits_acceptance else Overdue.COMPLETION
    return {
        "id": case.id,
        "case_no": case.case_no,
        "screening": case.screening_id,
        "policy": case.policy,
        "title": content["benefit"]["title"],
        "verdict": content["verdict"],
        "subject": content["subject"],
        "unit": directory.described(case.unit, today),
        "handed_to": directory.described(case.made_for, today),
        "state": state.value,
        "state_label": state.label,
        "open": case.is_open,
        "overdue": awaits.value if late else None,
        "accept_by": _deadline(case.accept_by),
        "finish_by": _deadline(case.finish_by),
        "priority": case.priority,
        "priority_label": PRIORITY_LABELS[case.priority],
        "channel": case.channel,
        "channel_label": CHANNEL_LABELS[case.channel],
        "operator": content["operator"],
        "made_at": _moment(case.made_at),
        "changed_at": _moment(case.changed_at),
    }


def _deadline(day: date) -> dict[str, Any]:
    return {"date": str(day), "estimated": day.year not in calendar().years}


def _receipt(receipt: Mapping[str, Any]) -> dict[str, Any]:
    return {**receipt, "event_label": Event(receipt["event"]).label}


def _delivery(keyring: Keyring, delivery: Delivery) -> dict[str, Any]:
    state = DeliveryState(delivery.state)
    waits = state is DeliveryState.WAITING
    return {
        "number": delivery.number,
        "state": state.value,
        "state_label": state.label,
        "attempts": delivery.attempts,
        "status": delivery.status,
        "next_at": _moment(delivery.next_at) if waits else None,
        "advice": advice_of(delivery.status) if state is DeliveryState.PARKED else None,
        "said": _said(keyring, delivery),
    }


def advice_of(status: int | None) -> str:
    """Return what a person is to do about a message that is not sent any more."""
    match status:
        case 401 | 403:
            return (
                "平台不认签名或没有给权限：请管理员与平台核对签名方式、密钥、appId 和两边的时钟"
                "（HUIMIN_PLATFORM_SECRET 等），改好后重新发送"
            )
        case 404 | 405:
            return "平台没有这个地址：请管理员核对 HUIMIN_PLATFORM_URL，改好后重新发送"
        case 413:
            return "平台嫌内容太长：请与平台联系，放宽后重新发送"
        case None:
            return "平台多日没有应答：请管理员核对网络、证书和平台是否在运行，恢复后重新发送"
        case _ if status >= 500 or status < 400:
            return f"平台多日一直答复{status}：请与平台联系，恢复后重新发送"
        case _:
            return f"平台不接收这一件（答复{status}），理由见平台的说明（said）：请与平台联系，商定后重新发送或撤回"


def _said(keyring: Keyring, delivery: Delivery) -> str | None:
    """Return what the platform said, as text: its message, where it has one."""
    if delivery.reply is None:
        return None
    body = keyring.open(delivery.reply, reply_place(delivery.handoff_id, delivery.number)).decode("utf-8", "replace")
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    if isinstance(document, dict):
        body = next((str(document[key]) for key in ("message", "detail", "msg", "receipt") if document.get(key)), body)
    return body[:LONGEST_SAID]


def _moment(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")
