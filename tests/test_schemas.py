"""The documented shapes of requests and answers."""

import json
import random
from datetime import date

import pytest
from pydantic import BaseModel

from app import schemas
from app.answering.answers import Answers
from app.intake.door import FieldError, Submission
from app.schemas import ScreeningAnswer, request_components
from app.screening import Screener
from policies import POLICIES
from tests.strategies import random_profile

ANSWERS = Answers(Screener(POLICIES), "test")
SHAPES = [
    shape
    for name, shape in vars(schemas).items()
    if isinstance(shape, type) and issubclass(shape, BaseModel) and shape is not BaseModel and name[0] != "_"
]


@pytest.mark.parametrize("brief", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_an_answer_has_the_documented_shape_and_nothing_besides(seed, brief):
    profile = random_profile(random.Random(seed))
    warnings = (FieldError("household.region_code", "请核对"),)
    submission = Submission(profile, date(2026, 11, 23), None, False, warnings, {})
    answer = json.loads(ANSWERS.render(submission, id=None, brief=brief))
    assert ScreeningAnswer.model_validate(answer).model_dump(mode="json", exclude_unset=True) == answer


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_shape_and_field_has_a_chinese_title(shape):
    about = shape.model_json_schema(mode="serialization")
    for titled in (about, *about.get("properties", {}).values()):
        if "$ref" not in titled or "title" in titled:
            assert any("\u4e00" <= character <= "\u9fff" for character in titled["title"])


def test_the_request_stands_among_the_components_by_name():
    components = request_components()
    assert set(components) == {"ScreeningRequest", "HouseholdRequest", "MemberRequest"}
    household = components["ScreeningRequest"]["properties"]["household"]
    assert household["$ref"] == "#/components/schemas/HouseholdRequest"
