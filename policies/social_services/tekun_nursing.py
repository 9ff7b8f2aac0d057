"""失能、半失能特困人员护理：给生活不能自理或部分不能自理的特困人员提供照料护理。"""

from datetime import date

from app.rules import (
    Entitlement,
    Force,
    Kind,
    Period,
    Policy,
    Procedure,
    cases,
    condition,
    group,
)
from policies.documents import PLAN
from policies.facts import Person, SelfCare
from policies.figures import figure
from policies.groups import TEKUN
from policies.units import CIVIL_AFFAIRS, SOCIAL_SERVICES_SECTION

GRANT = PLAN.quote("二(五)1", "提升失能、半失能特困人员护理服务能力。")

UNABLE = Person.self_care.is_(SelfCare.UNABLE)
NEEDS_CARE = group("失能、半失能", Person.self_care.is_(SelfCare.PARTIAL, SelfCare.UNABLE))

FULL_CARE = figure("tekun-nursing.unable", "失能特困人员照料护理标准", "元/月", CIVIL_AFFAIRS)
PARTIAL_CARE = figure("tekun-nursing.partial", "半失能特困人员照料护理标准", "元/月", CIVIL_AFFAIRS)

POLICY = Policy(
    code="tekun-nursing",
    title="失能、半失能特困人员护理",
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
    entitlement=Entitlement(
        "照料护理服务，按失能程度定标准",
        cases((UNABLE, FULL_CARE), otherwise=PARTIAL_CARE),
        "元/月",
    ),
    procedure=Procedure(
        steps=("向村（社区）或镇（街道）提出", "评估生活自理能力", "落实照料护理"),
        materials=("居民身份证或户口簿",),
        where="户籍所在村（社区）或镇便民服务中心",
    ),
    notes=(
        "滁州市2022年7月起按上年度最低工资的比例定：集中供养全护理50%、半护理30%，分散供养全护理35%、半护理20%。",
        "所以区里公布的标准，还要看是集中供养还是分散供养。",
    ),
)
