"""因病支出型贫困家庭纳入低保：收入不算最低，但看病花费把全家拖到低保标准以下的家庭。"""

from datetime import date

from app.rules import (
    MEMBERS,
    Entitlement,
    Force,
    Kind,
    Period,
    Policy,
    Procedure,
    any_of,
    condition,
    named,
)
from policies.documents import DIBAO_ILLNESS_2017, PLAN
from policies.facts import Assistance, Household
from policies.figures import figure
from policies.social_services.dibao_standard import STANDARD_PER_YEAR
from policies.units import CIVIL_AFFAIRS, SOCIAL_SERVICES_SECTION

GRANT = PLAN.quote(
    "二(五)1",
    "探索将生活困难、单独立户(靠家庭供养无法单独立户,可按照单人户)的成年无业重度残疾人"
    "和因病支出型贫困家庭纳入城乡低保范围。",
)
WHO = DIBAO_ILLNESS_2017.article("对象范围", "有当地户口、家庭财产符合规定的家庭可以申请。")
EXPENSE = DIBAO_ILLNESS_2017.article(
    "支出条件",
    "申请前12个月看重特大疾病自负的费用超过家庭可支配收入，或者收入扣除这些费用后人均低于当地低保标准。",
)
INCOME = DIBAO_ILLNESS_2017.article("收入条件", "申请前12个月家庭人均可支配收入低于当地上年度居民人均可支配收入。")

LOCAL_AVERAGE = figure(
    "dibao-illness-expense.local-average",
    "当地上年度居民人均可支配收入",
    "元/年",
    CIVIL_AFFAIRS,
)
ALLOWANCE = figure("dibao-illness-expense.allowance", "因病支出型贫困家庭低保金", "元/月", CIVIL_AFFAIRS)

# 不作除法：人均的比较都乘以人口数，按全家算，一分不差。
HOUSEHOLD_INCOME = named("家庭年可支配收入", Household.income_per_capita * MEMBERS, unit="元/年")
INCOME_LEFT = named("扣除医疗费用后的家庭年收入", HOUSEHOLD_INCOME - Household.medical_expense, unit="元/年")
HOUSEHOLD_STANDARD = named("全家的低保标准（折合每年）", STANDARD_PER_YEAR * MEMBERS, unit="元/年")

POLICY = Policy(
    code="dibao-illness-expense",
    title="因病支出型贫困家庭纳入低保",
    subject=Household,
    section=SOCIAL_SERVICES_SECTION,
    clause=GRANT,
    force=Force.DIRECTION,
    kind=Kind.CASH,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, WHO),
        condition("家庭财产符合低保规定", Household.assets_within_limit, WHO),
        condition(
            "医疗费用超过家庭收入，或扣除医疗费用后人均收入低于低保标准",
            any_of(
                Household.medical_expense > HOUSEHOLD_INCOME,
                INCOME_LEFT < HOUSEHOLD_STANDARD,
            ),
            EXPENSE,
        ),
        condition(
            "家庭人均收入低于当地居民人均可支配收入",
            Household.income_per_capita < LOCAL_AVERAGE,
            INCOME,
        ),
    ),
    already=Household.assistance.is_(Assistance.DIBAO),
    entitlement=Entitlement("按低保补差发放，按月发放", ALLOWANCE, "元/月"),
    procedure=Procedure(
        steps=(
            "向户籍所在镇（街道）书面申请，可委托村（社区）代办",
            "入户调查和家庭经济状况核对",
            "村（社区）公示",
            "镇（街道）审核",
            "区民政局审批",
            "镇（街道）每年复核",
        ),
        materials=("家庭成员身份证和户口簿", "近12个月的医疗费用凭据", "核对授权书"),
        where="户籍所在镇（街道）社会救助窗口",
    ),
    notes=(
        "收入本来就低于低保标准的，直接申请最低生活保障。",
        "安徽省规定财政供养人员除外，由镇（街道）核实。",
        "2024年起国家另有刚性支出困难家庭的救助办法，给的是专项救助，不是低保。",
    ),
)
