"""最低生活保障：家庭人均收入低于当地低保标准、财产符合规定的，按差额补助。"""

from datetime import date

from app.rules import (
    MEMBERS,
    Conflict,
    ConflictRule,
    Entitlement,
    Force,
    Kind,
    Period,
    Policy,
    Procedure,
    condition,
    every_member,
    not_,
)
from policies.documents import PLAN, SOCIAL_ASSISTANCE
from policies.facts import Assistance, Household
from policies.groups import TEKUN
from policies.social_services.dibao_standard import STANDARD_PER_YEAR
from policies.units import SOCIAL_SERVICES_SECTION

GRANT = PLAN.quote("二(五)1", "推动农村低保标准和国家扶贫标准“两线合一”")
TEST = SOCIAL_ASSISTANCE.article(
    "第九条",
    "共同生活的家庭成员人均收入低于当地低保标准且财产状况符合规定的家庭，给予低保。",
)
DIFFERENCE = SOCIAL_ASSISTANCE.article("第十二条", "按家庭人均收入低于低保标准的差额，按月发给低保金。")
TEKUN_FIRST = SOCIAL_ASSISTANCE.article("第十四条", "符合特困人员供养条件的，按特困人员供养。")

POLICY = Policy(
    code="dibao",
    title="最低生活保障",
    subject=Household,
    section=SOCIAL_SERVICES_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.CASH,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, TEST),
        condition(
            "家庭人均收入低于当地低保标准",
            Household.income_per_capita < STANDARD_PER_YEAR,
            TEST,
        ),
        condition("家庭财产符合低保规定", Household.assets_within_limit, TEST),
        condition("不是全家都由特困供养保障", not_(every_member(TEKUN)), TEKUN_FIRST),
    ),
    already=Household.assistance.is_(Assistance.DIBAO),
    entitlement=Entitlement(
        "按人均差额补助全家，按月发放",
        (STANDARD_PER_YEAR - Household.income_per_capita) * MEMBERS,
        "元/年",
    ),
    procedure=Procedure(
        steps=(
            "向户籍所在镇（街道）书面申请，可委托村（社区）代办",
            "入户调查和家庭经济状况核对",
            "村（社区）公示",
            "镇（街道）审核",
            "区民政局审批",
        ),
        materials=("家庭成员身份证和户口簿", "收入和财产情况声明", "核对授权书"),
        where="户籍所在镇（街道）社会救助窗口",
    ),
    conflicts=(
        Conflict(
            "tekun-support",
            ConflictRule.ONE_ONLY,
            "低保与特困供养只能享受一种，符合特困供养条件的按特困供养",
            TEKUN_FIRST,
        ),
    ),
    notes=("残疾人两项补贴、高龄津贴和抚恤优待金不计入家庭收入。",),
)
