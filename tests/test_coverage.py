"""The plan, sentence by sentence: nothing of section 二 is left over, and nothing is claimed that is not there."""

import re
from dataclasses import replace

import pytest

from app.rules import Clause, Policy
from policies import POLICIES
from policies.coverage import FILE, REASONS, REST, TITLE, CoverageError, Covered, coverage
from policies.documents import ELDERLY_ANHUI, PLAN

PLAN_TEXT = FILE.read_text(encoding="utf-8")
LONGEVITY = next(policy for policy in POLICIES if policy.code == "longevity-allowance")


@pytest.fixture(scope="module")
def covered() -> tuple[Covered, ...]:
    return coverage(POLICIES)


def quoting(quotation: Clause, *others: Policy) -> tuple[Policy, ...]:
    """Return a policy that quotes *quotation* and nothing else, and the *others*."""
    return (replace(LONGEVITY, clause=quotation, conditions=()), *others)


def covering(sentence: str, covered: tuple[Covered, ...]) -> Covered:
    """Return the one sentence that begins so."""
    (only,) = (each for each in covered if each.sentence.startswith(sentence))
    return only


# ── the plan as it stands ──────────────────────────────────────────────────


def test_nothing_is_left_over(covered):
    assert [(each.place, each.unquoted) for each in covered if each.left_over] == []


def test_the_sentences_are_the_whole_section_and_nothing_else(covered):
    section = PLAN_TEXT[PLAN_TEXT.index("二、主要任务") : PLAN_TEXT.index("三、保障措施")]
    items = [line.strip() for line in section.splitlines() if re.match(r" *\d\.", line)]
    assert "".join(each.sentence for each in covered) == "".join(re.sub(r"^\d\. ?", "", line) for line in items)
    assert len(covered) == "".join(items).count("。")


def test_a_place_names_section_and_item(covered):
    places = list(dict.fromkeys(each.place for each in covered))
    assert len(places) == 24
    assert places[0] == "二(一)1"
    assert places[-1] == "二(八)3"
    assert covering("健全80周岁以上", covered).place == "二(五)2"


def test_every_policy_of_the_plan_covers_a_sentence(covered):
    covering = {policy.code for each in covered for policy in each.policies}
    assert [policy.code for policy in POLICIES if policy.clause.source == PLAN and policy.code not in covering] == []


def test_a_reason_is_given_only_for_what_no_policy_quotes(covered):
    assert [each.sentence for each in covered if each.reason and not each.unquoted] == []


def test_a_sentence_said_to_grant_nothing_is_quoted_by_no_policy(covered):
    assert [key for key in REASONS if covering(key, covered).policies] == []


def test_a_sentence_with_a_reason_for_its_rest_is_quoted_by_a_policy(covered):
    assert [key for key in REST if not covering(key, covered).policies] == []


def test_each_item_opens_with_its_title(covered):
    titles = [each.sentence for each in covered if each.reason == TITLE]
    assert len(titles) == 24
    assert max(map(len, titles)) <= len("提高贫困人口社会保障水平。")


# ── how sentences and quotations meet ──────────────────────────────────────


def test_a_quotation_may_span_sentences():
    spanning = PLAN.quote("二(六)2", "实行实物配租和租赁补贴并举,逐步加大租赁补贴力度。合理制定和调整租金标准。")
    found = coverage(quoting(spanning))
    assert [each.sentence for each in found if each.policies] == [
        "实行实物配租和租赁补贴并举,逐步加大租赁补贴力度。",
        "合理制定和调整租金标准。",
    ]


def test_a_sentence_quoted_in_part_is_left_over_for_the_rest():
    found = covering("健全80周岁以上", coverage(quoting(PLAN.quote("二(五)2", "健全80周岁以上老年人高龄津贴"))))
    assert found.left_over
    assert found.unquoted == "低收入老年人居家养老服务补贴、经济困难不能自理老年人护理补贴制度"


def test_a_condition_covers_what_it_quotes():
    other = next(policy for policy in POLICIES if policy.code == "poverty-employment-support")
    assert covering("大力发展职业教育和职业技能培训", coverage([other])).policies == (other,)


def test_a_sentence_is_left_over_when_its_policy_is_gone(covered):
    without = coverage(policy for policy in POLICIES if policy != LONGEVITY)
    assert covering("健全80周岁以上", without).left_over


def test_a_reason_for_the_rest_does_not_excuse_the_whole():
    found = covering("健全公共体育设施", coverage(()))
    assert found.left_over
    assert found.unquoted == "健全公共体育设施运行管理和服务标准,推动各类公共体育场馆免费或低收费开放"


def test_a_policy_of_another_document_covers_nothing_and_is_no_error():
    elsewhere = ELDERLY_ANHUI.article("第二十三条", "市、县两级政府发放高龄津贴。")
    assert not any(each.policies for each in coverage(quoting(elsewhere)))


# ── what does not fit is refused ───────────────────────────────────────────


def test_a_quotation_that_the_plan_does_not_contain_is_refused():
    with pytest.raises(CoverageError, match="实有0处"):
        coverage(quoting(PLAN.quote("二(五)2", "健全70周岁以上老年人高龄津贴")))


def test_a_quotation_under_the_wrong_item_is_refused():
    with pytest.raises(CoverageError, match=r"二\(五\)1"):
        coverage(quoting(PLAN.quote("二(五)1", "健全80周岁以上老年人高龄津贴")))


def test_a_quotation_from_outside_the_section_is_refused():
    with pytest.raises(CoverageError, match=r"三\(一\)"):
        coverage(quoting(PLAN.quote("三(一)", "细化实化具体政策措施")))


def test_a_sentence_without_its_reason_is_left_over(monkeypatch):
    monkeypatch.delitem(REASONS, "推进应急广播建设")
    assert covering("推进应急广播建设", coverage(POLICIES)).left_over


@pytest.mark.parametrize("beginning", ["方案里没有的话", "到2020年"])
def test_a_reason_without_its_one_sentence_is_refused(monkeypatch, beginning):
    monkeypatch.setitem(REASONS, beginning, "指标。")
    with pytest.raises(CoverageError, match=beginning):
        coverage(POLICIES)


@pytest.mark.parametrize(
    ("changed", "into"),
    [
        ("牵头责任单位:区教体局。", "牵头责任单位:区教育局。"),
        ("牵头责任单位:区住建局\n", "牵头责任单位:区住建局、区民政局\n"),
        ("配合单位:区扶贫办、区财政局。", "配合单位:区财政局、区扶贫办。"),
        ("配合单位:区扶贫办、区发改委、区民政局。", ""),
        ("(六)基层基本住房保障。", "(六)住房保障。"),
        ("(六)基层基本住房保障。", ""),
        ("2.强化公共租赁住房保障。", "强化公共租赁住房保障。"),
        ("推进社会救助网络建设。", ""),
    ],
)
def test_a_plan_that_reads_otherwise_is_refused(changed, into):
    assert PLAN_TEXT.count(changed) == 1
    with pytest.raises(CoverageError):
        coverage(POLICIES, PLAN_TEXT.replace(changed, into))


def test_a_new_sentence_is_left_over():
    longer = PLAN_TEXT.replace("推进社会救助网络建设。", "推进社会救助网络建设。为困难家庭发放取暖补贴。")
    assert covering("为困难家庭", coverage(POLICIES, longer)).left_over
