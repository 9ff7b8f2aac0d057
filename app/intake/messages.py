"""What is wrong with a request, in Chinese: which field, and what to do.

No message carries a value that was sent, nor a key that the caller invented: messages
end up in answers, in logs and on screens that others see.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final, NamedTuple, TypeAlias

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from app.intake.request import MOST_MEMBERS, MOST_POLICIES, HouseholdRequest, MemberRequest, ScreeningRequest
from app.intake.wire import LONGEST_TEXT, REFUSED
from app.rules import Choice
from app.rules.expressions import vocabulary
from policies.facts import Household, Person

Location: TypeAlias = tuple[str | int, ...]
"""The way to a value: `("household", "members", 0, "sex")`."""

# The models by how deep they lie: the request, its household, a member.
_MODELS: Final[Mapping[int, type[BaseModel]]] = {0: ScreeningRequest, 1: HouseholdRequest, 3: MemberRequest}
_INSIDE: Final = {0: "请求的最外层", 1: "household", 3: "household.members 的成员"}
_TITLES: Final[Mapping[int, Mapping[str, str]]] = {
    depth: {key: field.title or key for key, field in model.model_fields.items()} for depth, model in _MODELS.items()
}
_CHOICES: Final = {
    (depth, fact.key): fact
    for depth, entity in ((1, Household), (3, Person))
    for fact in vocabulary(entity)
    if isinstance(fact, Choice)
}
_WORDS: Final[Mapping[str, str]] = {
    "bool_type": "请填 true（是）或 false（否），不加引号；不清楚就不填",
    "string_type": "请填文本，两边加引号",
    "string_too_long": f"太长，最多{LONGEST_TEXT}个字",
    "string_unicode": "含有无法识别的字符，请删去",
    "missing": "必须填写",
    "model_type": "请写成对象，即 {…}",
    "list_type": "请写成列表，即 […]",
}
_COUNTS: Final = {"members": f"应有1至{MOST_MEMBERS}人", "policies": f"应有1至{MOST_POLICIES}项"}


class Fault(NamedTuple):
    """Something wrong: where, and words for it, or pydantic's account of it."""

    location: Location
    account: str | ErrorDetails


def path(location: Location) -> str:
    """Return a location as people write it: `household.members[0].sex`; empty for the whole request."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).removeprefix(".")


def title(location: Location) -> str:
    """Return what Chinese calls the field at *location*."""
    if not location:
        return "请求"
    last = location[-1]
    if isinstance(last, int):
        return f"第{last + 1}位家庭成员" if "members" in location else f"第{last + 1}个政策代码"
    return _TITLES[len(location) - 1][last]


def word(fault: Fault, request: Any) -> tuple[str, str]:
    """Return the path of what to mend in *request*, and the words."""
    location, account = fault
    if isinstance(account, str):
        return path(location), account
    if account["type"] == "invalid_key":
        return path(location[:-1]), "各项的名称须是文本，请改正或删去"
    if account["type"] == "extra_forbidden":
        return path(location[:-1]), _unknown(location, request)
    said = _words(location, account)
    called = title(location)
    return path(location), said if said.startswith(called) else f"{called}：{said}"


def _words(location: Location, account: ErrorDetails) -> str:
    kind = account["type"]
    if kind == REFUSED:
        return account["msg"]
    if kind == "literal_error":
        return _codes(_CHOICES[len(location) - 1, str(location[-1])], account["input"])
    if kind in ("too_short", "too_long"):
        return _COUNTS[str(location[-1])]
    return _WORDS.get(kind, "填写有误，请核对")


def _codes(fact: Choice[Any], sent: Any) -> str:
    """Return the codes of a choice, and the likely slip: its Chinese words, or a bare number."""
    listed = "、".join(f"{option.value}（{option.label}）" for option in fact.options)
    if not isinstance(sent, str):
        return f"请填以下代码之一，两边加引号：{listed}"
    if any(sent in option.label for option in fact.options) and sent:
        return f"请填代码，不要填中文：{listed}"
    return f"请填以下代码之一：{listed}"


def _unknown(location: Location, request: Any) -> str:
    """Return words for a key that is not in the dictionary: its place, and one of ours that it may stand for."""
    holder = request
    for part in location[:-1]:
        holder = holder[part]
    key, depth = location[-1], len(location) - 1
    said = f"有不认识的项（第{list(holder).index(key) + 1}项），请改正或删去"
    if not isinstance(key, str) or len(key) > LONGEST_TEXT:
        return said
    for other, titles in _TITLES.items():
        if key in titles:
            return f"{said}；“{titles[key]}”应填在{_INSIDE[other]}里"
    titles = _TITLES[depth]
    meant = [known for known, label in titles.items() if label == key]
    meant += get_close_matches(key.lower().replace("-", "_"), titles, 1, 0.8)
    return f"{said}；可能应为 {meant[0]}（{titles[meant[0]]}）" if meant else said
