"""农民工返乡创业扶持：鼓励和帮助农民工回乡创业。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure, condition
from policies.documents import PLAN
from policies.facts import Person
from policies.units import EMPLOYMENT_SECTION

GRANT = PLAN.quote(
    "二(二)2",
    "实施“创业江淮”行动计划,重点抓好农民返乡创业,制定和落实农民工返乡创业新政策,鼓励农民工返乡创业,带动农村劳动力就近转移就业,支持县域经济发展。",
)

POLICY = Policy(
    code="return-entrepreneurship-support",
    title="农民工返乡创业扶持",
    subject=Person,
    section=EMPLOYMENT_SECTION,
    clause=GRANT,
    force=Force.DIRECTION,
    kind=Kind.SERVICE,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("年满16周岁", Person.age >= 16, GRANT),
        condition("农民工返乡创业", Person.returning_entrepreneur, GRANT),
    ),
    entitlement=Entitlement("创业扶持和服务，具体办法由区里制定"),
    procedure=Procedure(
        steps=("说明创业情况", "人社部门按现行办法扶持"),
        materials=("居民身份证",),
        where="所在村（社区）或镇便民服务中心",
    ),
)
