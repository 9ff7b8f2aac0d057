"""Requests at the door: what is let in, and that all the rest is turned away in good order."""

import json
import random
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.intake.door import LARGEST_BODY, RejectedError, read_document, read_household, read_submission
from app.intake.request import HouseholdRequest, MemberRequest, ScreeningRequest
from app.rules import Amount
from app.rules.amount import in_unit
from app.rules.expressions import vocabulary
from app.screening import Profile
from policies.facts import Household, Person
from tests.sending import (
    CERTIFICATE,
    CODES,
    HOME,
    ID_NUMBER,
    TODAY,
    accepted,
    refusal,
    refused,
    refused_fields,
    request,
    sent,
)
from tests.strategies import DAYS, profiles

# ── what is let in ──


def test_everything_but_the_members_may_be_left_out():
    submission = accepted(request())
    assert submission.day == TODAY
    assert submission.only is None
    assert submission.store is True
    assert submission.warnings == ()
    assert submission.given == {"members": [{"reference": "1"}]}


def test_every_fact_of_the_dictionary_is_a_key_and_unknown_unless_stated():
    profile = accepted(request({}, {})).profile
    assert profile.facts == {fact.key: None for fact in vocabulary(Household)}
    assert profile.members == ({fact.key: None for fact in vocabulary(Person)},) * 2
    assert profile.members[0] is not profile.members[1]


def test_null_is_the_same_as_nothing_everywhere():
    nothing = {key: dict.fromkeys(model.model_fields) for key, model in
               (("", ScreeningRequest), ("household", HouseholdRequest), ("member", MemberRequest))}  # fmt: skip
    document = {**nothing[""], "household": {**nothing["household"], "members": [nothing["member"]]}}
    assert accepted(document) == accepted(request())


def test_a_whole_request_is_read():
    submission = accepted(
        {
            "as_of": "2022-07-01",
            "policies": ["dibao", "longevity-allowance", "dibao"],
            "store": False,
            **request({"birth_date": "1943-05-01", "pension_years": 15}, reference="H-7", income_per_capita=8603.99),
        }
    )
    assert submission.day == date(2022, 7, 1)
    assert submission.only == CODES
    assert submission.store is False
    assert submission.profile.reference == "H-7"
    assert submission.profile.facts["income_per_capita"] == 860399
    assert submission.profile.members[0]["birth_date"] == date(1943, 5, 1)
    assert submission.profile.members[0]["pension_years"] == 15


@pytest.mark.parametrize("count", [1, 30])
def test_a_household_has_up_to_thirty_members(count):
    assert len(accepted(request(*[{}] * count)).profile.members) == count


@pytest.mark.parametrize("count", [0, 31, 1000])
def test_a_household_of_none_or_too_many_is_refused(count):
    assert refused_fields({"household": {"members": [{}] * count}}) == ["household.members"]


@pytest.mark.parametrize(
    ("today", "last"), [(TODAY, date(2036, 11, 23)), (date(2028, 2, 29), date(2038, 3, 1))], ids=str
)
def test_the_day_of_a_screening_is_from_2018_to_ten_years_ahead(today, last):
    for day in (date(2018, 1, 1), last):
        assert accepted({"as_of": str(day), **request()}, today=today).day == day
    for day in (date(2017, 12, 31), last + timedelta(1)):
        field, message = refusal({"as_of": str(day), **request()}, today=today)
        assert field == "as_of"
        assert str(day) not in message


@pytest.mark.parametrize("day", ["1850-01-01", "9999-12-31", "2025-02-29", "今天", "", 0, True])
def test_any_other_day_is_refused(day):
    assert refused_fields({"as_of": day, **request()}) == ["as_of"]


def test_a_byte_order_mark_is_let_in():
    assert accepted(b"\xef\xbb\xbf" + sent(request())) == accepted(request())


# ── and written again ──


def wire(profile: Profile) -> dict[str, Any]:
    """Return a profile as a caller would send it."""

    def written(entity, facts):
        for fact in vocabulary(entity):
            value = facts[fact.key]
            if isinstance(fact, Amount) and value is not None:
                value = in_unit(value, fact.unit)
            yield fact.key, str(value) if isinstance(value, date) else value

    members = [dict(written(Person, member)) for member in profile.members]
    return {**dict(written(Household, profile.facts)), "members": members}


def settled(profile: Profile) -> Profile:
    """Return a random profile with its disabilities made consistent, as the door would leave them."""
    for member in profile.members:
        certified = [member[key] for key in ("disability_category", "disability_grade")]
        if "none" in certified:
            member["disability_category"] = member["disability_grade"] = "none"
    return profile


@given(profiles.map(settled), st.sampled_from(DAYS))
def test_a_profile_written_out_is_read_as_it_was(profile, day):
    document = wire(profile)
    assert read_household(document, day=day, home=HOME) == (profile, ())
    submission = accepted({"as_of": str(day), "household": document})
    assert submission.profile == profile
    assert read_household(submission.given, day=day, home=HOME) == (profile, ())
    assert json.loads(json.dumps(submission.given)) == submission.given


@pytest.mark.parametrize(
    "document",
    [
        request({"id_number": ID_NUMBER, "reference": "户主"}, {"disability_grade": "none"}, reference="H-7"),
        request({"disability_certificate": CERTIFICATE, "age": 83}, {"id_number": "009999194305010013"}),
        request(region_code="341103100201", income_per_capita=0.29, medical_expense=200.0),
        request(region_code="341102", local=False),
        request(region_code="34", local=True),
    ],
    ids=range(5),
)
def test_what_was_given_makes_the_same_profile_again(document):
    submission = accepted(document)
    profile, _ = read_household(submission.given, day=TODAY, home=HOME)
    assert profile == submission.profile
    assert ID_NUMBER not in json.dumps(submission.given)
    assert json.loads(json.dumps(submission.given)) == submission.given


def test_what_was_given_holds_what_was_said_and_what_numbers_prove():
    said = request({"disability_certificate": CERTIFICATE}, region_code="３４１１０３", income_per_capita=5000.5)
    assert accepted(said).given == {
        "region_code": "341103",
        "income_per_capita": 5000.5,
        "members": [
            {
                "reference": "1",
                "birth_date": "1943-05-01",
                "sex": "male",
                "disability_category": "physical",
                "disability_grade": "2",
            }
        ],
    }


def test_a_household_alone_is_refused_in_the_same_words():
    document = request({"sex": "女", "x": 1}, local=3)
    with pytest.raises(RejectedError) as caught:
        read_household(document["household"], day=TODAY, home=HOME)
    assert [tuple(error) for error in caught.value.errors] == refused(document)


# ── what is turned away ──


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "请求是空的"),
        (b" \r\n\t", "请求是空的"),
        (b"\xef\xbb\xbf", "请求是空的"),
        (b"{", "不是正确的 JSON"),
        (b"{} {}", "不是正确的 JSON"),
        (b"{'household': {}}", "不是正确的 JSON"),
        (b'{"household": NaN}', "NaN"),
        (b'{"household": -Infinity}', "Infinity"),
        (b'{"household": 01}', "不是正确的 JSON"),
        (b'{"household": "\\ud800"}', "不是正确的 JSON"),
        (b'{"\\udc00": 1}', "不是正确的 JSON"),
        (b'{"household": "\x00"}', "不是正确的 JSON"),
        (b"household=1", "不是正确的 JSON"),
        (b'{"household": "\xff"}', "UTF-8"),
        (b'{"household": "\xed\xa0\x80"}', "UTF-8"),
        ('{"household": "户"}'.encode("gb18030"), "UTF-8"),
        ('{"household": "户"}'.encode("utf-16"), "UTF-8"),
    ],
    ids=range(17),
)
def test_a_body_that_is_no_json_is_malformed(body, said):
    with pytest.raises(RejectedError) as caught:
        read_submission(body, today=TODAY, home=HOME, codes=CODES)
    assert caught.value.malformed
    assert caught.value.__context__ is None
    ((field, message),) = caught.value.errors
    assert field == ""
    assert said in message


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"household": {"members": [{"sex": "male", "sex": "male"}]}}', "重复"),
        ('{"household": {"members": [{}]}, "泄漏": 1, "泄漏": 2}'.encode(), "重复"),
        (b'{"x": {"y": [{"y": 1, "y": 2}]}}', "重复"),
        (b'{"household": ' + b"9" * 5000 + b"}", "数字太大"),
        (b"[" * 1000 + b"]" * 1000, "嵌套太深"),
        (b"[" * 100_000, "嵌套太深"),
        (b'{"a":' * 1000 + b"1" + b"}" * 1000, "嵌套太深"),
        (b'{"household": {"members": [' + b"{}," * 2_000_000 + b"{}]}}", "请求太大"),
        (b" " * LARGEST_BODY + b"{}", "请求太大"),
    ],
    ids=range(9),
)
def test_json_that_no_household_needs_is_refused(body, said):
    with pytest.raises(RejectedError) as caught:
        read_submission(body, today=TODAY, home=HOME, codes=CODES)
    assert not caught.value.malformed
    ((field, message),) = caught.value.errors
    assert field == ""
    assert said in message
    assert "泄漏" not in message


def test_a_body_of_the_largest_size_is_read():
    body = sent(request())
    accepted(body + b" " * (LARGEST_BODY - len(body)))


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e999999999999", "9" * 400, "-1", "1e10"])
def test_an_impossible_number_is_refused_at_its_field(number):
    body = sent(request({"age": 11}, income_per_capita=22)).replace(b"11", number.encode())
    assert refused_fields(body) == ["household.members[0].age"]
    body = sent(request({"age": 11}, income_per_capita=22)).replace(b"22", number.encode())
    assert refused_fields(body) == ["household.income_per_capita"]


def test_nesting_as_deep_as_the_parser_goes_is_refused_where_it_lies():
    body = sent(request({"age": 11})).replace(b"11", b"[" * 190 + b"]" * 190)
    assert refused_fields(body) == ["household.members[0].age"]
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(RejectedError):
        read_document({"as_of": deep, "household": {"members": [deep]}}, today=TODAY, home=HOME, codes=CODES)


@pytest.mark.parametrize(
    "document",
    [
        {1: 2, **request()},
        {None: 2, ("泄漏",): 3, **request()},
        {"泄漏\ud800": 1, **request({"age": -1})},
        request({"泄漏\ud800": 1, "age": -1}),
        request({"reference": "\ud800", "sex": "\ud800", "id_number": "\ud800", "泄漏": "\ud800"}),
        request({"age": float("nan"), "pension_years": float("inf")}, rural=object()),
        {"household": {"members": ({},)}},
        {"泄漏", "household"},
        object(),
    ],
    ids=range(9),
)
def test_a_document_that_json_cannot_say_is_refused_too(document):
    with pytest.raises(RejectedError) as caught:
        read_document(document, today=TODAY, home=HOME, codes=CODES)
    assert not caught.value.malformed
    assert "泄漏" not in str(caught.value.errors)


def test_a_key_in_broken_text_does_not_hide_the_other_mistakes():
    document = request({"\ud800": 1, "age": -1, "disability_category": "none", "disability_grade": "1"}, rural=3)
    with pytest.raises(RejectedError) as caught:
        read_document(document, today=TODAY, home=HOME, codes=CODES)
    assert [error.field for error in caught.value.errors] == [
        "household.rural",
        "household.members[0]",
        "household.members[0].age",
        "household.members[0].disability_grade",
    ]


# ── anything at all ──

CANARY = "Zq7泄漏"
KEYS = [*ScreeningRequest.model_fields, *HouseholdRequest.model_fields, *MemberRequest.model_fields]
texts = st.text(max_size=8).map(lambda text: CANARY + text)
keys = st.sampled_from(KEYS) | texts
scalars = st.one_of(
    st.none(),
    st.booleans(),
    texts,
    st.integers(),
    st.integers(10**30, 10**40),
    st.floats(),
    st.sampled_from(["1943-05-01", "2025-02-29", "none", "1", "是", ID_NUMBER, CERTIFICATE, "341103", "13812345678"]),
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6), max_leaves=20
)
people = st.dictionaries(st.sampled_from(list(MemberRequest.model_fields)) | texts, values, max_size=8)
households = st.builds(
    lambda facts, members: {**facts, "members": members},
    st.dictionaries(st.sampled_from(list(HouseholdRequest.model_fields)) | texts, values, max_size=8),
    st.lists(people | values, max_size=5) | values,
)
requests = st.builds(
    lambda outer, household: {**outer, "household": household},
    st.dictionaries(st.sampled_from(list(ScreeningRequest.model_fields)) | texts, values, max_size=4),
    households | values,
)


def survive(read) -> None:
    """Let the door read; if it refuses, it does so in good order."""
    refusal = None
    try:
        read()
    except RejectedError as error:
        refusal = error
    if refusal is not None:
        assert refusal.__cause__ is None
        assert refusal.__context__ is None
        assert 1 <= len(refusal.errors) <= 50
        assert CANARY not in str(refusal)
        for field, message in refusal.errors:
            assert CANARY not in field + message
            assert ID_NUMBER not in message
            assert "填写有误" not in message  # the words for a kind of error that nobody thought of
            assert len(message) < 300


@given(values | households | requests)
def test_no_document_is_ever_echoed_or_breaks_the_door(document):
    survive(lambda: read_document(document, today=TODAY, home=HOME, codes=CODES))
    body = json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")
    survive(lambda: read_submission(body, today=TODAY, home=HOME, codes=CODES))
    if isinstance(document, dict):
        survive(lambda: read_household(document, day=TODAY, home=HOME))


@given(st.binary() | st.text().map(str.encode))
def test_no_bytes_break_the_door(body):
    survive(lambda: read_submission(body, today=TODAY, home=HOME, codes=CODES))


@given(profiles.map(settled), st.integers(0, 2**32), scalars | values)
def test_one_wrong_value_in_a_good_household_is_named_and_not_echoed(profile, seed, value):
    chance = random.Random(seed)
    document = {"household": wire(profile)}
    place = chance.choice([document["household"], *document["household"]["members"]])
    place[chance.choice(list(place))] = value
    survive(lambda: read_document(document, today=TODAY, home=HOME, codes=CODES))


@given(profiles.map(settled), st.integers(0, 2**32), st.integers(0, 255))
def test_one_wrong_byte_in_a_good_body_does_not_break_the_door(profile, seed, byte):
    body = bytearray(sent({"household": wire(profile)}))
    body[random.Random(seed).randrange(len(body))] = byte
    survive(lambda: read_submission(bytes(body), today=TODAY, home=HOME, codes=CODES))
