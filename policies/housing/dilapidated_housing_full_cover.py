"""特困户建房区级兜底：够农村危房改造条件，自己又无力建房的，由区里兜底解决。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, condition
from policies.documents import PLAN
from policies.facts import Household
from policies.housing.dilapidated_housing_renovation import CONDITIONS, PROCEDURE
from policies.units import HOUSING_SECTION

GRANT = PLAN.quote(
    "二(六)1",
    "对自筹资金和投工投料能力极弱的特困户,加大差异化补助,区级兜底解决特困户建房。",
)

POLICY = Policy(
    code="dilapidated-housing-full-cover",
    title="特困户建房区级兜底",
    subject=Household,
    section=HOUSING_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.HOUSING,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        *CONDITIONS,
        condition("自筹资金和投工投料能力极弱", Household.cannot_self_build, GRANT),
    ),
    entitlement=Entitlement("加大差异化补助，由区里兜底解决建房"),
    procedure=PROCEDURE,
    notes=("兜底方式还可以是统建农村集体公租房、幸福大院，或者置换、租赁闲置农房。",),
)
