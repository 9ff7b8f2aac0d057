"""The door: a request as it was sent in, a profile that every reader can trust out.

Everything that cannot be right about a request is said at once.  ID numbers and
disability certificates are read here and go no further; the facts that they prove do.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

import jiter
from pydantic import ValidationError

from app.identity import Certificate, IdNumber, region_warning
from app.messages import Fault, Location, path, title, word
from app.regions import is_local, township_warning
from app.request import MOST_POLICIES, ScreeningRequest
from app.rules import Amount, Entity, When
from app.rules.amount import in_unit
from app.rules.evaluate import completed_years
from app.rules.expressions import vocabulary
from app.screening import Facts, Profile
from app.wire import OLDEST
from policies.facts import Household, Person

FIRST_DAY: Final = date(2018, 1, 1)
YEARS_AHEAD: Final = 10
MOST_ERRORS: Final = 50
LARGEST_BODY: Final = 256 * 1024
"""Several times a household of 30 members with every fact stated."""

_READ: Final = ScreeningRequest.__pydantic_validator__.validate_python
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_WHERE: Final = re.compile(r"at line ([0-9]+) column ([0-9]+)$")
# Beyond this many mistakes it is not a household with slips, and naming them costs more than it helps.
_HOPELESS: Final = 2000
_EMPTY: Final = {"household": {"members": [{}]}}


class FieldError(NamedTuple):
    """What to mend: where, empty for the request as a whole, and what to do."""

    field: str
    message: str


class RejectedError(ValueError):
    """A request that cannot be right; *malformed* when it is no JSON at all."""

    def __init__(self, errors: Collection[FieldError], *, malformed: bool = False) -> None:
        super().__init__("；".join(error.message for error in errors))
        self.errors = tuple(errors)
        self.malformed = malformed


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


def read_submission(body: bytes, *, today: date, home: str, codes: Collection[str]) -> Submission:
    """Read the body of a request; *home* is our region's code, *codes* are those of our policies."""
    return read_document(_parse(body), today=today, home=home, codes=codes)


def read_document(data: object, *, today: date, home: str, codes: Collection[str]) -> Submission:
    """Read a request from JSON already parsed."""
    request, faults = _checked(data)
    found = _Findings(data, faults)
    day: date | None = request.as_of or today
    if request.as_of is not None and not FIRST_DAY <= request.as_of <= _years_after(today, YEARS_AHEAD):
        found.fault(("as_of",), f"筛查日期应在{FIRST_DAY}至今后{YEARS_AHEAD}年之间")
    if any(fault.location == ("as_of",) for fault in faults):
        day = None
    if request.policies is not None or faults:
        _check_policies(data, codes, found)
    region_code, local = request.household.region_code, request.household.local
    profile = _settle(vars(request.household), day, home, found)
    found.reject()
    assert day is not None, "a day that cannot be read has been rejected"
    only = None if request.policies is None else frozenset(request.policies)
    given = _given(profile, region_code, local)
    return Submission(profile, day, only, request.store is not False, tuple(found.warnings), given)


def read_household(data: Mapping[str, Any], *, day: date, home: str) -> tuple[Profile, tuple[FieldError, ...]]:
    """Read one household as it stands on *day*; return its profile and the warnings."""
    request = {"household": dict(data)}
    checked, faults = _checked(request)
    found = _Findings(request, faults)
    profile = _settle(vars(checked.household), day, home, found)
    found.reject()
    return profile, tuple(found.warnings)


# ── from bytes to values ───────────────────────────────────────────────────


def _parse(body: bytes) -> object:
    if len(body) > LARGEST_BODY:
        raise RejectedError([FieldError("", f"请求太大，应在{LARGEST_BODY // 1024}KB以内")])
    try:
        return jiter.from_json(body.removeprefix(_BYTE_ORDER_MARK), catch_duplicate_keys=True, allow_inf_nan=False)
    except ValueError as error:
        said = str(error)
    # Outside `except`: the parser's own words may quote the request, and a chained error would carry them on.
    raise _unreadable(body, said)


def _unreadable(body: bytes, said: str) -> RejectedError:
    """Return what to say of a body that the parser refused; only its kind and its place are told."""
    found = _WHERE.search(said)
    near = f"（第{found[1]}行第{found[2]}列附近）" if found else ""
    if said.startswith("Detected duplicate key"):
        return RejectedError([FieldError("", f"同一对象里有重复的项，请只留一个{near}")])
    if said.startswith("recursion limit"):
        return RejectedError([FieldError("", f"括号嵌套太深，请核对请求的结构{near}")])
    if said.startswith("number out of range"):
        return RejectedError([FieldError("", f"数字太大，请核对{near}")])
    if not body.strip():
        message = "请求是空的，请填写要筛查的家庭"
    elif not _is_utf8(body):
        message = "请求不是 UTF-8 编码，请改用 UTF-8（不是 GBK 或 UTF-16）"
    else:
        message = f"请求不是正确的 JSON，请核对引号、逗号和括号；数字不能是 NaN 或 Infinity{near}"
    return RejectedError([FieldError("", message)], malformed=True)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _checked(data: object) -> tuple[ScreeningRequest, list[Fault]]:
    """Read every value by itself; return those that can be read, and what is wrong with the others."""
    faults: list[Fault] = []
    for _ in range(4):  # a key in broken UTF-8 hides the mistakes beside it from the first reading
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
    request = known_keys(data, 0)
    household = request["household"] = known_keys(request.get("household"), 1)
    members = household.get("members")
    counted = isinstance(members, list) and 0 < len(members) <= MOST_MEMBERS
    household["members"] = [known_keys(member, 3) for member in members] if counted else [{}]
    for location, _ in faults:
        match location:
            case ("household", "members", int(position), str(key), *_) if position < len(household["members"]):
                household["members"][position].pop(key, None)
            case ("household", str(key), *_) if key != "members":
                household.pop(key, None)
            case (str(key), *_) if key != "household":
                request.pop(key, None)
    return request


# ── what values mean together ──────────────────────────────────────────────


class _Findings:
    """What is found wrong or doubtful about one request."""

    def __init__(self, request: object, faults: list[Fault]) -> None:
        self.request = request
        self.faults = faults
        self.warnings: list[FieldError] = []

    def fault(self, location: Location, said: str) -> None:
        self.faults.append(Fault(location, said))

    def warn(self, location: Location, said: str | None) -> None:
        if said is not None:
            self.warnings.append(FieldError(path(location), said))

    def reject(self) -> None:
        """Refuse the request if anything is wrong, in the order in which it was written."""
        if self.faults:
            places = document_order(self.request, [fault.location for fault in self.faults])
            ordered = [fault for _, fault in sorted(zip(places, self.faults, strict=True), key=itemgetter(0))]
            raise RejectedError([FieldError(*word(fault, self.request)) for fault in ordered[:MOST_ERRORS]])
