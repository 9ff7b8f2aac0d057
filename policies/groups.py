"""The groups of people that the policies speak of, each defined once.

A name ending in `_HOUSEHOLD` is the same group asked of a whole household:
the household is in it, or any of its members is.
"""

from app.rules import Proposition, any_member, any_of, group
from policies.facts import (
    Assistance,
    ChildProtection,
    DisabilityGrade,
    Household,
    Person,
    PovertyRegistration,
    Tekun,
)

_TEKUN: Proposition = Person.tekun.is_(Tekun.DISPERSED, Tekun.INSTITUTIONAL)
_DIBAO_FAMILY: Proposition = Household.assistance.is_(Assistance.DIBAO)

DIBAO = group("低保对象", any_of(_DIBAO_FAMILY, Person.single_dibao))
DIBAO_HOUSEHOLD = group("低保家庭", any_of(_DIBAO_FAMILY, any_member(Person.single_dibao)))

TEKUN = group("特困人员", _TEKUN, "五保户", "五保供养对象")
TEKUN_HOUSEHOLD = group("特困人员家庭", any_member(_TEKUN), "五保户")

REGISTERED = group(
    "建档立卡人口",
    Household.poverty_registration.is_(
        PovertyRegistration.REGISTERED,
        PovertyRegistration.LIFTED,
        PovertyRegistration.MONITORED,
    ),
    "脱贫人口",
    "防止返贫监测对象",
)

DISABLED = group(
    "持证残疾人",
    Person.disability_grade.is_(
        DisabilityGrade.FIRST,
        DisabilityGrade.SECOND,
        DisabilityGrade.THIRD,
        DisabilityGrade.FOURTH,
    ),
)
DISABLED_HOUSEHOLD = group("有持证残疾人的家庭", any_member(DISABLED))

SEVERE = group(
    "重度残疾人",
    Person.disability_grade.is_(DisabilityGrade.FIRST, DisabilityGrade.SECOND),
)

OTHER_LOW_INCOME = group(
    "低保边缘或其他低收入家庭",
    Household.assistance.is_(Assistance.MARGINAL, Assistance.LOW_INCOME),
)
LOW_INCOME = group("低收入人口", any_of(DIBAO, TEKUN, REGISTERED, OTHER_LOW_INCOME))
LOW_INCOME_HOUSEHOLD = group(
    "低收入家庭",
    any_of(DIBAO_HOUSEHOLD, TEKUN_HOUSEHOLD, REGISTERED, OTHER_LOW_INCOME),
)

POOR = group("经济困难", any_of(LOW_INCOME, Household.hardship_certified))
POOR_HOUSEHOLD = group("经济困难家庭", any_of(LOW_INCOME_HOUSEHOLD, Household.hardship_certified))

CHILD_IN_DIFFICULTY = group(
    "困境儿童",
    Person.child_protection.is_(
        ChildProtection.ORPHAN,
        ChildProtection.UNATTENDED,
        ChildProtection.DIFFICULT,
    ),
)
