"""农村留守儿童关爱保护：不满16周岁的农村留守儿童，由村、镇关爱保护。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure, condition
from policies.documents import PLAN
from policies.facts import Person
from policies.units import SOCIAL_SERVICES_SECTION

GRANT = PLAN.quote("二(五)2", "农村留守儿童关爱保护")

POLICY = Policy(
    code="left-behind-child-care",
    title="农村留守儿童关爱保护",
    subject=Person,
    section=SOCIAL_SERVICES_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.SERVICE,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("未满16周岁", Person.age < 16, GRANT),
        condition("农村留守儿童", Person.left_behind, GRANT),
    ),
    entitlement=Entitlement("关爱保护服务"),
    procedure=Procedure(
        steps=("向村（社区）或镇（街道）说明情况", "落实关爱保护"),
        materials=("户口簿",),
        where="居住地村（社区）或镇便民服务中心",
    ),
)
