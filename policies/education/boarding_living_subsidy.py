"""一补：补助义务教育阶段家庭经济困难寄宿生的生活费。"""

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
from policies.documents import COMPULSORY_EDUCATION, PLAN
from policies.facts import Person, Schooling
from policies.figures import figure
from policies.groups import POOR
from policies.units import EDUCATION, EDUCATION_SECTION

GRANT = PLAN.quote("二(一)2", "“两免一补”政策全覆盖")
BOARDERS = COMPULSORY_EDUCATION.article(
    "第四十四条",
    "家庭经济困难的学生可免费得到教科书，其中寄宿的，由政府补助生活费。",
)

PRIMARY = figure("boarding-living-subsidy.primary", "小学寄宿生生活补助", "元/年", EDUCATION)
JUNIOR = figure("boarding-living-subsidy.junior", "初中寄宿生生活补助", "元/年", EDUCATION)

POLICY = Policy(
    code="boarding-living-subsidy",
    title="义务教育家庭经济困难寄宿生生活补助(一补)",
    subject=Person,
    section=EDUCATION_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.CASH,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition(
            "在小学或初中就读",
            Person.schooling.is_(Schooling.PRIMARY, Schooling.JUNIOR),
            GRANT,
        ),
        condition("寄宿生", Person.boarding, BOARDERS),
        condition("家庭经济困难", POOR, BOARDERS),
    ),
    entitlement=Entitlement(
        "补助寄宿期间的生活费",
        cases((Person.schooling.is_(Schooling.PRIMARY), PRIMARY), otherwise=JUNIOR),
        "元/年",
    ),
    procedure=Procedure(
        steps=("向学校申请", "学校认定", "区教体局审核", "发放"),
        materials=("户口簿", "家庭经济困难的证明"),
        where="就读的学校",
    ),
    notes=("2019年起，不寄宿的家庭经济困难学生也有生活补助（皖财教〔2019〕646号），请向学校问清。",),
)
