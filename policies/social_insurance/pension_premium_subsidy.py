"""城乡居民养老保险费代缴：区政府为困难居民每年代缴200元养老保险费。"""

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
    not_,
)
from policies.documents import PENSION_POVERTY_2017, PLAN, RESIDENT_PENSION_2014
from policies.facts import Household, Person, PovertyRegistration, Schooling
from policies.figures import figure
from policies.groups import DIBAO, SEVERE, TEKUN
from policies.units import HUMAN_RESOURCES, SOCIAL_INSURANCE_SECTION

GRANT = PLAN.quote(
    "二(三)3",
    "自2018年起,对符合城乡居民养老保险参保条件的低保对象、特困人员、五保户、"
    "重度残疾人、计划生育特别扶助对象等特殊困难群体,由区政府按200元缴费档次"
    "为其代缴养老保险费(上述人员如有多重身份的,只能选择一种身份进行代缴),"
    "同时按规定给予补贴。",
)
ENROLMENT = RESIDENT_PENSION_2014.article(
    "参保范围",
    "年满16周岁、不是在校学生、没有职工养老保险的城乡居民，在户籍地参保。",
)
PAYING_AGE = RESIDENT_PENSION_2014.article("养老保险待遇领取条件", "缴费到60周岁，此后领取待遇。")
POVERTY = PENSION_POVERTY_2017.article("代缴对象", "未标注脱贫的建档立卡贫困人口，由政府代缴最低标准的养老保险费。")

PREMIUM = figure("pension-premium-subsidy.premium", "代缴养老保险费", "元/年", HUMAN_RESOURCES)

# 「等」字之内：人社部发〔2017〕59号把未脱贫的建档立卡人口列为代缴对象，已脱贫的不在其内。
NOT_YET_LIFTED = group(
    "未脱贫建档立卡人口和防止返贫监测对象",
    Household.poverty_registration.is_(PovertyRegistration.REGISTERED, PovertyRegistration.MONITORED),
)

POLICY = Policy(
    code="pension-premium-subsidy",
    title="城乡居民养老保险费代缴",
    subject=Person,
    section=SOCIAL_INSURANCE_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.INSURANCE,
    in_force=Period(date(2018, 1, 1)),
    conditions=(
        condition("本区户籍", Household.local, ENROLMENT),
        condition("年满16周岁", Person.age >= 16, ENROLMENT),
        condition("未满60周岁", Person.age < 60, PAYING_AGE),
        condition("不是在校学生", Person.schooling.is_(Schooling.NONE), ENROLMENT),
        condition("未参加职工养老保险", not_(Person.employee_pension), ENROLMENT),
        condition(
            "属于特殊困难群体",
            any_of(
                DIBAO,
                TEKUN,
                SEVERE,
                group("计划生育特别扶助对象", Person.family_planning_support),
                NOT_YET_LIFTED,
            ),
            POVERTY,
        ),
    ),
    one_identity=True,
    entitlement=Entitlement("由区政府代缴养老保险费，不发现金", PREMIUM, "元/年"),
    procedure=Procedure(
        steps=(
            "民政、残联、卫健等单位交换名单",
            "村（社区）核对",
            "人社部门代缴",
        ),
        materials=("居民身份证或户口簿", "相应身份的证明（名单已有的不用提供）"),
        where="一般不用本人申请；不在名单内的，到户籍所在村（社区）或镇便民服务中心",
    ),
    notes=("有多重身份的，只能选择一种身份代缴。",),
)
