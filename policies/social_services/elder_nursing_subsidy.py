"""经济困难不能自理老年人护理补贴：补贴生活不能自理的低收入老年人。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure, condition
from policies.documents import ELDERLY_LAW, PLAN
from policies.facts import Household, Person, SelfCare
from policies.figures import figure
from policies.groups import LOW_INCOME
from policies.units import CIVIL_AFFAIRS, SOCIAL_SERVICES_SECTION

GRANT = PLAN.quote("二(五)2", "经济困难不能自理老年人护理补贴制度")
ELDERLY = ELDERLY_LAW.article("第二条", "年满六十周岁的公民是老年人。")

SUBSIDY = figure("elder-nursing-subsidy.subsidy", "不能自理老年人护理补贴", "元/月", CIVIL_AFFAIRS)

POLICY = Policy(
    code="elder-nursing-subsidy",
    title="经济困难不能自理老年人护理补贴",
    subject=Person,
    section=SOCIAL_SERVICES_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.CASH,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, GRANT),
        condition("年满60周岁", Person.age >= 60, ELDERLY),
        condition("生活不能自理", Person.self_care.is_(SelfCare.UNABLE), GRANT),
        condition("属于低收入人口", LOW_INCOME, GRANT),
    ),
    entitlement=Entitlement("发给护理补贴", SUBSIDY, "元/月"),
    procedure=Procedure(
        steps=("本人或代理人向村（社区）提出", "评估生活自理能力", "镇（街道）审核", "区民政局审批", "发放"),
        materials=("居民身份证", "户口簿"),
        where="户籍所在村（社区）或镇便民服务中心",
    ),
    notes=("有的省规定特困供养人员不再领取，本区没有见到规定，由区民政局确认。",),
)
