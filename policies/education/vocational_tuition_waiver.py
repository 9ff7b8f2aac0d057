"""中等职业教育免学杂费：农村学生和家庭经济困难学生免交学杂费。"""

from datetime import date

from app.rules import (
    Entitlement,
    Force,
    Kind,
    Period,
    Policy,
    Procedure,
    any_of,
    condition,
)
from policies.documents import PLAN, STUDENT_AID_2019
from policies.facts import Household, Person, Schooling
from policies.groups import POOR
from policies.units import EDUCATION_SECTION

GRANT = PLAN.quote("二(一)3", "逐步分类推进中等职业教育免除学杂费")
STUDENTS = STUDENT_AID_2019.article(
    "中等职业教育免学费对象",
    "全日制中职学生中，农村（含县镇）学生都免学费，城市学生家庭经济困难的免学费。",
)

POLICY = Policy(
    code="vocational-tuition-waiver",
    title="中等职业教育免学杂费",
    subject=Person,
    section=EDUCATION_SECTION,
    clause=GRANT,
    force=Force.DIRECTION,
    kind=Kind.WAIVER,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("在中等职业学校就读", Person.schooling.is_(Schooling.VOCATIONAL), GRANT),
        condition("农村户籍或家庭经济困难", any_of(Household.rural, POOR), STUDENTS),
    ),
    entitlement=Entitlement("学校免收学杂费"),
    procedure=Procedure(
        steps=("向学校申请", "学校认定", "学校免收"),
        materials=("户口簿", "城市学生另需家庭经济困难的证明"),
        where="就读的学校",
    ),
)
