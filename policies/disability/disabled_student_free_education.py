"""残疾学生十二年免费教育：家庭经济困难的残疾学生，从义务教育到高中教育免费。"""

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
)
from policies.documents import PLAN
from policies.facts import Household, Person, Schooling
from policies.groups import DISABLED, POOR
from policies.units import DISABILITY_SECTION

GRANT = PLAN.quote(
    "二(八)2",
    "积极推进为家庭经济困难的残疾儿童、青少年提供包括义务教育和高中教育在内的12年免费教育。",
)
COMPULSORY = PLAN.quote("二(一)2", "“两免一补”政策全覆盖")
HIGH_SCHOOL = PLAN.quote(
    "二(一)3",
    "逐步分类推进中等职业教育免除学杂费,率先从建档立卡的家庭经济困难学生"
    "(含非建档立卡的家庭经济困难学生、农村特困救助供养学生)实施普通高中免除学杂费。",
)

POLICY = Policy(
    code="disabled-student-free-education",
    title="残疾学生十二年免费教育",
    subject=Person,
    section=DISABILITY_SECTION,
    clause=GRANT,
    force=Force.DIRECTION,
    kind=Kind.WAIVER,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, GRANT),
        condition("持有残疾人证", DISABLED, GRANT),
        condition("家庭经济困难", POOR, GRANT),
        condition(
            "在义务教育或高中阶段就读",
            Person.schooling.is_(
                Schooling.PRIMARY,
                Schooling.JUNIOR,
                Schooling.SENIOR_HIGH,
                Schooling.VOCATIONAL,
            ),
            GRANT,
        ),
    ),
    entitlement=Entitlement("在学校免除费用，不发现金"),
    procedure=Procedure(
        steps=("向就读学校提出", "学校认定", "免除费用"),
        materials=("居民身份证或户口簿", "残疾人证", "家庭经济困难的证明"),
        where="就读的学校",
    ),
    conflicts=(
        Conflict(
            "compulsory-education-fee-waiver",
            ConflictRule.SAME_MONEY,
            "残疾学生免费教育在义务教育阶段与两免是同一笔钱，只算一份",
            COMPULSORY,
        ),
        Conflict(
            "senior-high-tuition-waiver",
            ConflictRule.SAME_MONEY,
            "残疾学生免费教育在普通高中阶段与免学杂费是同一笔钱，只算一份",
            HIGH_SCHOOL,
        ),
        Conflict(
            "vocational-tuition-waiver",
            ConflictRule.SAME_MONEY,
            "残疾学生免费教育在中职阶段与免学杂费是同一笔钱，只算一份",
            HIGH_SCHOOL,
        ),
    ),
    notes=("方案由区残联牵头，具体由区教体局和学校办理。",),
)
