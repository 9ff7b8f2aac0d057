"""特困人员救助供养：无劳动能力、无生活来源、无人赡养抚养扶养的老年人、残疾人和未成年人。"""

from datetime import date

from app.rules import (
    Conflict,
    ConflictRule,
    Entitlement,
    Force,
    Kind,
    Period,
    Policy,
    Procedure,
    all_of,
    any_of,
    cases,
    condition,
    group,
)
from policies.documents import PLAN, SOCIAL_ASSISTANCE, TEKUN_2016
from policies.facts import DisabilityCategory, DisabilityGrade, Household, Person
from policies.figures import figure
from policies.groups import SEVERE, TEKUN
from policies.units import CIVIL_AFFAIRS, SOCIAL_SERVICES_SECTION

GRANT = PLAN.quote("二(五)1", "适度提高特困人员救助供养水平")
WHO = SOCIAL_ASSISTANCE.article(
    "第十四条",
    "无劳动能力、无生活来源，又没有法定义务人或者义务人没有能力履行义务的老年人、残疾人和未满16周岁的人，按特困人员供养。",
)
LINKED = SOCIAL_ASSISTANCE.article("第十五条", "特困人员供养要与最低生活保障等制度衔接。")
WHERE = SOCIAL_ASSISTANCE.article("第十六条", "特困供养向户籍所在地的镇、街道书面申请。")
INCAPABLE = TEKUN_2016.article(
    "无劳动能力的认定",
    "60周岁以上的老年人、未满16周岁的未成年人，一、二级智力或精神残疾人和一级肢体残疾人，认定为无劳动能力。",
)

RURAL = figure("tekun-support.living-rural", "农村特困人员基本生活标准", "元/月", CIVIL_AFFAIRS)
URBAN = figure("tekun-support.living-urban", "城市特困人员基本生活标准", "元/月", CIVIL_AFFAIRS)

INCAPABLE_BY_DISABILITY = group(
    "因残疾无劳动能力",
    any_of(
        all_of(
            SEVERE,
            Person.disability_category.is_(DisabilityCategory.INTELLECTUAL, DisabilityCategory.PSYCHIATRIC),
        ),
        all_of(
            Person.disability_grade.is_(DisabilityGrade.FIRST),
            Person.disability_category.is_(DisabilityCategory.PHYSICAL),
        ),
    ),
)

POLICY = Policy(
    code="tekun-support",
    title="特困人员救助供养",
    subject=Person,
    section=SOCIAL_SERVICES_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.CASH,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, WHERE),
        condition(
            "无劳动能力：年满60周岁、未满16周岁，或一二级智力精神残疾、一级肢体残疾",
            any_of(Person.age >= 60, Person.age < 16, INCAPABLE_BY_DISABILITY),
            INCAPABLE,
        ),
        condition("无生活来源", Person.no_income_source, WHO),
        condition("无法定义务人，或义务人无履行能力", Person.no_supporter, WHO),
    ),
    already=TEKUN,
    entitlement=Entitlement(
        "按月发给基本生活费，并提供照料、疾病治疗和丧葬",
        cases((Household.rural, RURAL), otherwise=URBAN),
        "元/月",
    ),
    procedure=Procedure(
        steps=(
            "本人向户籍所在镇（街道）书面申请，有困难的由村（社区）代为申请",
            "入户调查和经济状况核对",
            "村（社区）公示",
            "镇（街道）审核",
            "区民政局审批",
        ),
        materials=("居民身份证和户口簿", "残疾人证（按残疾申请的）"),
        where="户籍所在镇（街道）社会救助窗口",
    ),
    conflicts=(
        Conflict(
            "dibao-single-disabled",
            ConflictRule.ONE_ONLY,
            "单人保与特困供养只能享受一种，符合特困供养条件的按特困供养",
            LINKED,
        ),
        Conflict(
            "dibao-illness-expense",
            ConflictRule.ONE_ONLY,
            "低保与特困供养只能享受一种，家里的特困供养人员不再算低保",
            LINKED,
        ),
    ),
    notes=(
        "五保户就是特困供养人员，不重复计算。",
        "基础养老金、居民医保、优待抚恤金和高龄津贴，不算生活来源。",
        "2021年起认定放宽到三级智力精神、二级肢体、一级视力残疾，滁州市未成年人到18周岁；有这些情形的请向区民政局核实。",
        "集中供养还是分散供养，由本人选择。",
    ),
)
