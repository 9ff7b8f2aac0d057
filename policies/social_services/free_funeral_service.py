"""五保户免费基本殡葬服务：五保户（特困供养人员）去世后，基本殡葬服务免费。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure, condition
from policies.documents import PLAN
from policies.facts import Household, Person
from policies.groups import TEKUN
from policies.units import SOCIAL_SERVICES_SECTION

GRANT = PLAN.quote("二(五)3", "全区五保户免费享有基本殡葬服务")

POLICY = Policy(
    code="free-funeral-service",
    title="五保户免费基本殡葬服务",
    subject=Person,
    section=SOCIAL_SERVICES_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.WAIVER,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, GRANT),
        condition("五保户（特困供养人员）", TEKUN, GRANT),
    ),
    entitlement=Entitlement("基本殡葬服务免费"),
    procedure=Procedure(
        steps=("去世后由亲属或村（社区）提出", "核对五保（特困）身份", "免费办理"),
        materials=("去世人员的居民身份证或户口簿",),
        where="户籍所在村（社区）或镇便民服务中心",
    ),
    notes=(
        "办理丧葬也是特困供养的内容。",
        "其他城乡居民的基本殡葬服务，方案只说逐步均等化，还没有免费。",
    ),
)
