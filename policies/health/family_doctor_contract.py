"""家庭医生签约服务：人人可以与家庭医生签约。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure
from policies.documents import PLAN
from policies.facts import Person
from policies.units import HEALTH_SECTION

GRANT = PLAN.quote(
    "二(四)3",
    "全民开展家庭医生签约服务,提高居民健康档案建档率、重点人群规范管理率和签约服务率。",
)

POLICY = Policy(
    code="family-doctor-contract",
    title="家庭医生签约服务",
    subject=Person,
    section=HEALTH_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.SERVICE,
    in_force=Period(date(2018, 11, 19)),
    conditions=(),
    entitlement=Entitlement("与家庭医生签约，建立健康档案"),
    procedure=Procedure(
        steps=("与家庭医生签约",),
        materials=("居民身份证或户口簿",),
        where="村卫生室、乡镇卫生院或社区卫生服务机构",
    ),
    notes=("建档立卡人口应签尽签，高血压、糖尿病、结核病和严重精神障碍患者是重点人群。",),
)
