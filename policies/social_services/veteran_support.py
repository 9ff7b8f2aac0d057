"""优抚安置：退役军人、残疾军人、烈士等遗属和军休人员的抚恤优待。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure, condition
from policies.documents import MILITARY_2024, PLAN
from policies.facts import Household, Military, Person
from policies.figures import figure
from policies.units import CIVIL_AFFAIRS, SOCIAL_SERVICES_SECTION

GRANT = PLAN.quote(
    "二(五)3",
    "全面落实优抚安置政策,实行“普惠+优待”的保障模式,提升复员退伍军人、军休人员优抚安置和服务保障能力。",
)
WHO = MILITARY_2024.article("第二条", "退役军人、残疾军人和烈士、因公牺牲军人、病故军人的遗属等，享受抚恤优待。")

ALLOWANCE = figure("veteran-support.allowance", "优抚补助", "元/月", CIVIL_AFFAIRS)

POLICY = Policy(
    code="veteran-support",
    title="优抚安置",
    subject=Person,
    section=SOCIAL_SERVICES_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.CASH,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, GRANT),
        condition(
            "有优抚身份",
            Person.military.is_(Military.RETIRED, Military.DISABLED, Military.BEREAVED, Military.CADRE),
            WHO,
        ),
    ),
    entitlement=Entitlement("按身份享受抚恤、补助、优待和安置", ALLOWANCE, "元/月"),
    procedure=Procedure(
        steps=("向村（社区）或镇（街道）提出", "核对优抚身份", "按身份办理"),
        materials=("居民身份证", "户口簿", "优抚身份的证件"),
        where="户籍所在村（社区）或镇便民服务中心",
    ),
    notes=(
        "抚恤金、补助金和优待金，在审核其他待遇时不计入个人和家庭收入。",
        "2018年至2019年机构改革后，优抚安置由退役军人事务部门负责。",
    ),
)
