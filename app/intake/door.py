"""The door: a request as it was sent in, a profile that every reader can trust out.

Everything that cannot be right about a request is said at once.  ID numbers and
disability certificates are read here and go no further; the facts that they prove do.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import jiter
from pydantic import BaseModel, ValidationError

from app.errors import FieldError
from app.intake.findings import Findings, RejectedError
from app.intake.messages import Fault
from app.intake.request import MOST_MEMBERS, MOST_POLICIES, HouseholdRequest, MemberRequest, ScreeningRequest
from app.intake.settling import settle
from app.intake.wire import LONGEST_TEXT
from app.rules import Amount, Entity, When
from app.rules.amount import in_unit
from app.rules.expressions import vocabulary
from app.rules.horizon import anniversary
from app.screening import Facts, Profile
from policies.facts import Household, Person

__all__ = ["FieldError", "RejectedError", "Submission", "read_document", "read_household", "read_submission", "stated"]

FIRST_DAY: Final = date(2018, 1, 1)
YEARS_AHEAD: Final = 10
LARGEST_BODY: Final = 256 * 1024
"""Several times a household of 30 members with every fact stated."""

_READ: Final = ScreeningRequest.__pydantic_validator__.validate_python
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_WHERE: Final = re.compile(r"at line ([0-9]+) column ([0-9]+)$")
# Beyond this many mistakes it is not a household with slips, and naming them costs more than it helps.
_HOPELESS: Final = 2000


@dataclass(frozen=True)
class Submission:
    """A request that was accepted.

    *given* is its household in the wire's form, without ID numbers and certificates
    but with what they prove: `read_household` makes the same profile of it again.
    """

    profile: Profile
    day: date
    only: frozenset[str] | None
    store: bool
    warnings: tuple[FieldError, ...]
    given: dict[str, Any]
    region_code: str | None = None


def read_submission(body: bytes, *, today: date, home: str, codes: Collection[str]) -> Submission:
    """Read the body of a request; *home* is our region's code, *codes* are those of our policies."""
    return read_document(parse(body), today=today, home=home, codes=codes)


def read_document(data: object, *, today: date, home: str, codes: Collection[str]) -> Submission:
    """Read a request from JSON already parsed."""
    request, faults = _checked(data)
    found = Findings(data, faults)
    household = vars(request.household)
    region_code, local = household["region_code"], household["local"]
    day = _day(request, today, found)
    only = _only(request, codes, found)
    profile = settle(household, day, home, found)
    found.reject()
    assert day is not None, "a day that cannot be read is a fault"
    stored = request.store is not False
    given = stated(profile, region_code, local) if stored else {}
    return Submission(profile, day, only, stored, tuple(found.warnings), given, region_code)


def read_household(data: Mapping[str, Any], *, day: date, home: str) -> tuple[Profile, tuple[FieldError, ...]]:
    """Read one household as it stands on *day*; return its profile and the warnings."""
    request = {"household": dict(data)}
    checked, faults = _checked(request)
    found = Findings(request, faults)
    profile = settle(vars(checked.household), day, home, found)
    found.reject()
    return profile, tuple(found.warnings)


# ── bytes ──────────────────────────────────────────────────────────────────


def parse(body: bytes, most: int = LARGEST_BODY) -> object:
    """Return what a request's bytes say, up to *most*; raise RejectedError."""
    if len(body) > most:
        raise RejectedError([FieldError("", f"请求太大，应在{most // 1024}KB以内")])
    try:
        return jiter.from_json(
            body.removeprefix(_BYTE_ORDER_MARK),
            catch_duplicate_keys=True,
            allow_inf_nan=False,
            cache_mode="keys",  # the parser's cache outlives the request, and values are personal
        )
    except ValueError as error:
        said = str(error)
    # Outside `except`: the parser's words may quote the request, and a chained error would carry them on.
    raise _refusal(body, said)


def _refusal(body: bytes, said: str) -> RejectedError:
    """Return what to say of a body that the parser refused: the kind of mistake and its place."""
    found = _WHERE.search(said)
    near = f"（第{found[1]}行第{found[2]}字节附近）" if found else ""
    if said.startswith("Detected duplicate key"):
        return RejectedError([FieldError("", f"同一对象里有重复的项，请只留一个{near}")])
    if said.startswith("recursion limit"):
        return RejectedError([FieldError("", f"括号嵌套太深，请核对请求的结构{near}")])
    if said.startswith("number out of range"):
        return RejectedError([FieldError("", f"数字太大，请核对{near}")])
    if not body.removeprefix(_BYTE_ORDER_MARK).strip():
        said = "请求是空的，请填写要筛查的家庭"
    elif not _is_utf8(body):
        said = "请求不是 UTF-8 编码，请改用 UTF-8（不是 GBK 或 UTF-16）"
    else:
        said = f"请求不是正确的 JSON，请核对引号、逗号和括号；数字不能是 NaN 或 Infinity{near}"
    return RejectedError([FieldError("", said)], malformed=True)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


# ── values, one by one ─────────────────────────────────────────────────────


def _checked(data: object) -> tuple[ScreeningRequest, list[Fault]]:
    """Return the request as far as its values can be read, and what is wrong with the others."""
    faults: list[Fault] = []
    for _ in range(4):  # a key that is no text hides the mistakes beside it from the first reading
        try:
            return _READ(data), faults
        except ValidationError as refused:
            found = refused
        if found.error_count() > _HOPELESS:
            break
        faults += (Fault(error["loc"], error) for error in found.errors(include_url=False, include_context=False))
        data = _without(data, faults)
    raise RejectedError([FieldError("", f"错误超过{_HOPELESS}处，请核对请求的结构")])


def _without(data: object, faults: list[Fault]) -> object:
    """Return a copy of the request without what cannot be read, as if it had not been said."""
    request = _known(data, ScreeningRequest)
    household = request["household"] = _known(request.get("household"), HouseholdRequest)
    members: Any = household.get("members")
    if not isinstance(members, list) or len(members) > MOST_MEMBERS:
        members = ()
    people = household["members"] = [_known(member, MemberRequest) for member in members] or [{}]
    for location, _ in faults:
        match location:
            case ("household", "members", int(position), str(key), *_) if position < len(people):
                people[position].pop(key, None)
            case ("household", str(key), *_) if key != "members":
                household.pop(key, None)
            case (str(key), *_) if key != "household":
                request.pop(key, None)
    return request


def _known(sent: object, model: type[BaseModel]) -> dict[str, Any]:
    return {key: sent[key] for key in model.model_fields if key in sent} if isinstance(sent, dict) else {}


def is_within_reach(day: date, today: date) -> bool:
    """Tell whether *today* one can screen for *day*."""
    return FIRST_DAY <= day <= anniversary(today, YEARS_AHEAD)


def _day(request: ScreeningRequest, today: date, found: Findings) -> date | None:
    """Return the day of the screening, or None when the one stated cannot be read."""
    day = request.as_of
    if day is None:
        return None if any(fault.location == ("as_of",) for fault in found.faults) else today
    if not is_within_reach(day, today):
        found.fault(("as_of",), f"筛查日期应在{FIRST_DAY}至今后{YEARS_AHEAD}年之间")
    return day


def _only(request: ScreeningRequest, codes: Collection[str], found: Findings) -> frozenset[str] | None:
    """Return the policies asked for; where one cannot be read, the others are checked all the same."""
    asked: Any = request.policies
    if asked is None and found.faults and isinstance(found.request, dict):
        asked = found.request.get("policies")
    if not isinstance(asked, list) or len(asked) > MOST_POLICIES:
        return None
    for position, code in enumerate(asked):
        if isinstance(code, str) and len(code) <= LONGEST_TEXT and code not in codes:
            found.fault(("policies", position), f"第{position + 1}个政策代码不在政策目录中，请核对")
    return None if request.policies is None else frozenset(request.policies)


# ── and back ───────────────────────────────────────────────────────────────


class _Writer:
    """Writes the facts of one entity as on the wire."""

    def __init__(self, entity: type[Entity]) -> None:
        facts = vocabulary(entity)
        self.in_parts = [(fact.key, fact.unit) for fact in facts if isinstance(fact, Amount) and fact.scale != 1]
        self.days = [fact.key for fact in facts if isinstance(fact, When)]

    def write(self, head: dict[str, Any], facts: Facts) -> dict[str, Any]:
        written = {**head, **{key: value for key, value in facts.items() if value is not None}}
        for key, unit in self.in_parts:
            if key in written:
                written[key] = in_unit(written[key], unit)
        for key in self.days:
            if key in written:
                written[key] = written[key].isoformat()
        return written


_HOUSEHOLD, _PERSON = _Writer(Household), _Writer(Person)


def stated(profile: Profile, region_code: str | None, local: bool | None) -> dict[str, Any]:
    """Return the household of *profile* as the wire writes it, *local* only if it was stated."""
    head = {"reference": profile.reference, "region_code": region_code}
    given = _HOUSEHOLD.write({key: value for key, value in head.items() if value is not None}, profile.facts)
    if local is None:
        given.pop("local", None)
    people = zip(profile.references, profile.members, strict=True)
    given["members"] = [_PERSON.write({"reference": reference}, facts) for reference, facts in people]
    return given
