"""公共体育场馆免费或低收费开放：人人可以使用，不用申请。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure
from policies.documents import PLAN
from policies.facts import Person
from policies.units import CULTURE_SECTION, EDUCATION

GRANT = PLAN.quote("二(七)2", "推动各类公共体育场馆免费或低收费开放。")

POLICY = Policy(
    code="sports-venue-access",
    title="公共体育场馆免费或低收费开放",
    subject=Person,
    section=CULTURE_SECTION,
    clause=GRANT,
    force=Force.DIRECTION,
    kind=Kind.WAIVER,
    in_force=Period(date(2018, 11, 19)),
    conditions=(),
    entitlement=Entitlement("公共体育场馆免费或低收费"),
    procedure=Procedure(
        steps=("直接到场馆，不用申请",),
        materials=("不用申请，场馆要求时出示居民身份证",),
        where="各公共体育场馆",
    ),
    handling_unit=EDUCATION,
)
