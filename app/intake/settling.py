"""What the statements about one household mean together.

What ID numbers, certificates and region codes prove is filled in; statements that
cannot all be true are faults.  A doubt about a region is only ever a warning.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final

from app.identity import Certificate, IdNumber, region_warning
from app.intake.findings import Findings
from app.intake.messages import title
from app.intake.wire import OLDEST
from app.regions import is_local, township_warning
from app.rules.evaluate import completed_years
from app.screening import Facts, Profile
from policies.facts import DisabilityCategory, DisabilityGrade

_NO_CATEGORY: Final = DisabilityCategory.NONE.value
_NO_GRADE: Final = DisabilityGrade.NONE.value


def settle(household: Facts, day: date | None, home: str, found: Findings) -> Profile:
    """Return the profile of *household*, the values of a request's model, which it takes over.

    Without a *day*, because the one stated cannot be read, what depends on it goes unchecked.
    """
    reference, region_code = household.pop("reference"), household.pop("region_code")
    people = tuple([vars(member) for member in household.pop("members")])
    if region_code is not None:
        _locate(household, region_code, home, found)
    references: list[str] = []
    holders: dict[str, int] = {}
    for position, person in enumerate(people):
        references.append(person.pop("reference") or str(position + 1))
        id_number, certificate = person.pop("id_number"), person.pop("disability_certificate")
        born_in = "birth_date"
        if id_number is not None or certificate is not None:
            if person["birth_date"] is None:
                born_in = "disability_certificate" if id_number is None else "id_number"
            _prove(person, id_number, certificate, position, holders, found)
        category, grade = person["disability_category"], person["disability_grade"]
        if category is None or grade is None:
            if category == _NO_CATEGORY or grade == _NO_GRADE:
                person["disability_category"], person["disability_grade"] = _NO_CATEGORY, _NO_GRADE
        elif (category == _NO_CATEGORY) is not (grade == _NO_GRADE) and certificate is None:
            said = "残疾等级与残疾类别矛盾：没有残疾人证时两项都填“无残疾人证”，有证时都按证填写"
            found.fault(_at(position, "disability_grade"), said)
        if day is not None and person["birth_date"] is not None:
            _check_age(person, day, position, born_in, found)
    if len(set(references)) < len(references):
        _check_references(references, found)
    return Profile(household, people, tuple(references), reference)


def _at(position: int, key: str) -> tuple[str | int, ...]:
    return "household", "members", position, key


# ── the household ──────────────────────────────────────────────────────────


def _locate(household: Facts, region_code: str, home: str, found: Findings) -> None:
    local, warning = _locality(region_code, home)
    found.warn(("household", "region_code"), warning)
    if household["local"] is None:
        household["local"] = local
    elif local is not None and household["local"] is not local:
        location = ("household", "local")
        found.fault(location, f"{title(location)}与行政区划代码不一致，请核对后改正其一")


@lru_cache(maxsize=4096)
def _locality(region_code: str, home: str) -> tuple[bool | None, str | None]:
    return is_local(region_code, home), township_warning(region_code)


def _check_references(references: Sequence[str], found: Findings) -> None:
    seen: dict[str, int] = {}
    for position, reference in enumerate(references):
        first = seen.setdefault(reference, position)
        if first != position:
            said = f"人口编号与第{first + 1}位家庭成员的重复，请改用不同的编号（不填时为顺序号）"
            found.fault(_at(position, "reference"), said)


# ── one member ─────────────────────────────────────────────────────────────


def _prove(
    person: Facts,
    id_number: IdNumber | None,
    certificate: Certificate | None,
    position: int,
    holders: dict[str, int],
    found: Findings,
) -> None:
    """Fill in what the numbers of a member prove, and check it against what is stated."""
    if certificate is not None:
        source = "disability_certificate"
        if id_number is not None and id_number.number != certificate.id.number:
            said = "残疾人证号的前18位与身份证号码不一致，请核对后改正其一"
            found.fault(_at(position, source), said)
        _fill(person, "disability_category", certificate.disability_category, source, position, found)
        _fill(person, "disability_grade", certificate.disability_grade, source, position, found)
    if id_number is not None:
        source, number = "id_number", id_number
    else:
        assert certificate is not None
        number = certificate.id
    _fill(person, "birth_date", number.birth_date, source, position, found)
    _fill(person, "sex", number.sex, source, position, found)
    found.warn(_at(position, source), region_warning(number.region))
    first = holders.setdefault(number.number, position)
    if first != position:
        found.fault(_at(position, source), f"{title(_at(position, source))}与第{first + 1}位家庭成员的相同，请核对")


def _fill(person: Facts, key: str, proved: Any, source: str, position: int, found: Findings) -> None:
    if person[key] is None:
        person[key] = proved
    elif person[key] != proved:
        stated, proof = title(_at(position, key)), title(_at(position, source))
        found.fault(_at(position, key), f"{stated}与{proof}不一致，请核对后改正其一")


def _check_age(person: Facts, day: date, position: int, born_in: str, found: Findings) -> None:
    """Check the birth date, stated or proved in the field *born_in*, and the age stated beside it."""
    years = completed_years(person["birth_date"], day)
    if years < 0:
        found.fault(_at(position, born_in), "出生日期晚于筛查日期，请核对")
    elif years > OLDEST:
        found.fault(_at(position, born_in), f"按出生日期，筛查当日已超过{OLDEST}周岁，请核对")
    elif person["age"] is not None and person["age"] != years:
        found.fault(_at(position, "age"), "年龄与按出生日期算到筛查当日的周岁不一致，请核对后改正其一")
