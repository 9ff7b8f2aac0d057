"""公共文化体育设施和公园对残疾人免费或优惠：凭残疾人证入场，不用申请。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure, condition
from policies.documents import PLAN
from policies.facts import Person
from policies.groups import DISABLED
from policies.units import DISABILITY_SECTION

GRANT = PLAN.quote("二(八)2", "推动公共文化体育设施和公园等公共场所对残疾人免费或优惠开放。")

POLICY = Policy(
    code="disability-venue-fee-waiver",
    title="公共文化体育设施和公园对残疾人免费或优惠",
    subject=Person,
    section=DISABILITY_SECTION,
    clause=GRANT,
    force=Force.DIRECTION,
    kind=Kind.WAIVER,
    in_force=Period(date(2018, 11, 19)),
    conditions=(condition("持有残疾人证", DISABLED, GRANT),),
    entitlement=Entitlement("入场时免费或优惠"),
    procedure=Procedure(
        steps=("入场时出示残疾人证，不用申请",),
        materials=("残疾人证",),
        where="各公共文化体育设施和公园",
    ),
)
