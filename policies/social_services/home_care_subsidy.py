"""低收入老年人居家养老服务补贴：补贴在家养老的低收入老年人。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure, condition
from policies.documents import ELDERLY_LAW, PLAN
from policies.facts import Household, Person
from policies.figures import figure
from policies.groups import LOW_INCOME
from policies.units import CIVIL_AFFAIRS, SOCIAL_SERVICES_SECTION

GRANT = PLAN.quote("二(五)2", "低收入老年人居家养老服务补贴")
ELDERLY = ELDERLY_LAW.article("第二条", "年满六十周岁的公民是老年人。")

SUBSIDY = figure("home-care-subsidy.subsidy", "居家养老服务补贴", "元/月", CIVIL_AFFAIRS)

POLICY = Policy(
    code="home-care-subsidy",
    title="低收入老年人居家养老服务补贴",
    subject=Person,
    section=SOCIAL_SERVICES_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.CASH,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, GRANT),
        condition("年满60周岁", Person.age >= 60, ELDERLY),
        condition("属于低收入人口", LOW_INCOME, GRANT),
    ),
    entitlement=Entitlement("发放补贴，或由政府购买居家养老服务", SUBSIDY, "元/月"),
    procedure=Procedure(
        steps=("本人或代理人向村（社区）提出", "镇（街道）审核", "区民政局审批", "发放补贴或安排服务"),
        materials=("居民身份证", "户口簿"),
        where="户籍所在村（社区）或镇便民服务中心",
    ),
    notes=("对经济困难的老年人，《老年人权益保障法》第三十七条要求逐步给予养老服务补贴。",),
)
