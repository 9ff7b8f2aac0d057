"""What is wanted of a new client, read and checked."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from app.errors import FieldError, InvalidParameterError
from app.regions import RegionError, lies_in, read_region_code, significant
from app.security.roles import Role

DAYS: Final = 365
"""For how long a key is good unless said otherwise: one that was lost and forgotten ends by itself."""
MOST_DAYS: Final = 3650
LONGEST_NAME: Final = 60
FIELDS: Final = ("name", "role", "region_code", "unit", "expires_on", "quota")
MOST_UNITS: Final = 10**9
_INVISIBLE: Final = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_TOWNSHIP_DIGITS: Final = 9

LOCAL: Final = tuple(role for role in Role if role.is_local)


@dataclass(frozen=True)
class Application:
    """What a new client is to be."""

    name: str
    role: Role
    region_code: str | None
    expires_on: date
    """The last day, in China, on which its key is good."""
    unit: str | None = None
    """The code of the handling unit whose cases alone it sees."""
    quota: int | None = None
    """Units an hour, in place of its role's; 0 is without limit."""

    def placed(self, region_code: str | None) -> "Application":
        """Return it bound to *region_code*."""
        return replace(self, region_code=region_code)


def read_application(given: Mapping[str, Any], *, home: str, today: date) -> Application:
    """Read what is wanted of a new client; raise InvalidParameterError, which names each field."""
    faults: list[FieldError] = [
        FieldError("", f"只能填 {'、'.join(FIELDS)}") for unknown in given if unknown not in FIELDS
    ][:1]

    def fault(field: str, message: str) -> None:
        faults.append(FieldError(field, message))

    name = given.get("name")
    if not isinstance(name, str) or not is_name(name):
        fault("name", f"应为1至{LONGEST_NAME}个字的名称，如“乌衣镇民政办”，不能含换行等看不见的字符")
    role = given.get("role")
    if role not in tuple(Role):
        fault("role", f"应为 {'、'.join(f'{each}（{each.label}）' for each in Role)} 之一")
    region_code = None
    try:
        region_code = bound_region(given.get("region_code"), role, home)
    except RegionError as error:
        fault("region_code", str(error))
    unit = None
    try:
        unit = bound_unit(given.get("unit"), role)
    except UnitError as error:
        fault("unit", str(error))
    expires_on = given.get("expires_on")
    last = today + timedelta(days=DAYS)
    if expires_on is not None:
        found = _day(expires_on)
        if found is None or not today <= found <= today + timedelta(days=MOST_DAYS):
            fault("expires_on", f"应为“年-月-日”，自今天起{MOST_DAYS}天以内")
        else:
            last = found
    quota = given.get("quota")
    if not is_quota(quota):
        fault("quota", QUOTA)
    if faults:
        raise InvalidParameterError("请按 errors 中的说明改正后重试。", faults)
    return Application(str(name).strip(), Role(str(role)), region_code, last, unit, quota)


QUOTA: Final = f"应为每小时的次数，0至{MOST_UNITS}的整数，0为不限；不填按角色"


def is_quota(given: object) -> bool:
    """Tell whether *given* is a number of units, or nothing."""
    return given is None or (type(given) is int and 0 <= given <= MOST_UNITS)


def is_name(name: str) -> bool:
    """Tell whether *name* can be shown: not too long, and nothing in it that cannot be seen."""
    shown = name.strip()
    return 0 < len(shown) <= LONGEST_NAME and not any(
        unicodedata.category(character) in _INVISIBLE for character in shown
    )


def bound_region(given: object, role: object, home: str) -> str | None:
    """Read the area to which a client of *role* is bound; raise RegionError, whose message says what to give."""
    if given is None:
        if role in LOCAL:
            raise RegionError("村干部和镇（街道）要写明行政区划代码：村（社区）12位，镇（街道）9位")
        return None
    code = _code(given)
    if not code or not lies_in(code, home):
        raise RegionError(f"应为本区（{home}）内的行政区划代码：村（社区）12位，镇（街道）9位，区6位")
    if role in LOCAL and len(significant(code)) < _TOWNSHIP_DIGITS:
        raise RegionError("村干部和镇（街道）应绑定村（社区）或镇（街道），代码为12位或9位")
    return code


def _code(given: object) -> str:
    try:
        return read_region_code(given) if isinstance(given, str) else ""
    except RegionError:
        return ""


class UnitError(ValueError):
    """A client cannot be bound to this unit; the message says what to do."""


def bound_unit(given: object, role: object) -> str | None:
    """Return the handling unit to which a client of *role* is bound; raise UnitError."""
    if given is None:
        if role == Role.UNIT:
            raise UnitError("办理单位的密钥要写明单位代码，见单位目录（/v1/units），如 civil-affairs")
        return None
    # Who binds no key to a unit does not pay for the policies' import.
    from policies.units import UNITS

    if given not in [unit.code for unit in UNITS]:
        raise UnitError("应为单位目录（/v1/units）中的单位代码，如 civil-affairs（区民政局）")
    if role in tuple(Role) and not Role(str(role)).may_have_unit:
        raise UnitError("只有区级单位、办理单位和一门受理平台的密钥可以限定单位")
    return str(given)


def _day(given: object) -> date | None:
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given) if isinstance(given, str) and len(given) == 10 else None
    except ValueError:
        return None
