"""Who sees which cases: those of the area, and where a client is bound to a unit or is a platform, only its own."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, or_

from app.errors import ForbiddenError
from app.onewindow.directory import Directory
from app.onewindow.tables import Handoff
from app.regions import significant
from app.security.principal import Principal
from app.security.roles import Role

OWN_ONLY: Final = frozenset({Role.PLATFORM, Role.UNIT})
"""Who sees, bound to no unit, only what it handed over itself."""
_ANOTHERS: Final = "这个密钥只能查看本单位的工作清单，请核对单位代码。"


def conditions(principal: Principal, directory: Directory, day: date) -> list[ColumnElement[bool]]:
    """Return what must hold of a case that *principal* sees; nothing where it sees all."""
    found: list[ColumnElement[bool]] = []
    if principal.region_code is not None:
        found.append(under(principal.region_code))
    if principal.unit is not None:
        units = _units(principal.unit, directory, day)
        # Whoever had it first may follow where it went.
        own = (Handoff.unit.in_(units), Handoff.made_for.in_(units), Handoff.made_by == principal.id)
        found.append(or_(*own))
    elif principal.role in OWN_ONLY:
        found.append(Handoff.made_by == principal.id)
    return found


def sees(principal: Principal, directory: Directory, day: date, case: Handoff) -> bool:
    """Tell whether *principal* sees *case*."""
    if not principal.sees(case.region_code):
        return False
    if principal.unit is not None:
        units = _units(principal.unit, directory, day)
        return case.unit in units or case.made_for in units or case.made_by == principal.id
    return principal.role not in OWN_ONLY or case.made_by == principal.id


def check_unit(principal: Principal, code: str) -> None:
    """Raise ForbiddenError for the worklist of a unit other than that to which *principal* is bound."""
    if principal.unit is not None and principal.unit != code:
        raise ForbiddenError(_ANOTHERS)


def under(region: str) -> ColumnElement[bool]:
    """Return whether a case lies under *region*."""
    return Handoff.region_code.startswith(significant(region), autoescape=True)


def _units(code: str, directory: Directory, day: date) -> Sequence[str]:
    return directory.family(code, day) if code in directory else (code,)
