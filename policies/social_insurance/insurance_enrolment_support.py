"""困难群体参保资助：帮助建档立卡人口、低保对象和特困人员参加社会保险。"""

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
from policies.facts import Household, Person
from policies.figures import figure
from policies.groups import DIBAO, REGISTERED, TEKUN
from policies.units import MEDICAL_REFORM, SOCIAL_INSURANCE_SECTION

GRANT = PLAN.quote(
    "二(三)2",
    "支持帮助建档立卡贫困人口、低保对象、特困人员等困难群体及其他社会成员参加社会保险",
)

TEKUN_AID = figure("insurance-enrolment-support.tekun", "特困人员参保资助", "元/年", MEDICAL_REFORM)
DIBAO_AID = figure("insurance-enrolment-support.dibao", "低保对象参保资助", "元/年", MEDICAL_REFORM)
REGISTERED_AID = figure("insurance-enrolment-support.registered", "建档立卡人口参保资助", "元/年", MEDICAL_REFORM)

POLICY = Policy(
    code="insurance-enrolment-support",
    title="困难群体参保资助",
    subject=Person,
    section=SOCIAL_INSURANCE_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.INSURANCE,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, GRANT),
        condition("建档立卡人口、低保对象或特困人员", any_of(REGISTERED, DIBAO, TEKUN), GRANT),
    ),
    entitlement=Entitlement(
        "资助个人缴费，不发现金",
        # 兼有几种身份的，按资助最多的一种：特困人员全额，其次是低保对象。
        cases((TEKUN, TEKUN_AID), (DIBAO, DIBAO_AID), (REGISTERED, REGISTERED_AID)),
        "元/年",
    ),
    procedure=Procedure(
        steps=("确认身份", "参保登记", "由政府资助个人缴费"),
        materials=("居民身份证或户口簿", "相应身份的证明"),
        where="户籍所在村（社区）或镇便民服务中心",
    ),
    handling_unit=MEDICAL_REFORM,
    notes=("安徽省对居民医保个人缴费分类资助：特困人员全额资助，其他困难群体定额资助（皖政办〔2022〕6号）。",),
)
