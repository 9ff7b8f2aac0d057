"""两免：义务教育阶段学生免学杂费、免费提供教科书，人人享有。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure, condition
from policies.documents import PLAN
from policies.facts import Person, Schooling
from policies.units import EDUCATION_SECTION

GRANT = PLAN.quote("二(一)2", "“两免一补”政策全覆盖")

POLICY = Policy(
    code="compulsory-education-fee-waiver",
    title="义务教育免学杂费和教科书费(两免)",
    subject=Person,
    section=EDUCATION_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.WAIVER,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition(
            "在小学或初中就读",
            Person.schooling.is_(Schooling.PRIMARY, Schooling.JUNIOR),
            GRANT,
        ),
    ),
    entitlement=Entitlement("学校不收学杂费，免费提供教科书"),
    procedure=Procedure(
        steps=("在学校报到注册", "由学校直接免收"),
        materials=("户口簿",),
        where="就读的学校",
    ),
    notes=("不问家庭收入。",),
)
