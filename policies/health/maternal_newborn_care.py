"""婚前保健、孕前优生健康检查和新生儿疾病筛查。"""

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
from policies.documents import PLAN
from policies.facts import Childbearing, Person
from policies.units import HEALTH_SECTION

GRANT = PLAN.quote("二(四)3", "加强婚前保健、孕前优生健康检查和新生儿疾病筛查,强化出生缺陷干预。")

POLICY = Policy(
    code="maternal-newborn-care",
    title="婚前保健、孕前检查和新生儿疾病筛查",
    subject=Person,
    section=HEALTH_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.SERVICE,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition(
            "婚前、备孕、孕期或未满1周岁",
            any_of(
                Person.childbearing.is_(
                    Childbearing.PREMARITAL,
                    Childbearing.PLANNING,
                    Childbearing.PREGNANT,
                ),
                group("新生儿和婴儿", Person.age < 1),
            ),
            GRANT,
        ),
    ),
    entitlement=Entitlement("保健、检查和筛查服务"),
    procedure=Procedure(
        steps=("到医疗卫生机构接受检查或筛查",),
        materials=("居民身份证或户口簿",),
        where="乡镇卫生院、社区卫生服务机构或妇幼保健机构",
    ),
)
