"""贫困和重度残疾人社会保险个人缴费资助：资助参加城乡居民养老、医疗保险的个人缴费。"""

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
    all_of,
    any_of,
    condition,
    group,
)
from policies.documents import PLAN
from policies.facts import Household, Person
from policies.figures import figure
from policies.groups import DISABLED, POOR, SEVERE
from policies.units import DISABILITY_SECTION, DISABLED_FEDERATION

GRANT = PLAN.quote("二(八)2", "以及贫困和重度残疾人参加城乡社会保险个人缴费资助政策")
PENSION = PLAN.quote("二(三)3", "由区政府按200元缴费档次为其代缴养老保险费")
MEDICAL = PLAN.quote("二(三)2", "支持帮助建档立卡贫困人口、低保对象、特困人员等困难群体及其他社会成员参加社会保险")

SUBSIDY = figure("disability-insurance-subsidy.subsidy", "残疾人参保个人缴费资助", "元/年", DISABLED_FEDERATION)

POLICY = Policy(
    code="disability-insurance-subsidy",
    title="贫困和重度残疾人社会保险个人缴费资助",
    subject=Person,
    section=DISABILITY_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.INSURANCE,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, GRANT),
        condition(
            "重度残疾人或贫困残疾人",
            any_of(SEVERE, group("贫困残疾人", all_of(DISABLED, POOR))),
            GRANT,
        ),
    ),
    entitlement=Entitlement("资助个人缴费，不发现金", SUBSIDY, "元/年"),
    procedure=Procedure(
        steps=("向村（社区）或镇便民服务中心提出", "残联、民政等单位核对身份", "资助参保缴费"),
        materials=("居民身份证", "户口簿", "残疾人证"),
        where="户籍所在村（社区）或镇便民服务中心",
    ),
    conflicts=(
        Conflict(
            "pension-premium-subsidy",
            ConflictRule.SAME_MONEY,
            "残疾人参保资助的养老保险部分与养老保险费代缴是同一笔钱，只算一份",
            PENSION,
        ),
        Conflict(
            "insurance-enrolment-support",
            ConflictRule.SAME_MONEY,
            "残疾人参保资助的医疗保险部分与困难群体参保资助是同一笔钱，只算一份",
            MEDICAL,
        ),
    ),
)
