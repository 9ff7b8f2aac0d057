"""The words for what is wrong: which field, what to do, and never what was sent."""

import pytest

from app.intake.messages import path, title
from app.intake.request import HouseholdRequest, MemberRequest, ScreeningRequest
from app.rules import Choice
from app.rules.expressions import vocabulary
from policies.facts import Household, Person
from tests.sending import refusal, refused, request

CHOICES = [fact for entity in (Household, Person) for fact in vocabulary(entity) if isinstance(fact, Choice)]


def test_a_path_is_written_as_people_write_it():
    assert path(("household", "members", 0, "birth_date")) == "household.members[0].birth_date"
    assert path(("policies", 2)) == "policies[2]"
    assert path(()) == ""


def test_every_field_has_a_chinese_title():
    for head, model in (
        ((), ScreeningRequest),
        (("household",), HouseholdRequest),
        (("household", "members", 0), MemberRequest),
    ):
        for key in model.model_fields:
            assert title((*head, key)) != key
    assert title(()) == "请求"
    assert title(("household", "members", 4)) == "第5位家庭成员"
    assert title(("policies", 0)) == "第1个政策代码"


@pytest.mark.parametrize(
    ("document", "field", "message"),
    [
        (None, "", "请求：请写成对象，即 {…}"),
        ([], "", "请求：请写成对象，即 {…}"),
        ({}, "household", "家庭：必须填写"),
        ({"household": None}, "household", "家庭：请写成对象，即 {…}"),
        ({"household": {}}, "household.members", "家庭成员：必须填写"),
        ({"household": {"members": {}}}, "household.members", "家庭成员：请写成列表，即 […]"),
        ({"household": {"members": []}}, "household.members", "家庭成员：应有1至30人"),
        ({"household": {"members": [{}] * 31}}, "household.members", "家庭成员：应有1至30人"),
        ({"household": {"members": [{}, None]}}, "household.members[1]", "第2位家庭成员：请写成对象，即 {…}"),
        ({"policies": "dibao", **request()}, "policies", "政策代码：请写成列表，即 […]"),
        ({"policies": [], **request()}, "policies", "政策代码：应有1至200项"),
        ({"policies": ["dibao"] * 201, **request()}, "policies", "政策代码：应有1至200项"),
        ({"policies": ["dibao", 3], **request()}, "policies[1]", "第2个政策代码：请填文本，两边加引号"),
        ({"policies": ["dibao", "泄漏"], **request()}, "policies[1]", "第2个政策代码不在政策目录中，请核对"),
        ({"store": "false", **request()}, "store", "是否保存：请填 true（是）或 false（否），不加引号；不清楚就不填"),
        ({"as_of": 20261123, **request()}, "as_of", "筛查日期：请按“年-月-日”填写，用半角数字，月和日各两位，如 1943-05-01"),
        (request(rural="是"), "household.rural", "农村户籍家庭：请填 true（是）或 false（否），不加引号；不清楚就不填"),
        (request(income_per_capita="5000"), "household.income_per_capita", "家庭人均年可支配收入：请填数字（单位元/年），用半角，不加引号"),
        (request({"id_number": 341103}), "household.members[0].id_number", "身份证号码：请填文本，两边加引号"),
        (request({"id_number": "泄漏"}), "household.members[0].id_number", "身份证号码应为18位，请核对有无漏写或多写"),
        (request(reference="x" * 65), "household.reference", "户编号：太长，最多64个字"),
        (request({"sex": "man"}), "household.members[0].sex", "性别：请填以下代码之一：male（男）、female（女）"),
        (request({"sex": "男"}), "household.members[0].sex", "性别：请填代码，不要填中文：male（男）、female（女）"),
        (request({"sex": 1}), "household.members[0].sex", "性别：请填以下代码之一，两边加引号：male（男）、female（女）"),
    ],
    ids=range(24),
)  # fmt: skip
def test_a_message_names_the_field_and_says_what_to_do(document, field, message):
    assert refusal(document) == (field, message)


@pytest.mark.parametrize("fact", CHOICES, ids=lambda fact: fact.name)
def test_the_words_of_a_choice_are_answered_with_its_codes(fact):
    for option in fact.options:
        sent = {fact.key: option.label}
        _, message = refusal(request(**sent) if fact.entity is Household else request(sent))
        assert message.startswith(f"{fact.label}：请填代码，不要填中文：")
        assert all(f"{each.value}（{each.label}）" in message for each in fact.options)


@pytest.mark.parametrize(
    ("document", "field", "message"),
    [
        ({"x": 1, **request()}, "", "有不认识的项（第1项），请改正或删去"),
        (request({"rural": None, "泄漏": 1}, sex=1), None, None),
        (request({"sex": "male", "泄漏": 1}), "household.members[0]", "有不认识的项（第2项），请改正或删去"),
        (request({"birthdate": 1}), "household.members[0]", "有不认识的项（第1项），请改正或删去；可能应为 birth_date（出生日期）"),
        (request({"Birth-Date": 1}), "household.members[0]", "有不认识的项（第1项），请改正或删去；可能应为 birth_date（出生日期）"),
        (request({"出生日期": 1}), "household.members[0]", "有不认识的项（第1项），请改正或删去；可能应为 birth_date（出生日期）"),
        (request(sex="male"), "household", "有不认识的项（第1项），请改正或删去；“性别”应填在household.members 的成员里"),
        (request({"rural": True}), "household.members[0]", "有不认识的项（第1项），请改正或删去；“农村户籍家庭”应填在household里"),
        ({"members": [{}], **request()}, "", "有不认识的项（第1项），请改正或删去；“家庭成员”应填在household里"),
        (request(store=False), "household", "有不认识的项（第1项），请改正或删去；“是否保存”应填在请求的最外层里"),
    ],
    ids=range(10),
)  # fmt: skip
def test_an_unknown_key_is_told_by_its_place_with_a_known_one_at_most(document, field, message):
    if field is not None:
        assert refusal(document) == (field, message)
    assert "泄漏" not in str(refused(document))
