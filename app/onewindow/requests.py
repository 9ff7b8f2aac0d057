"""What callers of the one window send, read and checked: each fault with its field, no value repeated."""

import re
from collections.abc import Container, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.errors import FieldError, InvalidParameterError
from app.onewindow.bulk import BulkOrder
from app.onewindow.course import Event, Receipt
from app.onewindow.handoffs import CHANNEL_LABELS, CHANNELS, PRIORITIES, PRIORITY_LABELS, Order, Pick
from app.onewindow.listed import ListOrder
from app.onewindow.receiving import Told
from app.security.principal import Principal

MOST_PICKS: Final = 200
MOST_SCREENINGS: Final = 50
MOST_HOUSEHOLDS: Final = 20
"""Households of a list that are handed over at once: on SQLite nobody else writes for that while, here 0.4 s."""
LONGEST_TEXT: Final = 500
_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_MONTH: Final = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_RECEIPT: Final = frozenset(
    (
        "handoff",
        "id",
        "event",
        "at",
        "unit",
        "step",
        "reason",
        "materials",
        "amount",
        "first_month",
        "operator",
        "message",
    )
)
_BULK: Final = frozenset(("screenings", "policies", "priority"))
_LIST: Final = frozenset(("policies", "households", "priority", "after"))
_WITHDRAWAL: Final = frozenset(("reason",))
_ORDER: Final = frozenset(("screening", "results", "priority", "channel"))


class _Faults:
    """Gathers everything that is wrong, so that one answer names it all."""

    def __init__(self) -> None:
        self.found: list[FieldError] = []

    def add(self, field: str, said: str) -> None:
        self.found.append(FieldError(field, said))

    def unknown(self, given: Mapping[str, Any], known: frozenset[str]) -> None:
        if not given.keys() <= known:
            self.add("", f"有不认识的项，请改正或删去；可以填：{'、'.join(sorted(known))}")

    def reject(self) -> None:
        if self.found:
            raise InvalidParameterError("请改正后重试。", self.found)


def read_order(given: Mapping[str, Any], principal: Principal) -> Order:
    """Read what *principal* hands over; raise InvalidParameterError."""
    faults = _Faults()
    faults.unknown(given, _ORDER)
    screening = _uuid(given.get("screening"))
    if screening is None:
        faults.add("screening", "请填筛查编号（保存筛查时得到的 id）")
    results = given.get("results")
    picks: list[Pick] = []
    if not isinstance(results, list) or not 1 <= len(results) <= MOST_PICKS:
        faults.add(
            "results", f'请填要转交的结果，1至{MOST_PICKS}项，如 [{{"policy": "longevity-allowance", "member": "1"}}]'
        )
        results = []
    for place, item in enumerate(results):
        policy, member = (item.get("policy"), item.get("member")) if isinstance(item, dict) else (None, None)
        if not isinstance(policy, str) or not (member is None or isinstance(member, str)):
            faults.add(f"results[{place}]", "请填政策代码 policy；按人享受的，还要填人口编号 member，都是文本")
        else:
            picks.append(Pick(policy, member))
    priority, channel = _read_priority(given, faults), given.get("channel", CHANNELS[0])
    if channel not in CHANNELS:
        faults.add("channel", f"应为 {_choices(CHANNEL_LABELS)}")
    faults.reject()
    return Order(
        screening=screening or "",
        picks=tuple(dict.fromkeys(picks)),
        priority=priority,
        channel=str(channel),
        operator=principal.name,
        made_by=principal.id,
    )


def read_bulk_order(given: Mapping[str, Any], codes: Container[str]) -> BulkOrder:
    """Read which screenings are handed over; *codes* are those of the policies.  Raise InvalidParameterError."""
    faults = _Faults()
    faults.unknown(given, _BULK)
    listed, screenings = given.get("screenings"), []
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_SCREENINGS:
        faults.add("screenings", f"请填筛查编号的列表，1至{MOST_SCREENINGS}项")
        listed = []
    for place, item in enumerate(listed):
        id = _uuid(item)
        if id is None:
            faults.add(f"screenings[{place}]", "请填筛查编号（保存筛查时得到的 id）")
        else:
            screenings.append(id)
    policies, priority = _read_policies(given, codes, faults), _read_priority(given, faults)
    faults.reject()
    return BulkOrder(tuple(dict.fromkeys(screenings)), policies, priority)


def read_list_order(given: Mapping[str, Any], codes: Container[str]) -> ListOrder:
    """Read what of a list is handed over; *codes* are those of the policies.  Raise InvalidParameterError."""
    faults = _Faults()
    faults.unknown(given, _LIST)
    policies, priority = _read_policies(given, codes, faults), _read_priority(given, faults)
    households = given.get("households")
    if households is not None and not (
        isinstance(households, list)
        and 1 <= len(households) <= MOST_HOUSEHOLDS
        and all(isinstance(one, str) and 1 <= len(one) <= LONGEST_TEXT for one in households)
    ):
        faults.add("households", f"应为户编号的列表，1至{MOST_HOUSEHOLDS}户；不填为名单中的全部")
    after = given.get("after")
    if after is not None and not (isinstance(after, int) and not isinstance(after, bool) and 0 <= after < 2**31):
        faults.add("after", "应为上一次答复中的 next；第一次不填")
    faults.reject()
    chosen = None if households is None else frozenset(households)
    return ListOrder(policies, chosen, priority, -1 if after is None else after)


def _read_policies(given: Mapping[str, Any], codes: Container[str], faults: _Faults) -> frozenset[str] | None:
    """Return the policies asked for, None for all."""
    policies = given.get("policies")
    if policies is None:
        return None
    if isinstance(policies, list) and policies and all(isinstance(code, str) and code in codes for code in policies):
        return frozenset(policies)
    faults.add("policies", "应为政策代码的列表，见 /v1/policies；不填为全部符合的")
    return None


def _read_priority(given: Mapping[str, Any], faults: _Faults) -> str:
    priority = given.get("priority", PRIORITIES[0])
    if priority not in PRIORITIES:
        faults.add("priority", f"应为 {_choices(PRIORITY_LABELS)}")
    return str(priority)


def read_reason(given: Mapping[str, Any]) -> str:
    """Read why a case is taken back; raise InvalidParameterError."""
    faults = _Faults()
    faults.unknown(given, _WITHDRAWAL)
    reason = given.get("reason")
    if not _is_text(reason):
        faults.add("reason", f"请写明撤回的原因，1至{LONGEST_TEXT}个字")
    faults.reject()
    return str(reason)


def read_receipt(given: Mapping[str, Any]) -> tuple[str | None, Told]:
    """Read a receipt; return the hand-off that it names, if any, and the receipt.  Raise InvalidParameterError."""
    faults, said = _Faults(), given
    faults.unknown(said, _RECEIPT)
    handoff = _uuid(said.get("handoff"))
    if "handoff" in said and handoff is None:
        faults.add("handoff", "不是转交件的编号")
    id, at = said.get("id"), _moment(said.get("at"))
    event = next((one for one in Event if one == said.get("event")), None)
    if not (isinstance(id, str) and _ID.fullmatch(id)):
        faults.add("id", "请填回执编号：1至64个字母、数字或 . _ : -，同一件的各回执不重复")
    if event is None:
        faults.add("event", f"应为 {'、'.join(f'{one}（{one.label}）' for one in Event)} 之一")
    if at is None:
        faults.add("at", "请填发生的时间，带时区，如 2026-11-25T10:00:00+08:00")
    _check_words(said, event, faults)
    faults.reject()
    assert isinstance(id, str)
    assert event is not None
    assert at is not None
    receipt = Receipt(id, event, at, said.get("unit"), said.get("step"))
    return handoff, Told(receipt, {key: value for key, value in said.items() if key != "handoff"})


def _check_words(said: Mapping[str, Any], event: Event | None, faults: _Faults) -> None:
    for key, label in (
        ("unit", "单位代码"),
        ("step", "办理环节"),
        ("operator", "经办人代号"),
        ("reason", "理由"),
        ("message", "说明"),
    ):
        value = said.get(key)
        if value is not None and not _is_text(value):
            faults.add(key, f"{label}应为1至{LONGEST_TEXT}个字的文本")
    needed = {Event.TRANSFERRED: ("unit", "转办要填接办单位的代码"), Event.STEP: ("step", "办理环节要填环节的名称")}
    needed |= dict.fromkeys((Event.RETURNED, Event.REFUSED), ("reason", "退回和不同意要写明理由"))
    needed[Event.CORRECTION] = ("materials", "补正要列出所缺的材料")
    if event in needed and not said.get(needed[event][0]):
        faults.add(*needed[event])
    materials = said.get("materials")
    if materials is not None and not (
        isinstance(materials, list) and 1 <= len(materials) <= 50 and all(map(_is_text, materials))
    ):
        faults.add("materials", "应为材料名称的列表，1至50项")
    amount = said.get("amount")
    if amount is not None and not (
        isinstance(amount, dict)
        and amount.keys() == {"value", "unit"}
        and type(amount["value"]) in (int, float)
        and 0 <= amount["value"] <= 10**9
        and isinstance(amount["unit"], str)
        and len(amount["unit"]) <= 20
    ):
        faults.add("amount", '应为 {"value": 数额, "unit": "元/月"}，数额不小于0')
    month = said.get("first_month")
    if month is not None and not (isinstance(month, str) and _MONTH.fullmatch(month)):
        faults.add("first_month", "应为起始月份，如 2026-12")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= LONGEST_TEXT and "\0" not in value


def _choices(labels: Mapping[str, str]) -> str:
    return "、".join(f"{code}（{label}）" for code, label in labels.items())


def _uuid(value: object) -> str | None:
    try:
        return str(UUID(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def _moment(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
    except ValueError:
        at = None
    return at if at is not None and at.tzinfo is not None and 2018 <= at.year <= 9000 else None
