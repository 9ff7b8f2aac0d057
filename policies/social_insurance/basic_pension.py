"""城乡居民基础养老金：满60周岁、缴费满15年的参保居民按月领取。"""

from datetime import date

from app.rules import (
    Entitlement,
    Force,
    Kind,
    Period,
    Policy,
    Procedure,
    condition,
    not_,
)
from policies.documents import PLAN, RESIDENT_PENSION_2014
from policies.facts import Household, Person
from policies.figures import figure
from policies.units import HUMAN_RESOURCES, SOCIAL_INSURANCE_SECTION

GRANT = PLAN.quote(
    "二(三)3",
    "根据中央和省有关要求,结合我区经济社会发展实际,逐步提高全区城乡居民基本养老保险基础养老金最低标准。",
)
ENROLMENT = RESIDENT_PENSION_2014.article("参保范围", "没有职工养老保险的城乡居民，在户籍地参保。")
PAYMENT = RESIDENT_PENSION_2014.article(
    "养老保险待遇领取条件",
    "满60周岁、累计缴费满15年、没有领取国家规定的其他基本养老待遇的，按月领取。",
)

BASE = figure("basic-pension.base", "基础养老金", "元/月", HUMAN_RESOURCES)

POLICY = Policy(
    code="basic-pension",
    title="城乡居民基础养老金",
    subject=Person,
    section=SOCIAL_INSURANCE_SECTION,
    clause=GRANT,
    force=Force.DIRECTION,
    kind=Kind.CASH,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, ENROLMENT),
        condition("年满60周岁", Person.age >= 60, PAYMENT),
        condition("未参加职工养老保险", not_(Person.employee_pension), PAYMENT),
        condition("累计缴费满15年", Person.pension_years >= 15, PAYMENT),
    ),
    entitlement=Entitlement("按月发放", BASE, "元/月"),
    procedure=Procedure(
        steps=("提出领取申请", "人社部门核定", "按月发放"),
        materials=("居民身份证", "户口簿"),
        where="户籍所在村（社区）或镇便民服务中心",
    ),
    notes=("认定特困人员有没有生活来源时，基础养老金不计入收入。",),
)
