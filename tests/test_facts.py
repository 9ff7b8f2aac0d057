"""The data dictionary, against tables typed from the specification and not from the code."""

from collections import Counter

import pytest

from app.rules.expressions import Amount, Choice, When, YesNo, vocabulary
from app.rules.walk import facts_of
from policies import POLICIES
from policies.facts import Household, Person
from tests.tables import rows

# key · kind, and the unit of an amount · label · codes with their labels
HOUSEHOLD_TABLE = """
local yes/no 本区户籍
rural yes/no 农村户籍家庭
assistance choice 家庭救助认定: dibao=低保 marginal=低保边缘 low_income=其他低收入 none=未认定
poverty_registration choice 建档立卡:
    registered=建档立卡贫困户 lifted=已脱贫(享受政策) monitored=防止返贫监测对象 none=否
hardship_certified yes/no 经学校或民政认定的家庭经济困难
income_per_capita amount,元/年 家庭人均年可支配收入
assets_within_limit yes/no 家庭财产符合低保规定
medical_expense amount,元 近12个月家庭自负医疗费用
dwelling_grade choice 住房鉴定等级: A=A级(安全) B=B级(基本安全) C=C级(局部危险) D=D级(整栋危险) dangerous=危房(未分级) none=无房
relocated yes/no 已纳入易地扶贫搬迁
cannot_self_build yes/no 自筹资金和投工投料能力极弱
housing_difficulty yes/no 城镇住房困难
"""
PERSON_TABLE = """
birth_date date 出生日期
age amount,周岁 年龄
sex choice 性别: male=男 female=女
disability_category choice 残疾类别:
    vision=视力 hearing=听力 speech=言语 physical=肢体 intellectual=智力 psychiatric=精神 multiple=多重 none=无残疾人证
disability_grade choice 残疾等级: 1=一级 2=二级 3=三级 4=四级 none=无残疾人证
tekun choice 特困供养(含五保): dispersed=分散供养 institutional=集中供养 none=否
single_dibao yes/no 本人单独纳入低保(单人保)
self_care choice 生活自理能力: able=能自理 partial=半失能 unable=失能
long_term_care yes/no 需要长期照护
schooling choice 在校阶段:
    none=不在校 preschool=幼儿园 primary=小学 junior=初中 senior_high=普通高中 vocational=中职 higher=高等教育
boarding yes/no 寄宿生
work choice 就业状况:
    employed=在职 self_employed=自主创业或灵活就业 migrant=外出务工(农民工) unemployed=失业
    laid_off=转岗 retired=退休 none=无业
labour_capacity yes/no 有劳动能力
employee_pension yes/no 已参加职工养老保险(含机关事业单位)
pension_years amount,年 城乡居保累计缴费年限
resident_medical_insurance yes/no 已参加城乡居民医保
family_planning_support yes/no 计划生育特别扶助对象
child_protection choice 困境儿童类别: orphan=孤儿 unattended=事实无人抚养 difficult=其他困境儿童 none=否
left_behind yes/no 农村留守儿童
military choice 优抚身份: retired=退役军人 disabled=残疾军人 bereaved=烈士等遗属 cadre=军休人员 none=否
graduate_not_continuing yes/no 未继续升学的应届初高中毕业生
returning_entrepreneur yes/no 农民工返乡创业
severe_mental_disorder yes/no 严重精神障碍患者
critical_illness yes/no 患重特大疾病
emergency_unpaid yes/no 急危重伤病且身份不明或无力支付
work_injury_care yes/no 领取工伤生活护理费
independent_household yes/no 单独立户
family_dependent yes/no 靠家庭供养无法单独立户
no_income_source yes/no 无生活来源
no_supporter yes/no 无法定义务人或义务人无履行能力
childbearing choice 婚育阶段: premarital=婚前 planning=备孕 pregnant=孕期 none=否
stable_migrant_worker yes/no 稳定就业的外来务工人员
new_employee_without_home yes/no 新就业无房职工
"""
EVERY_FACT = (*vocabulary(Household), *vocabulary(Person))


def as_a_row(fact):
    match fact:
        case YesNo():
            return f"{fact.key} yes/no {fact.label}"
        case When():
            return f"{fact.key} date {fact.label}"
        case Amount():
            return f"{fact.key} amount,{fact.unit} {fact.label}"
        case Choice():
            codes = " ".join(f"{code.value}={code.label}" for code in fact.options)
            return f"{fact.key} choice {fact.label}: {codes}"
        case _:
            raise AssertionError(fact)


@pytest.mark.parametrize(
    ("entity", "table"), [(Household, HOUSEHOLD_TABLE), (Person, PERSON_TABLE)], ids=["household", "person"]
)
def test_the_facts_are_those_of_the_specification(entity, table):
    assert [as_a_row(fact) for fact in vocabulary(entity)] == rows(table)


def test_a_key_is_unique_across_household_and_person():
    assert set(Counter(fact.key for fact in EVERY_FACT).values()) == {1}


def test_wire_codes_are_ascii():
    codes = [code.value for fact in EVERY_FACT if isinstance(fact, Choice) for code in fact.options]
    assert all(word.isascii() for word in (*codes, *(fact.key for fact in EVERY_FACT)))


def test_an_age_is_reckoned_from_the_birth_date():
    assert Person.age.since is Person.birth_date


def test_every_fact_is_read_by_some_policy_but_sex_and_what_others_are_reckoned_from():
    rules = [rule for policy in POLICIES for rule in (policy.eligible, policy.already, policy.entitlement.quantity)]
    read = {fact for rule in rules if rule is not None for fact in facts_of(rule)}
    assert set(EVERY_FACT) - read == {Person.sex, Person.birth_date}
