"""Laws over all policies at once, against tables typed from the specification and not from the code."""

import re
from collections import Counter
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

import policies
from app.rules import Clause, Conflict, Policy, Source
from app.rules.amount import AmountStatus, reckon
from app.rules.evaluate import evaluate
from app.rules.expressions import Condition
from app.rules.policy import ConflictRule, Force, Kind, Verdict
from app.rules.walk import facts_of, walk
from policies import POLICIES, documents, figures
from policies.documents import PLAN
from policies.facts import Household
from policies.units import SECTIONS
from tests.cases import Book, Facts, scope, subject
from tests.cases.groups import NOT_LOW_INCOME
from tests.misreadings import same_meaning
from tests.tables import rows
from tests.test_policies import book_of

each_policy = pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.code)
BY_CODE = {policy.code: policy for policy in POLICIES}

# ── the 46 policies ────────────────────────────────────────────────────────

# code · subject · clause · force · kind · title, with † before what is bound to the hukou
POLICY_TABLE = """
preschool-aid                           person    二(一)1 direction cash      学前教育资助
compulsory-education-fee-waiver         person    二(一)2 firm      waiver    义务教育免学杂费和教科书费(两免)
boarding-living-subsidy                 person    二(一)2 firm      cash      义务教育家庭经济困难寄宿生生活补助(一补)
dropout-prevention                      person    二(一)2 firm      service   控辍保学
senior-high-tuition-waiver              person    二(一)3 firm      waiver    普通高中免学杂费
vocational-tuition-waiver               person    二(一)3 direction waiver    中等职业教育免学杂费
free-vocational-training                person    二(二)3 firm      service   免费职业培训
poverty-employment-support              person    二(二)2 firm      service   就业脱贫帮扶
return-entrepreneurship-support         person    二(二)2 direction service   农民工返乡创业扶持
pension-premium-subsidy                 person    二(三)3 firm      insurance †城乡居民养老保险费代缴
basic-pension                           person    二(三)3 direction cash      †城乡居民基础养老金
insurance-enrolment-support             person    二(三)2 firm      insurance †困难群体参保资助
critical-illness-insurance              person    二(三)1 firm      insurance 城乡居民大病保险
family-doctor-contract                  person    二(四)3 firm      service   家庭医生签约服务
maternal-newborn-care                   person    二(四)3 firm      service   婚前保健、孕前检查和新生儿疾病筛查
dibao                                   household 二(五)1 firm      cash      †最低生活保障
dibao-single-disabled                   person    二(五)1 direction cash      †重度残疾人单人户纳入低保
dibao-illness-expense                   household 二(五)1 direction cash      †因病支出型贫困家庭纳入低保
tekun-support                           person    二(五)1 firm      cash      †特困人员救助供养
tekun-nursing                           person    二(五)1 firm      service   失能、半失能特困人员护理
emergency-medical-aid                   person    二(五)1 firm      service   疾病应急救助
medical-assistance                      person    二(五)1 firm      cash      †重特大疾病医疗救助
longevity-allowance                     person    二(五)2 firm      cash      †80周岁以上高龄津贴
home-care-subsidy                       person    二(五)2 firm      cash      †低收入老年人居家养老服务补贴
elder-nursing-subsidy                   person    二(五)2 firm      cash      †经济困难不能自理老年人护理补贴
tekun-institutional-care                person    二(五)2 firm      service   敬老院托底供养
child-living-guarantee                  person    二(五)2 firm      cash      †困境儿童基本生活保障
left-behind-child-care                  person    二(五)2 firm      service   农村留守儿童关爱保护
mental-disorder-care                    person    二(五)2 firm      service   严重精神障碍患者登记随访和社区康复
free-funeral-service                    person    二(五)3 firm      waiver    †五保户免费基本殡葬服务
veteran-support                         person    二(五)3 firm      cash      †优抚安置
dilapidated-housing-renovation          household 二(六)1 firm      housing   †农村危房改造
dilapidated-housing-full-cover          household 二(六)1 firm      housing   †特困户建房区级兜底
public-rental-housing                   household 二(六)2 direction housing   公共租赁住房
sports-venue-access                     person    二(七)2 direction waiver    公共体育场馆免费或低收费开放
disability-living-allowance             person    二(八)2 firm      cash      †困难残疾人生活补贴
severe-disability-nursing-allowance     person    二(八)2 firm      cash      †重度残疾人护理补贴
disability-insurance-subsidy            person    二(八)2 firm      insurance †贫困和重度残疾人社会保险个人缴费资助
severe-disability-medical-reimbursement person     二(八)2  direction  insurance  †重度残疾人医疗报销
disability-housing-priority             household 二(八)2 firm      priority  †残疾人基本住房优先保障
disability-rehabilitation               person    二(八)2 firm      service   †残疾人健康管理和社区康复
disabled-student-free-education         person    二(八)2 direction waiver    †残疾学生十二年免费教育
disability-venue-fee-waiver             person    二(八)2 direction waiver    公共文化体育设施和公园对残疾人免费或优惠
home-accessibility                      person    二(八)1 direction service   残疾人家居无障碍改造
disability-poverty-priority             person    二(八)3 firm      priority  †贫困残疾人优先享受扶贫惠农政策
disability-self-employment-support      person    二(八)3 firm      cash      †残疾人自主创业和灵活就业扶持
"""
ROWS = [line.split() for line in rows(POLICY_TABLE)]
FROM_ANOTHER_DAY = {"pension-premium-subsidy": date(2018, 1, 1)}


def test_the_table_has_46_rows():
    assert len(ROWS) == len({row[0] for row in ROWS}) == 46
    assert sum(row[5].startswith("†") for row in ROWS) == 25


def test_every_policy_of_the_table_is_there_and_no_other():
    assert sorted(policy.code for policy in POLICIES) == sorted(row[0] for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_policy_is_what_the_specification_says(row):
    code, subject_name, clause, force, kind, title = row
    policy = BY_CODE[code]
    said = [policy.subject.name, policy.clause.number, policy.force.value, policy.kind.value, policy.title]
    assert said == [subject_name, clause, force, kind, title.removeprefix("†")]
    assert policy.section.number == clause[:-1]
    assert policy.in_force.start == FROM_ANOTHER_DAY.get(code, date(2018, 11, 19))
    assert policy.in_force.end is None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_is_bound_to_the_hukou_asks_for_it_first_and_nothing_else_does(row):
    tests = [condition.test for condition in BY_CODE[row[0]].conditions]
    bound = [test is Household.local for test in tests]
    assert bound == [row[5].startswith("†") and place == 0 for place in range(len(tests))]
    assert all(Household.local not in facts_of(test) for test in tests if test is not Household.local)


def test_every_force_and_kind_has_its_words():
    for value in (*Force, *Kind):
        assert re.search(r"[\u4e00-\u9fff]", value.label), value


def test_policies_stand_in_the_order_of_the_plan():
    order = [section.number for section in SECTIONS]
    places = [(order.index(policy.section.number), policy.clause.number) for policy in POLICIES]
    assert places == sorted(places)


# ── clauses and quotations ─────────────────────────────────────────────────

TEXT = (Path(policies.__file__).parent / "sources" / "nanqiao-2018-plan.txt").read_text(encoding="utf-8")
DOCUMENTS = [value for value in vars(documents).values() if isinstance(value, Source)]


def paragraphs() -> dict[str, str]:
    """Return the numbered paragraphs of the plan's part two: 二(五)1 and so on."""
    found: dict[str, str] = {}
    section = ""
    for line in TEXT[TEXT.index("\n二、") : TEXT.index("\n三、")].splitlines():
        if heading := re.match(r"\(([一二三四五六七八])\)", line):
            section = f"二({heading[1]})"
        elif paragraph := re.match(r"\s*(\d)\.", line):
            found[section + paragraph[1]] = line
    return found


PARAGRAPHS = paragraphs()


def clauses(policy: Policy) -> list[Clause]:
    conditions = [node for node in walk(policy.eligible) if isinstance(node, Condition)]
    return [policy.clause, *(c.clause for c in conditions), *(c.clause for c in policy.conflicts)]


@each_policy
def test_every_condition_cites_a_clause_and_says_what_it_provides(policy):
    for clause in clauses(policy):
        assert clause.number
        assert clause.source in DOCUMENTS
        assert bool(clause.quote) is not bool(clause.gist)


@each_policy
def test_a_policy_is_granted_by_the_plan_itself(policy):
    assert policy.clause.source is PLAN
    assert policy.clause.quote


@each_policy
def test_only_the_plan_is_quoted_and_word_for_word_where_the_clause_says(policy):
    for clause in clauses(policy):
        if clause.source is PLAN:
            assert clause.quote in PARAGRAPHS[clause.number]
        else:
            assert not clause.quote


def test_the_plan_has_the_paragraphs_that_it_numbers():
    counts = Counter(number[:-1] for number in PARAGRAPHS)
    assert list(counts.values()) == [4, 3, 3, 3, 3, 2, 3, 3]


def test_no_document_is_registered_twice_or_for_nothing():
    assert len({document.title + document.number for document in DOCUMENTS}) == len(DOCUMENTS)
    cited = {clause.source for policy in POLICIES for clause in clauses(policy)}
    cited |= {value.clause.source for figure in figures.declared.values() for value in figure.values}
    assert set(DOCUMENTS) == cited


@each_policy
def test_no_two_conditions_test_the_same_thing(policy):
    for one, other in combinations(policy.conditions, 2):
        assert one.label != other.label
        assert not same_meaning(one.test, other.test)


# ── where a resident goes ──────────────────────────────────────────────────

HANDLED_ELSEWHERE = {
    "critical-illness-insurance": "medical-reform",
    "insurance-enrolment-support": "medical-reform",
    "sports-venue-access": "education",
}


@each_policy
def test_a_resident_goes_to_the_first_lead_unit_unless_the_specification_says_otherwise(policy):
    leading = policy.section.lead_units[0].code
    assert policy.handled_by.code == HANDLED_ELSEWHERE.get(policy.code, leading)


@each_policy
def test_a_policy_tells_a_resident_where_to_go_and_with_what(policy):
    procedure = policy.procedure
    assert procedure.steps
    assert all([*procedure.steps, *procedure.materials, procedure.where, policy.entitlement.form])
    assert all(policy.notes)


# ── benefits that cannot simply be added ───────────────────────────────────

CONFLICTS = [(policy, conflict) for policy in POLICIES for conflict in policy.conflicts]
# Two benefits and how they stand to each other, from the specification and the exclusion graph.
CONFLICT_TABLE = """
dibao                                tekun-support                    one_only
disability-living-allowance          tekun-support                    excluded
severe-disability-nursing-allowance  tekun-support                    excluded
severe-disability-nursing-allowance  elder-nursing-subsidy            choose_higher
disability-insurance-subsidy         pension-premium-subsidy          same_money
disabled-student-free-education      compulsory-education-fee-waiver  same_money
disabled-student-free-education      senior-high-tuition-waiver       same_money
disabled-student-free-education      vocational-tuition-waiver        same_money
"""


def pair(policy: Policy, conflict: Conflict) -> frozenset[str]:
    return frozenset((policy.code, conflict.policy))


@pytest.mark.parametrize(("policy", "conflict"), CONFLICTS, ids=["|".join(sorted(pair(*told))) for told in CONFLICTS])
def test_a_conflict_names_another_policy_that_exists(policy, conflict):
    assert conflict.policy in BY_CODE
    assert conflict.policy != policy.code
    assert conflict.text
    assert conflict.clause.source in DOCUMENTS


def test_no_conflict_is_told_twice():
    told = Counter(pair(policy, conflict) for policy, conflict in CONFLICTS)
    assert [sorted(two) for two, times in told.items() if times > 1] == []


@pytest.mark.parametrize("row", rows(CONFLICT_TABLE))
def test_what_the_specification_excludes_is_encoded(row):
    one, other, rule = row.split()
    told = {pair(policy, conflict): conflict.rule for policy, conflict in CONFLICTS}
    assert told[frozenset((one, other))] is ConflictRule(rule)


def test_a_child_in_difficulty_who_is_no_orphan_has_the_living_allowance_too():
    """The exclusion is of orphans alone, and a condition: no other child is told that one excludes the other."""
    living, guarantee = BY_CODE["disability-living-allowance"], BY_CODE["child-living-guarantee"]
    child = {**book_of(guarantee).base, **book_of(living).base}
    for child_protection, expected in (("orphan", Verdict.INELIGIBLE), ("unattended", Verdict.ELIGIBLE)):
        seen = scope(Book({**child, "age": 12, "child_protection": child_protection}, {}), {})
        assert Verdict.of(evaluate(living.eligible, subject(living, seen))) is expected
        assert Verdict.of(evaluate(guarantee.eligible, subject(guarantee, seen))) is Verdict.ELIGIBLE
    assert frozenset((living.code, guarantee.code)) not in {pair(*told) for told in CONFLICTS}


# ── amounts ────────────────────────────────────────────────────────────────

# What differs from the base of the policy's worked cases, and the figure its amount then waits for.
BRANCHES: dict[str, Facts] = {
    "preschool-aid.other": {"poverty_registration": "none", "disability_grade": "1"},
    "boarding-living-subsidy.primary": {"schooling": "primary"},
    "boarding-living-subsidy.junior": {"schooling": "junior"},
    "insurance-enrolment-support.tekun": {**NOT_LOW_INCOME, "tekun": "dispersed"},
    "insurance-enrolment-support.dibao": {**NOT_LOW_INCOME, "assistance": "dibao"},
    "insurance-enrolment-support.registered": {**NOT_LOW_INCOME, "poverty_registration": "monitored"},
    "tekun-nursing.partial": {"self_care": "partial"},
    "tekun-nursing.unable": {"self_care": "unable"},
    "longevity-allowance.80-89": {"birth_date": date(1936, 11, 24)},
    "longevity-allowance.90-99": {"birth_date": date(1936, 11, 23)},
    "longevity-allowance.100": {"birth_date": date(1926, 11, 23)},
    "child-living-guarantee.orphan": {"child_protection": "orphan"},
    "child-living-guarantee.unattended": {"child_protection": "unattended"},
    "child-living-guarantee.difficult": {"child_protection": "difficult"},
    "dilapidated-housing-renovation.grade-c": {"dwelling_grade": "C"},
    "dilapidated-housing-renovation.grade-d": {"dwelling_grade": "D"},
}


@pytest.mark.parametrize("key", BRANCHES)
def test_an_amount_waits_for_the_figure_of_its_own_branch(key):
    policy = BY_CODE[key.split(".")[0]]
    due = reckon(policy.entitlement, subject(policy, scope(book_of(policy), {"age": None, **BRANCHES[key]})))
    assert due.status is AmountStatus.PENDING
    assert [figure.key for figure in due.missing_figures] == [key]


WITHOUT_AMOUNT = """
compulsory-education-fee-waiver dropout-prevention senior-high-tuition-waiver vocational-tuition-waiver
free-vocational-training poverty-employment-support return-entrepreneurship-support critical-illness-insurance
family-doctor-contract maternal-newborn-care emergency-medical-aid tekun-institutional-care left-behind-child-care
mental-disorder-care free-funeral-service dilapidated-housing-full-cover sports-venue-access
severe-disability-medical-reimbursement disability-housing-priority disability-rehabilitation
disabled-student-free-education disability-venue-fee-waiver home-accessibility disability-poverty-priority
""".split()


def test_an_amount_is_named_where_the_specification_names_one():
    assert sorted(p.code for p in POLICIES if p.entitlement.quantity is None) == sorted(WITHOUT_AMOUNT)
