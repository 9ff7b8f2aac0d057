"""What the statements about one household mean together.

What ID numbers, certificates and region codes prove is filled in; statements that
cannot all be true are faults.  A doubt about a number is only ever a warning.
"""

import re
from datetime import date
from functools import lru_cache
from typing import Any, Final

from app.findings import Findings
from app.identity import Certificate, IdNumber, region_warning
from app.messages import Location, title
from app.regions import is_local, township_warning
from app.rules.evaluate import completed_years
from app.screening import Facts, Profile
from app.wire import OLDEST
from policies.facts import DisabilityCategory, DisabilityGrade

_NO_CATEGORY: Final = DisabilityCategory.NONE.value
_NO_GRADE: Final = DisabilityGrade.NONE.value
_HOUSEHOLD: Final = ("household",)
_MEMBERS: Final = ("household", "members")
_MEND: Final = "请核对后改正"


def settle(household: Facts, day: date | None, home: str, found: Findings) -> Profile:
    """Return the profile of *household*, the values of a request's model, which are taken over.

    Without a *day*, because the one stated cannot be read, what depends on it is left unchecked.
    """
    reference, region_code = household.pop("reference"), household.pop("region_code")
    people = tuple(map(vars, household.pop("members")))
    if region_code is not None:
        _locate(household, region_code, home, found)
    holders: dict[str, int] = {}
    references = []
    for position, person in enumerate(people):
        references.append(person.pop("reference") or str(position + 1))
        id_number, certificate = person.pop("id_number"), person.pop("disability_certificate")
        birth_source = "birth_date"
        if id_number is not None or certificate is not None:
            here = (*_MEMBERS, position)
            birth_source = _prove(person, id_number, certificate, here, found)
            _check_holder(id_number or certificate.id, holders, (*here, birth_source), found)
        _settle_disability(person, position, found)
        if day is not None and person["birth_date"] is not None:
            _check_age(person, day, position, birth_source, found)
    if len(set(references)) < len(references):
        _check_references(references, found)
    return Profile(household, people, tuple(references), reference)
