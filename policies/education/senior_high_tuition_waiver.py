"""普通高中免学杂费：建档立卡等家庭经济困难学生免交学杂费。"""

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
    group,
)
from policies.documents import PLAN, SENIOR_HIGH_TUITION_2016
from policies.facts import Household, Person, Schooling
from policies.groups import DIBAO, REGISTERED, TEKUN
from policies.units import EDUCATION_SECTION

GRANT = PLAN.quote(
    "二(一)3",
    "率先从建档立卡的家庭经济困难学生(含非建档立卡的家庭经济困难学生、农村特困救助供养学生)实施普通高中免除学杂费。",
)
# 方案列了建档立卡、其他家庭经济困难和特困供养学生，没有列低保家庭学生；低保依国家文件。
STUDENTS = SENIOR_HIGH_TUITION_2016.article(
    "二、主要内容",
    "公办普通高中免除建档立卡等家庭经济困难学生的学杂费，包括低保家庭和特困供养的学生。",
)

POLICY = Policy(
    code="senior-high-tuition-waiver",
    title="普通高中免学杂费",
    subject=Person,
    section=EDUCATION_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.WAIVER,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("在普通高中就读", Person.schooling.is_(Schooling.SENIOR_HIGH), GRANT),
        condition(
            "建档立卡、特困、低保或经认定的家庭经济困难",
            any_of(
                REGISTERED,
                TEKUN,
                DIBAO,
                group("经认定的家庭经济困难学生", Household.hardship_certified),
            ),
            STUDENTS,
        ),
    ),
    entitlement=Entitlement("学校免收学杂费"),
    procedure=Procedure(
        steps=("向学校申请", "学校认定", "学校免收"),
        materials=("户口簿", "建档立卡、特困、低保或家庭经济困难的证明"),
        where="就读的学校",
    ),
    notes=(
        "国家文件在建档立卡以外，列的是家庭经济困难的残疾学生、农村低保家庭学生和农村特困供养学生。",
        "不在其列、只凭家庭经济困难认定申请的，由区教体局最后确认。",
    ),
)
