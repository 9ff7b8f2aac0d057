"""重度残疾人医疗报销：完善一级、二级残疾人的医疗费用报销。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure, condition
from policies.documents import PLAN
from policies.facts import Household, Person
from policies.groups import SEVERE
from policies.units import DISABILITY_SECTION

GRANT = PLAN.quote("二(八)2", "完善重度残疾人医疗报销制度。")

POLICY = Policy(
    code="severe-disability-medical-reimbursement",
    title="重度残疾人医疗报销",
    subject=Person,
    section=DISABILITY_SECTION,
    clause=GRANT,
    force=Force.DIRECTION,
    kind=Kind.INSURANCE,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, GRANT),
        condition("残疾等级为一级或二级", SEVERE, GRANT),
    ),
    entitlement=Entitlement("医疗费用按规定报销"),
    procedure=Procedure(
        steps=("向村（社区）、镇便民服务中心或区残联问清现行办法", "按办法报销"),
        materials=("居民身份证", "户口簿", "残疾人证"),
        where="户籍所在村（社区）或镇便民服务中心",
    ),
)
