"""重度残疾人护理补贴：补贴需要长期照护的一级、二级残疾人，不问收入。"""

from datetime import date

from app.rules import (
    Conflict,
    ConflictRule,
    Entitlement,
    Force,
    Kind,
    Period,
    Policy,
    Procedure,
    condition,
    not_,
)
from policies.documents import DISABILITY_ALLOWANCES_2015, PLAN
from policies.facts import Household, Person
from policies.figures import figure
from policies.groups import SEVERE, TEKUN
from policies.units import CIVIL_AFFAIRS, DISABILITY_SECTION

GRANT = PLAN.quote("二(八)2", "落实困难残疾人生活补贴、重度残疾人护理补贴制度")
WHO = DISABILITY_ALLOWANCES_2015.article(
    "补贴对象",
    "有本省户籍、残疾等级为一级或二级、需要长期照护的，在户籍地申领护理补贴。",
)
NOT_WITH = DISABILITY_ALLOWANCES_2015.article(
    "政策衔接",
    "特困供养人员和领取工伤生活护理费的，不领残疾人两项补贴。",
)
HIGHER = DISABILITY_ALLOWANCES_2015.article(
    "政策衔接",
    "同时符合老年、因公致残、离休等护理补贴条件的，可以择高领取其中一类。",
)

ALLOWANCE = figure("severe-disability-nursing-allowance.allowance", "重度残疾人护理补贴", "元/月", CIVIL_AFFAIRS)

POLICY = Policy(
    code="severe-disability-nursing-allowance",
    title="重度残疾人护理补贴",
    subject=Person,
    section=DISABILITY_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.CASH,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, WHO),
        condition("残疾等级为一级或二级", SEVERE, WHO),
        condition("需要长期照护", Person.long_term_care, WHO),
        condition("不是特困供养人员", not_(TEKUN), NOT_WITH),
        condition("没有领取工伤生活护理费", not_(Person.work_injury_care), NOT_WITH),
    ),
    entitlement=Entitlement("现金，打卡发放", ALLOWANCE, "元/月"),
    procedure=Procedure(
        steps=(
            "本人或监护人向户籍所在镇（街道）申请，可由村（社区）代办",
            "镇（街道）初审",
            "区残联审核",
            "区民政局审定",
            "打卡发放",
        ),
        materials=("居民身份证或户口簿", "残疾人证"),
        where="户籍所在镇（街道）",
    ),
    conflicts=(
        Conflict("tekun-support", ConflictRule.EXCLUDED, "特困供养人员不领重度残疾人护理补贴", NOT_WITH),
        Conflict(
            "elder-nursing-subsidy",
            ConflictRule.CHOOSE_HIGHER,
            "与经济困难不能自理老年人护理补贴择高领取一项",
            HIGHER,
        ),
    ),
    notes=("可与困难残疾人生活补贴同时享受。", "不计入低保的家庭收入。"),
)
