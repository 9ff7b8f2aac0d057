"""Words for answers: listed ones are read, all others are refused."""

import pytest

from app.batch.reading.distinct import NOTHING, Said
from app.batch.reading.headers import FACTS
from app.batch.reading.words import DANGEROUS, say_choice, say_yes_or_no
from app.rules import Choice
from policies.facts import Household, Person

CHOICES = [fact for fact in FACTS.values() if isinstance(fact, Choice)]


@pytest.mark.parametrize("word", ["是", "有", "√", "Y", "true", "１", " 是 ", '="是"', "'是"])
def test_words_for_yes(word: str) -> None:
    assert say_yes_or_no(word) == Said(True)


@pytest.mark.parametrize("word", ["否", "无", "没有", "×", "N", "FALSE", "0", "未参加"])
def test_words_for_no(word: str) -> None:
    assert say_yes_or_no(word) == Said(False)


@pytest.mark.parametrize("word", ["", "  ", "\u3000", "不详", "未知", "/", "-", "——", "N/A", "NULL", "None"])
def test_words_for_nobody_knows_say_nothing(word: str) -> None:
    assert say_yes_or_no(word) == NOTHING
    assert say_choice(Person.sex)(word) == NOTHING


@pytest.mark.parametrize("word", ["可能", "2", "是否", "张三"])
def test_a_word_that_is_not_known_is_refused_without_repeating_it(word: str) -> None:
    assert say_yes_or_no(word) == Said(fault="请填“是”或“否”；不清楚就不填")
    refused = say_choice(Person.sex)(word)
    assert refused == Said(fault="请填以下之一：男、女；不清楚就不填")


@pytest.mark.parametrize("fact", CHOICES, ids=lambda fact: fact.key)
def test_codes_and_labels_of_every_choice_are_read(fact: Choice) -> None:  # type: ignore[type-arg]
    for option in fact.options:
        assert {say_choice(fact)(word).value for word in (option.value, option.label, f" {option.label}\u3000")} == {
            option
        }


@pytest.mark.parametrize(
    ("fact", "word", "code"),
    [
        (Household.assistance, "低保户", "dibao"),
        (Household.poverty_registration, "脱贫不稳定户", "monitored"),
        (Household.dwelling_grade, "D级", "D"),
        (Person.disability_category, "肢体残疾", "physical"),
        (Person.disability_grade, "Ⅱ级", "2"),
        (Person.disability_grade, "2", "2"),
        (Person.disability_grade, "无", "none"),
        (Person.tekun, "分散", "dispersed"),
        (Person.self_care, "不能自理", "unable"),
        (Person.schooling, "九年级", "junior"),
        (Person.schooling, "硕士研究生及以上", "higher"),
        (Person.work, "务工", "migrant"),
    ],
)
def test_other_words_that_say_the_same_are_read(fact: Choice, word: str, code: str) -> None:  # type: ignore[type-arg]
    assert say_choice(fact)(word).value == code


@pytest.mark.parametrize(
    ("fact", "word"),
    [
        (Household.poverty_registration, "是"),
        (Person.tekun, "是"),
        (Person.tekun, "五保"),
        (Person.schooling, "学龄前儿童"),
        (Person.schooling, "技师学院二年级"),
        (Person.military, "是"),
    ],
)
def test_a_true_word_that_leaves_the_code_open_is_a_doubt_and_no_guess(fact: Choice, word: str) -> None:  # type: ignore[type-arg]
    said = say_choice(fact)(word)
    assert said.value is None
    assert said.fault is None
    assert said.doubt is not None
    assert "按未知处理" in said.doubt


def test_a_dangerous_dwelling_without_a_grade_gets_no_grade() -> None:
    assert say_choice(Household.dwelling_grade)("危房").value == DANGEROUS
