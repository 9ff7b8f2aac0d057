"""残疾人基本住房优先保障：有残疾人的家庭在危房改造和公租房中优先安排。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure, any_of, condition
from policies.documents import PLAN
from policies.facts import DwellingGrade, Household
from policies.groups import DISABLED_HOUSEHOLD
from policies.units import DISABILITY_SECTION

GRANT = PLAN.quote("二(八)2", "优先保障城乡残疾人基本住房,贫困残疾人家庭危房改造应做到应改尽改。")

POLICY = Policy(
    code="disability-housing-priority",
    title="残疾人基本住房优先保障",
    subject=Household,
    section=DISABILITY_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.PRIORITY,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, GRANT),
        condition("家中有持证残疾人", DISABLED_HOUSEHOLD, GRANT),
        condition(
            "住房危险、无房或城镇住房困难",
            any_of(
                Household.dwelling_grade.is_(
                    DwellingGrade.C, DwellingGrade.D, DwellingGrade.DANGEROUS, DwellingGrade.NONE
                ),
                Household.housing_difficulty,
            ),
            GRANT,
        ),
    ),
    entitlement=Entitlement("优先安排住房保障"),
    procedure=Procedure(
        steps=("申请农村危房改造或公租房时，说明家中有持证残疾人", "优先安排"),
        materials=("居民身份证", "户口簿", "残疾人证"),
        where="户籍所在村（社区）或镇便民服务中心",
    ),
    notes=("这是农村危房改造、公租房的优先次序，不是另一份补助。",),
)
