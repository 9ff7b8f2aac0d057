"""农村危房改造：帮助四类重点对象改造C级、D级危房。"""

from datetime import date

from app.rules import (
    Entitlement,
    Force,
    Kind,
    Period,
    Policy,
    Procedure,
    all_of,
    any_member,
    any_of,
    cases,
    condition,
    group,
    not_,
)
from policies.documents import PLAN, RURAL_HOUSING_2017
from policies.facts import Assistance, DwellingGrade, Household, Person, Tekun
from policies.figures import figure
from policies.groups import DISABLED_HOUSEHOLD, POOR_HOUSEHOLD, REGISTERED
from policies.units import HOUSING, HOUSING_SECTION

GRANT = PLAN.quote(
    "二(六)1",
    "严格实行“户申请、村评议、乡镇审核、区审批”的审核审批程序,帮助住房最危险、经济最贫困农户解决最基本的安全住房。",
)
DANGER = RURAL_HOUSING_2017.article("改造对象", "住房经评定为C级或D级的重点对象，列为改造对象。")
FAMILIES = RURAL_HOUSING_2017.article(
    "改造对象",
    "中央支持四类重点对象：建档立卡贫困户、低保户、农村分散供养特困人员和贫困残疾人家庭。",
)
NOT_TWICE = RURAL_HOUSING_2017.article("改造对象", "已列入易地扶贫搬迁计划的，不再列为危房改造对象。")

GRADE_C = figure("dilapidated-housing-renovation.grade-c", "C级危房改造补助", "元/户", HOUSING)
GRADE_D = figure("dilapidated-housing-renovation.grade-d", "D级危房改造补助", "元/户", HOUSING)

# 区级兜底（dilapidated_housing_full_cover）以这些条件为前提。
CONDITIONS = (
    condition("本区户籍", Household.local, GRANT),
    condition("农村户籍家庭", Household.rural, GRANT),
    condition(
        "住房鉴定为C级或D级",
        # 名册里只写“危房”没有写等级的，总在C、D两级之中；补助等鉴定出等级再定。
        Household.dwelling_grade.is_(DwellingGrade.C, DwellingGrade.D, DwellingGrade.DANGEROUS),
        DANGER,
    ),
    condition(
        "属于四类重点对象",
        any_of(
            REGISTERED,
            group("低保户", Household.assistance.is_(Assistance.DIBAO)),
            group("分散供养特困人员家庭", any_member(Person.tekun.is_(Tekun.DISPERSED))),
            group("贫困残疾人家庭", all_of(DISABLED_HOUSEHOLD, POOR_HOUSEHOLD)),
        ),
        FAMILIES,
    ),
    condition("未纳入易地扶贫搬迁", not_(Household.relocated), NOT_TWICE),
)

PROCEDURE = Procedure(
    steps=("户申请", "村评议", "乡镇审核", "区审批", "竣工验收", "一户一档"),
    materials=("居民身份证", "户口簿"),
    where="户籍所在村（社区）",
)

POLICY = Policy(
    code="dilapidated-housing-renovation",
    title="农村危房改造",
    subject=Household,
    section=HOUSING_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.HOUSING,
    in_force=Period(date(2018, 11, 19)),
    conditions=CONDITIONS,
    entitlement=Entitlement(
        "改造补助，竣工验收后发放",
        cases(
            (Household.dwelling_grade.is_(DwellingGrade.C), GRADE_C),
            (Household.dwelling_grade.is_(DwellingGrade.D), GRADE_D),
        ),
        "元/户",
    ),
    procedure=PROCEDURE,
    notes=(
        "C级危房原则上加固改造。",
        "贫困残疾人家庭的危房应改尽改。",
        "2021年以后国家把对象扩大为六类低收入群体，不在四类之内的，可向区住建局问清现行办法。",
    ),
)
