"""高龄津贴：80周岁以上老年人，不问收入，按年龄段发放。"""

from datetime import date

from app.rules import (
    Entitlement,
    Force,
    Kind,
    Period,
    Policy,
    Procedure,
    cases,
    condition,
)
from policies.documents import ELDERLY_ANHUI, PLAN
from policies.facts import Household, Person
from policies.figures import figure
from policies.units import CIVIL_AFFAIRS, SOCIAL_SERVICES_SECTION

GRANT = PLAN.quote("二(五)2", "健全80周岁以上老年人高龄津贴")
UNIVERSAL = ELDERLY_ANHUI.article("第二十三条", "市、县两级政府应当为八十周岁以上老年人以现金发放高龄津贴。")

EIGHTIES = figure("longevity-allowance.80-89", "80至89周岁高龄津贴", "元/月", CIVIL_AFFAIRS)
NINETIES = figure("longevity-allowance.90-99", "90至99周岁高龄津贴", "元/月", CIVIL_AFFAIRS)
HUNDRED = figure("longevity-allowance.100", "百岁老人高龄津贴", "元/月", CIVIL_AFFAIRS)

POLICY = Policy(
    code="longevity-allowance",
    title="80周岁以上高龄津贴",
    subject=Person,
    section=SOCIAL_SERVICES_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.CASH,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, UNIVERSAL),
        condition("年满80周岁", Person.age >= 80, GRANT),
    ),
    entitlement=Entitlement(
        "现金，通过社保卡或银行卡发放",
        cases(
            (Person.age >= 100, HUNDRED),
            (Person.age >= 90, NINETIES),
            (Person.age >= 80, EIGHTIES),
        ),
        "元/月",
    ),
    procedure=Procedure(
        steps=("本人或代理人向村（社区）申请", "镇（街道）审核", "区民政局审批", "发放"),
        materials=("户口簿", "居民身份证", "社保卡或银行卡"),
        where="户籍所在村（社区）",
    ),
    notes=("不问收入；高龄津贴不计入低保、特困的家庭收入。",),
)
