"""严重精神障碍患者登记随访和社区康复。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure, condition
from policies.documents import PLAN
from policies.facts import Person
from policies.units import SOCIAL_SERVICES_SECTION

GRANT = PLAN.quote(
    "二(五)2",
    "加强严重精神障碍患者管理,推进精神障碍患者登记管理、随访指导、社区康复等服务",
)

POLICY = Policy(
    code="mental-disorder-care",
    title="严重精神障碍患者登记随访和社区康复",
    subject=Person,
    section=SOCIAL_SERVICES_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.SERVICE,
    in_force=Period(date(2018, 11, 19)),
    conditions=(condition("严重精神障碍患者", Person.severe_mental_disorder, GRANT),),
    entitlement=Entitlement("登记管理、随访指导和社区康复服务"),
    procedure=Procedure(
        steps=("登记", "随访指导", "社区康复"),
        materials=("居民身份证或户口簿",),
        where="居住地村（社区）或镇便民服务中心",
    ),
    notes=("健康信息很敏感，询问和登记时注意保密，不要公示。",),
)
