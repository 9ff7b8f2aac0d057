"""残疾人家居无障碍改造：推广残疾人家居无障碍通用设计。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure, condition
from policies.documents import PLAN
from policies.facts import Person
from policies.groups import DISABLED
from policies.units import DISABILITY_SECTION

GRANT = PLAN.quote("二(八)1", "推广残疾人家居无障碍通用设计。")

POLICY = Policy(
    code="home-accessibility",
    title="残疾人家居无障碍改造",
    subject=Person,
    section=DISABILITY_SECTION,
    clause=GRANT,
    force=Force.DIRECTION,
    kind=Kind.SERVICE,
    in_force=Period(date(2018, 11, 19)),
    conditions=(condition("持有残疾人证", DISABLED, GRANT),),
    entitlement=Entitlement("家居无障碍改造服务"),
    procedure=Procedure(
        steps=("向村（社区）、镇便民服务中心或区残联提出", "按区里的安排改造"),
        materials=("居民身份证", "残疾人证"),
        where="居住地村（社区）或镇便民服务中心",
    ),
    notes=("方案只说推广，没有承诺户数和标准。",),
)
