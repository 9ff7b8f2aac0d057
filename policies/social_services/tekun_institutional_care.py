"""敬老院托底供养：失能、半失能的特困人员，由敬老院等机构兜底养老。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure, condition
from policies.documents import PLAN
from policies.facts import Person, Tekun
from policies.groups import TEKUN
from policies.social_services.tekun_nursing import NEEDS_CARE
from policies.units import SOCIAL_SERVICES_SECTION

GRANT = PLAN.quote(
    "二(五)2",
    "加强敬老院等托底保障性养老机构建设,调整敬老院布局,建设区域性敬老院,提高对失能、半失能特困人员养老保障能力",
)

POLICY = Policy(
    code="tekun-institutional-care",
    title="敬老院托底供养",
    subject=Person,
    section=SOCIAL_SERVICES_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.SERVICE,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("特困供养人员（五保户）", TEKUN, GRANT),
        condition("失能或半失能", NEEDS_CARE, GRANT),
    ),
    already=Person.tekun.is_(Tekun.INSTITUTIONAL),
    entitlement=Entitlement("入住敬老院等供养服务机构"),
    procedure=Procedure(
        steps=("本人向村（社区）或镇（街道）提出集中供养", "安排入住敬老院"),
        materials=("居民身份证或户口簿",),
        where="户籍所在村（社区）或镇便民服务中心",
    ),
    notes=("集中供养还是分散供养，由本人选择。",),
)
