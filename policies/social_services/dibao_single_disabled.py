"""重度残疾人单人户纳入低保：成年、无业、生活困难的重度残疾人，可以单独作为一户吃低保。"""

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
)
from policies.documents import PLAN, SOCIAL_ASSISTANCE
from policies.facts import Household, Person, Work
from policies.figures import figure
from policies.groups import POOR, SEVERE
from policies.units import CIVIL_AFFAIRS, SOCIAL_SERVICES_SECTION

GRANT = PLAN.quote(
    "二(五)1",
    "探索将生活困难、单独立户(靠家庭供养无法单独立户,可按照单人户)的成年无业重度残疾人"
    "和因病支出型贫困家庭纳入城乡低保范围。",
)
WHERE = SOCIAL_ASSISTANCE.article("第十一条", "低保向户籍所在地的镇、街道书面申请。")

ALLOWANCE = figure("dibao-single-disabled.allowance", "重度残疾人单人户低保金", "元/月", CIVIL_AFFAIRS)

POLICY = Policy(
    code="dibao-single-disabled",
    title="重度残疾人单人户纳入低保",
    subject=Person,
    section=SOCIAL_SERVICES_SECTION,
    clause=GRANT,
    force=Force.DIRECTION,
    kind=Kind.CASH,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, WHERE),
        condition("已成年，年满18周岁", Person.age >= 18, GRANT),
        condition("残疾等级为一级或二级", SEVERE, GRANT),
        condition("无业或失业", Person.work.is_(Work.NONE, Work.UNEMPLOYED), GRANT),
        condition("生活困难", POOR, GRANT),
        condition(
            "单独立户，或靠家庭供养无法单独立户",
            any_of(Person.independent_household, Person.family_dependent),
            GRANT,
        ),
    ),
    already=Person.single_dibao,
    entitlement=Entitlement("按单人户发给低保金，按月发放", ALLOWANCE, "元/月"),
    procedure=Procedure(
        steps=(
            "本人向户籍所在镇（街道）书面申请，可委托村（社区）代办",
            "入户调查和经济状况核对",
            "村（社区）公示",
            "镇（街道）审核",
            "区民政局审批",
        ),
        materials=("居民身份证和户口簿", "残疾人证", "核对授权书"),
        where="户籍所在镇（街道）社会救助窗口",
    ),
    notes=(
        "纳入单人保以后，可以申领困难残疾人生活补贴。",
        "2021年起国家规定，低保边缘家庭中的三级智力、三级精神残疾人也可以按单人户申请，等级不够的请向区民政局核实。",
    ),
)
