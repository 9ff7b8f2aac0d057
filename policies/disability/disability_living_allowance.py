"""困难残疾人生活补贴：补贴低保、建档立卡家庭中的持证残疾人。"""

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
    any_of,
    cases,
    condition,
    not_,
)
from policies.documents import DISABILITY_ALLOWANCES_2015, PLAN
from policies.facts import ChildProtection, Household, Person
from policies.figures import figure
from policies.groups import DIBAO, DISABLED, REGISTERED, SEVERE, TEKUN
from policies.units import CIVIL_AFFAIRS, DISABILITY_SECTION

GRANT = PLAN.quote("二(八)2", "落实困难残疾人生活补贴、重度残疾人护理补贴制度")
WHO = DISABILITY_ALLOWANCES_2015.article(
    "补贴对象",
    "有本省户籍、持有残疾人证的低保对象和建档立卡贫困户，在户籍地申领生活补贴。",
)
NOT_WITH = DISABILITY_ALLOWANCES_2015.article(
    "政策衔接",
    "特困供养人员和领取工伤生活护理费的，不领残疾人两项补贴；享受孤儿保障的，不领生活补贴，可以领护理补贴。",
)

SEVERE_RATE = figure("disability-living-allowance.severe", "一、二级残疾人生活补贴", "元/年", CIVIL_AFFAIRS)
MODERATE_RATE = figure("disability-living-allowance.moderate", "三、四级残疾人生活补贴", "元/年", CIVIL_AFFAIRS)

POLICY = Policy(
    code="disability-living-allowance",
    title="困难残疾人生活补贴",
    subject=Person,
    section=DISABILITY_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.CASH,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, WHO),
        condition("持有残疾人证", DISABLED, WHO),
        condition("低保对象或建档立卡人口", any_of(DIBAO, REGISTERED), WHO),
        condition("不是特困供养人员", not_(TEKUN), NOT_WITH),
        condition("没有领取工伤生活护理费", not_(Person.work_injury_care), NOT_WITH),
        condition(
            "不是享受孤儿保障的儿童",
            not_(Person.child_protection.is_(ChildProtection.ORPHAN)),
            NOT_WITH,
        ),
    ),
    entitlement=Entitlement(
        "现金，打卡发放",
        cases((SEVERE, SEVERE_RATE), otherwise=MODERATE_RATE),
        "元/年",
    ),
    procedure=Procedure(
        steps=(
            "本人或监护人向户籍所在镇（街道）申请，可由村（社区）代办",
            "镇（街道）初审",
            "区残联审核",
            "区民政局审定",
            "打卡发放",
        ),
        materials=("居民身份证或户口簿", "残疾人证", "低保或建档立卡的证明"),
        where="户籍所在镇（街道）",
    ),
    conflicts=(Conflict("tekun-support", ConflictRule.EXCLUDED, "特困供养人员不领困难残疾人生活补贴", NOT_WITH),),
    notes=(
        "可与重度残疾人护理补贴同时享受。",
        "享受孤儿保障的不领困难残疾人生活补贴，可以领重度残疾人护理补贴；这一条只限孤儿，不包括其他困境儿童。",
        "不计入低保的家庭收入。",
    ),
)
