"""What statements prove, and which cannot all be true."""

from datetime import date, timedelta

import pytest

from app.intake.door import FieldError
from policies.facts import DisabilityGrade
from tests.sending import (
    CERTIFICATE,
    ID_NUMBER,
    OTHER_ID_NUMBER,
    TODAY,
    accepted,
    refusal,
    refused,
    refused_fields,
    request,
)

HOLDER = {"id_number": ID_NUMBER}
CERTIFIED = {"disability_certificate": CERTIFICATE}
GRADES = [grade.value for grade in DisabilityGrade if grade is not DisabilityGrade.NONE]


def member(document, position=0):
    return accepted(document).profile.members[position]


# ── what numbers prove ──


def test_an_id_number_proves_birth_date_and_sex():
    person = member(request(HOLDER))
    assert person["birth_date"] == date(1943, 5, 1)
    assert person["sex"] == "male"
    assert person["disability_grade"] is None


def test_a_certificate_proves_category_and_grade_and_what_its_id_number_proves():
    person = member(request(CERTIFIED))
    assert person == {**member(request(HOLDER)), "disability_category": "physical", "disability_grade": "2"}


def test_numbers_go_no_further_than_the_door():
    submission = accepted(request({**HOLDER, **CERTIFIED}))
    assert not {"id_number", "disability_certificate", "reference"} & submission.profile.members[0].keys()
    assert ID_NUMBER not in repr(submission)


def test_what_is_stated_as_well_as_proved_may_agree():
    stated = {"birth_date": "1943-05-01", "sex": "male", "disability_category": "physical", "disability_grade": "2"}
    assert member(request({**stated, **HOLDER, **CERTIFIED})) == member(request(CERTIFIED))
    assert member(request({"id_number": ID_NUMBER, "age": 83}))["age"] == 83


@pytest.mark.parametrize(
    ("stated", "numbers"),
    [
        ({"birth_date": "1943-05-02"}, HOLDER),
        ({"sex": "female"}, HOLDER),
        ({"birth_date": "1942-05-01"}, CERTIFIED),
        ({"sex": "female"}, CERTIFIED),
        ({"disability_category": "vision"}, CERTIFIED),
        ({"disability_grade": "1"}, CERTIFIED),
        ({"age": 82}, HOLDER),
        ({"age": 84}, CERTIFIED),
        ({"disability_certificate": CERTIFICATE}, {"id_number": OTHER_ID_NUMBER}),
    ],
    ids=str,
)
def test_a_statement_that_a_number_contradicts_is_refused_at_its_field(stated, numbers):
    field, message = refusal(request({}, {**stated, **numbers}))
    assert field == f"household.members[1].{next(iter(stated))}"
    assert "请核对后改正其一" in message


def test_no_certificate_stated_beside_a_certificate_is_refused():
    none = {"disability_category": "none", "disability_grade": "none"}
    assert refused_fields(request({**none, **CERTIFIED})) == [f"household.members[0].{key}" for key in none]


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [
        (HOLDER, HOLDER, "id_number"),
        (HOLDER, CERTIFIED, "disability_certificate"),
        (CERTIFIED, HOLDER, "id_number"),
        (CERTIFIED, CERTIFIED, "disability_certificate"),
    ],
    ids=["ids", "id-certificate", "certificate-id", "certificates"],
)
def test_two_members_do_not_share_an_id_number(first, second, field):
    said = refusal(request(first, {}, second))
    assert said[0] == f"household.members[2].{field}"
    assert "第1位家庭成员" in said[1]


def test_different_members_have_different_numbers():
    accepted(request(HOLDER, {"id_number": OTHER_ID_NUMBER}))


def test_an_unknown_province_is_warned_of_and_nothing_more():
    submission = accepted(request({}, {"id_number": "009999194305010013"}))
    assert submission.warnings == (
        FieldError("household.members[1].id_number", "身份证号码前两位不是已知的省级代码，请核对"),
    )
    assert submission.profile.members[1]["sex"] == "male"


@pytest.mark.parametrize("number", ["", "34999919430501001", "349999194305010012", "349999194302300010", 3.49e17])
def test_a_wrong_id_number_is_refused_in_its_own_field(number):
    field, message = refusal(request({"id_number": number}))
    assert field == "household.members[0].id_number"
    assert message.count("身份证号码：身份证号码") == 0


# ── days and ages ──


@pytest.mark.parametrize(("born", "age"), [("2026-11-23", 0), ("1896-11-23", 130), ("1895-11-24", 130)])
def test_nobody_is_younger_than_a_day_or_older_than_130(born, age):
    assert member(request({"birth_date": born, "age": age}))["birth_date"] == date.fromisoformat(born)


@pytest.mark.parametrize(
    ("born", "said"),
    [("2026-11-24", "晚于筛查日期"), ("9999-12-31", "晚于筛查日期"), ("1895-11-23", "130"), ("1850-01-01", "130")],
)
def test_a_birth_date_outside_those_limits_is_refused(born, said):
    field, message = refusal(request({"birth_date": born, "age": 3}))
    assert field == "household.members[0].birth_date"
    assert said in message


def test_a_birth_date_is_checked_on_the_day_of_the_screening():
    document = request({"birth_date": "2020-01-01"})
    accepted({"as_of": "2020-01-01", **document})
    assert refused_fields({"as_of": "2019-12-31", **document}) == ["household.members[0].birth_date"]


def test_a_birth_date_proved_after_the_day_is_refused_at_the_number():
    accepted(request({"id_number": "34999920261123001X"}))
    assert refused_fields(request({"id_number": "349999202611240015"})) == ["household.members[0].id_number"]
    certificate = {"disability_certificate": "34999920261124001511"}
    assert refused_fields(request(certificate)) == ["household.members[0].disability_certificate"]
    both = {"id_number": "349999202611240015", "birth_date": "2026-11-24"}
    assert refused_fields(request(both)) == ["household.members[0].birth_date"]


def test_a_number_too_old_for_a_later_day_is_refused():
    document = request({"id_number": "349999190001010014"})
    accepted({"as_of": "2030-12-31", **document})
    assert refused_fields({"as_of": "2031-01-01", **document}) == ["household.members[0].id_number"]


@pytest.mark.parametrize("days", [0, 1])
def test_age_and_birth_date_agree_on_the_day(days):
    eighty = {"birth_date": (date(1946, 11, 23) + timedelta(days)).isoformat(), "age": 80 - days}
    assert member(request(eighty))["age"] == 80 - days
    for wrong in (79 - days, 81 - days):
        field, message = refusal(request({**eighty, "age": wrong}))
        assert field == "household.members[0].age"
        assert "80" not in message
        assert "79" not in message


def test_an_age_alone_stays_as_stated():
    person = member(request({"age": 130}))
    assert (person["age"], person["birth_date"]) == (130, None)


# ── disability ──


@pytest.mark.parametrize(
    "stated", [{"disability_category": "none"}, {"disability_grade": "none"}], ids=["category", "grade"]
)
def test_without_a_certificate_there_is_neither_category_nor_grade(stated):
    person = member(request(stated))
    assert (person["disability_category"], person["disability_grade"]) == ("none", "none")


@pytest.mark.parametrize("grade", GRADES)
def test_a_grade_says_nothing_of_the_category_and_the_other_way_round(grade):
    assert member(request({"disability_grade": grade}))["disability_category"] is None
    assert member(request({"disability_category": "vision"}))["disability_grade"] is None
    accepted(request({"disability_category": "vision", "disability_grade": grade}))


@pytest.mark.parametrize(("category", "grade"), [("none", grade) for grade in GRADES] + [("vision", "none")])
def test_no_certificate_and_a_certified_disability_contradict_each_other(category, grade):
    field, message = refusal(request({"disability_category": category, "disability_grade": grade}))
    assert field == "household.members[0].disability_grade"
    assert "矛盾" in message


# ── the household ──


@pytest.mark.parametrize(
    ("code", "local"), [("341103", True), ("341103100201", True), ("341102", False), ("34", None), ("3411", None)]
)
def test_a_region_code_says_whether_the_household_is_local(code, local):
    assert accepted(request(region_code=code)).profile.facts["local"] is local


def test_home_is_the_deployment_own_region():
    assert accepted(request(region_code="341102100"), home="341102").profile.facts["local"] is True


@pytest.mark.parametrize("stated", [True, False])
def test_a_region_code_that_does_not_tell_leaves_the_statement(stated):
    assert accepted(request(region_code="3411", local=stated)).profile.facts["local"] is stated


def test_a_statement_that_agrees_with_the_region_code_is_taken():
    assert accepted(request(region_code="341103", local=True)).profile.facts["local"] is True
    assert accepted(request(region_code="35", local=False)).profile.facts["local"] is False


@pytest.mark.parametrize(("code", "stated"), [("341103100", False), ("341102", True)])
def test_a_statement_that_the_region_code_contradicts_is_refused(code, stated):
    field, message = refusal(request(region_code=code, local=stated))
    assert field == "household.local"
    assert "行政区划代码" in message


def test_an_unknown_township_of_ours_is_warned_of_and_nothing_more():
    submission = accepted(request(region_code="341103299"))
    assert [field for field, _ in submission.warnings] == ["household.region_code"]
    assert submission.profile.facts["local"] is True


def test_a_full_width_region_code_is_given_on_in_plain_digits():
    assert accepted(request(region_code="３４１１０３")).given["region_code"] == "341103"


@pytest.mark.parametrize("code", ["", "3", "3411031", "041103", "34l103"])
def test_a_wrong_region_code_is_refused(code):
    assert refused_fields(request(region_code=code)) == ["household.region_code"]


# ── references ──


def test_members_without_a_reference_are_numbered():
    submission = accepted(request({}, {"reference": "户主"}, {"reference": None}, reference="H-7"))
    assert submission.profile.references == ("1", "户主", "3")
    assert submission.profile.reference == "H-7"
    assert accepted(request()).profile.reference is None


@pytest.mark.parametrize("references", [("a", "a"), ("2", None), (None, "1")], ids=str)
def test_references_are_unique_within_a_household(references):
    field, message = refusal(request(*({"reference": reference} for reference in references)))
    assert field == "household.members[1].reference"
    assert "第1位家庭成员" in message


def test_every_contradiction_is_named_at_once():
    person = {**CERTIFIED, "sex": "female", "disability_grade": "none", "age": 5, "work": "worker"}
    errors = refused({"as_of": "2017-12-31", **request(person, person, local=False, region_code="341103")})
    assert [field for field, _ in errors] == [
        "as_of",
        "household.local",
        "household.members[0].sex",
        "household.members[0].disability_grade",
        "household.members[0].age",
        "household.members[0].work",
        "household.members[1].disability_certificate",
        "household.members[1].sex",
        "household.members[1].disability_grade",
        "household.members[1].age",
        "household.members[1].work",
    ]


def test_what_depends_on_a_day_that_cannot_be_read_is_left_unchecked():
    document = request({"birth_date": (TODAY + timedelta(1)).isoformat()})
    assert refused_fields({"as_of": "2027-02-29", **document}) == ["as_of"]
