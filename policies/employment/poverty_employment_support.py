"""就业脱贫帮扶：帮助建档立卡劳动力就近就地就业。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure, condition
from policies.documents import PLAN
from policies.facts import Person
from policies.groups import REGISTERED
from policies.units import EMPLOYMENT_SECTION

GRANT = PLAN.quote("二(二)2", "实施就业脱贫工作,促进扶贫人口就近就地就业。")
RURAL_POOR = PLAN.quote("二(二)3", "做好农村贫困人口就业工作,扩大就业容量、提高就业质量。")

POLICY = Policy(
    code="poverty-employment-support",
    title="就业脱贫帮扶",
    subject=Person,
    section=EMPLOYMENT_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.SERVICE,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("年满16周岁", Person.age >= 16, GRANT),
        condition("未满60周岁", Person.age < 60, GRANT),
        condition("有劳动能力", Person.labour_capacity, GRANT),
        condition("建档立卡人口", REGISTERED, RURAL_POOR),
    ),
    entitlement=Entitlement("帮助就近就地就业"),
    procedure=Procedure(
        steps=("说明就业意愿", "人社部门帮助就业"),
        materials=("居民身份证",),
        where="所在村（社区）或镇便民服务中心",
    ),
)
