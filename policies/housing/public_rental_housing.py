"""公共租赁住房：面向城镇中等偏下收入住房困难家庭、外来务工人员和新就业职工。"""

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
    condition,
    group,
    not_,
)
from policies.documents import PLAN
from policies.facts import Household, Person
from policies.figures import figure
from policies.units import HOUSING, HOUSING_SECTION

GRANT = PLAN.quote(
    "二(六)2",
    "逐步将符合条件的城镇中等偏下收入住房困难家庭、稳定就业外来务工人员、新就业无房职工纳入保障范围。"
    "实行实物配租和租赁补贴并举,逐步加大租赁补贴力度。合理制定和调整租金标准。"
    "对符合条件的低收入群体优先给予保障,做到依申请应保尽保。",
)

INCOME_LINE = figure("public-rental-housing.income-line", "城镇中等偏下收入线", "元/年", HOUSING)
RENT_SUBSIDY = figure("public-rental-housing.rent-subsidy", "公租房租赁补贴", "元/月", HOUSING)

POLICY = Policy(
    code="public-rental-housing",
    title="公共租赁住房",
    subject=Household,
    section=HOUSING_SECTION,
    clause=GRANT,
    force=Force.DIRECTION,
    kind=Kind.HOUSING,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition(
            "属于公租房保障对象",
            any_of(
                group(
                    "城镇中等偏下收入住房困难家庭",
                    all_of(
                        not_(Household.rural),
                        Household.housing_difficulty,
                        Household.income_per_capita <= INCOME_LINE,
                    ),
                ),
                group("有稳定就业外来务工人员的家庭", any_member(Person.stable_migrant_worker)),
                group("有新就业无房职工的家庭", any_member(Person.new_employee_without_home)),
            ),
            GRANT,
        ),
    ),
    entitlement=Entitlement("实物配租，或者发放租赁补贴", RENT_SUBSIDY, "元/月"),
    procedure=Procedure(
        steps=(
            "向镇（街道）或住建部门申请",
            "民政部门审核收入、财产，住房保障部门审核住房",
            "轮候",
            "配租或发放租赁补贴",
        ),
        materials=("居民身份证", "户口簿"),
        where="镇（街道）便民服务中心或区住建局",
    ),
    notes=(
        "符合条件的低收入群体优先保障。",
        "能否同时享受农村危房改造，文件没有规定，由区住建局确认。",
    ),
)
