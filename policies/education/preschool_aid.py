"""学前教育资助：资助家庭经济困难、残疾和困境的在园幼儿。"""

from datetime import date

from app.rules import (
    Entitlement,
    Force,
    Kind,
    Period,
    Policy,
    Procedure,
    any_of,
    cases,
    condition,
)
from policies.documents import PLAN
from policies.facts import Person, Schooling
from policies.figures import figure
from policies.groups import CHILD_IN_DIFFICULTY, DISABLED, POOR, REGISTERED
from policies.units import EDUCATION, EDUCATION_SECTION

GRANT = PLAN.quote("二(一)1", "进一步完善学前教育资助制度,提高资助标准。")

REGISTERED_AID = figure("preschool-aid.registered", "建档立卡幼儿资助", "元/年", EDUCATION)
OTHER_AID = figure("preschool-aid.other", "其他幼儿资助", "元/年", EDUCATION)

POLICY = Policy(
    code="preschool-aid",
    title="学前教育资助",
    subject=Person,
    section=EDUCATION_SECTION,
    clause=GRANT,
    force=Force.DIRECTION,
    kind=Kind.CASH,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("在幼儿园就读", Person.schooling.is_(Schooling.PRESCHOOL), GRANT),
        condition(
            "家庭经济困难、残疾或困境儿童",
            any_of(POOR, DISABLED, CHILD_IN_DIFFICULTY),
            GRANT,
        ),
    ),
    entitlement=Entitlement(
        "通过惠农一卡通发放，每年两次",
        cases((REGISTERED, REGISTERED_AID), otherwise=OTHER_AID),
        "元/年",
    ),
    procedure=Procedure(
        steps=("向幼儿园申请", "幼儿园认定", "公示", "区教体局审核", "发放"),
        materials=("户口簿", "家庭经济困难或残疾、困境儿童的证明"),
        where="就读的幼儿园",
    ),
)
