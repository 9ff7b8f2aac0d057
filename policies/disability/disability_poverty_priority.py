"""贫困残疾人优先享受扶贫惠农政策：有劳动能力的贫困残疾人优先。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure, condition
from policies.documents import PLAN
from policies.facts import Household, Person
from policies.groups import DISABLED, POOR
from policies.units import DISABILITY_SECTION

GRANT = PLAN.quote("二(八)3", "落实残疾人扶贫开发和惠农政策,帮助有劳动能力的贫困残疾人优先享受。")

POLICY = Policy(
    code="disability-poverty-priority",
    title="贫困残疾人优先享受扶贫惠农政策",
    subject=Person,
    section=DISABILITY_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.PRIORITY,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, GRANT),
        condition("持有残疾人证", DISABLED, GRANT),
        condition("有劳动能力", Person.labour_capacity, GRANT),
        condition("家庭经济困难", POOR, GRANT),
    ),
    entitlement=Entitlement("优先享受扶贫开发和惠农政策"),
    procedure=Procedure(
        steps=("申请扶贫、惠农项目时，说明是有劳动能力的持证残疾人", "优先安排"),
        materials=("居民身份证", "户口簿", "残疾人证"),
        where="户籍所在村（社区）或镇便民服务中心",
    ),
    notes=("这是优先次序，不是另一份补助。",),
)
