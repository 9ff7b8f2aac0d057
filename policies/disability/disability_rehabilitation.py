"""残疾人健康管理和社区康复：面向所有持证残疾人的服务。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure, condition
from policies.documents import PLAN
from policies.facts import Household, Person
from policies.groups import DISABLED
from policies.units import DISABILITY_SECTION

GRANT = PLAN.quote("二(八)2", "开展残疾人健康管理和社区康复。")

POLICY = Policy(
    code="disability-rehabilitation",
    title="残疾人健康管理和社区康复",
    subject=Person,
    section=DISABILITY_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.SERVICE,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, GRANT),
        condition("持有残疾人证", DISABLED, GRANT),
    ),
    entitlement=Entitlement("健康管理和社区康复服务"),
    procedure=Procedure(
        steps=("向村（社区）或镇便民服务中心提出", "安排服务"),
        materials=("居民身份证", "残疾人证"),
        where="户籍所在村（社区）或镇便民服务中心",
    ),
)
