"""困境儿童基本生活保障：保障孤儿、事实无人抚养儿童和其他困境儿童的基本生活。"""

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
from policies.documents import CHILDREN_2016, ORPHANS_2010, PLAN
from policies.facts import ChildProtection, Household, Person
from policies.figures import figure
from policies.groups import CHILD_IN_DIFFICULTY
from policies.units import CIVIL_AFFAIRS, SOCIAL_SERVICES_SECTION

GRANT = PLAN.quote("二(五)2", "加强区级建立困境儿童基本生活保障制度")
UNDER_AGE = ORPHANS_2010.article("孤儿的范围", "孤儿指失去父母或者查找不到生父母、不满18周岁的人。")
CLASSES = CHILDREN_2016.article("困境儿童的分类", "孤儿、事实无人抚养的儿童和有其他困难的儿童，分类保障。")

ORPHAN = figure("child-living-guarantee.orphan", "孤儿基本生活费", "元/月", CIVIL_AFFAIRS)
UNATTENDED = figure("child-living-guarantee.unattended", "事实无人抚养儿童基本生活费", "元/月", CIVIL_AFFAIRS)
DIFFICULT = figure("child-living-guarantee.difficult", "其他困境儿童基本生活费", "元/月", CIVIL_AFFAIRS)

POLICY = Policy(
    code="child-living-guarantee",
    title="困境儿童基本生活保障",
    subject=Person,
    section=SOCIAL_SERVICES_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.CASH,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, GRANT),
        condition("未满18周岁", Person.age < 18, UNDER_AGE),
        condition("属于困境儿童", CHILD_IN_DIFFICULTY, CLASSES),
    ),
    entitlement=Entitlement(
        "按类别发给基本生活费",
        cases(
            (Person.child_protection.is_(ChildProtection.ORPHAN), ORPHAN),
            (Person.child_protection.is_(ChildProtection.UNATTENDED), UNATTENDED),
            (Person.child_protection.is_(ChildProtection.DIFFICULT), DIFFICULT),
        ),
        "元/月",
    ),
    procedure=Procedure(
        steps=("监护人或村（社区）向镇（街道）提出", "镇（街道）审核", "区民政局审批", "发放"),
        materials=("儿童和监护人的户口簿或身份证", "困境情形的证明（如孤儿父母的死亡证明）"),
        where="户籍所在村（社区）或镇便民服务中心",
    ),
    notes=(
        "方案没有单列孤儿，孤儿是困境儿童中保障最高的一类。",
        "未满14周岁儿童的信息是敏感个人信息，注意保密。",
    ),
)
