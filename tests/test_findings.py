"""What is found is told whole, in order, and in measure."""

import json

import pytest

from tests.sending import refusal, refused, refused_fields, request


def test_errors_come_in_the_order_in_which_the_request_was_written():
    person = {"x": 1, "work": "?", "sex": "?", "birth_date": "?", "y": 2, "age": -1}
    forward = {"household": {"members": [person], "local": 1, "region_code": "?"}, "store": 1, "policies": ["?"]}
    fields = refused_fields(forward)
    assert fields == [
        "household.members[0]",
        "household.members[0].work",
        "household.members[0].sex",
        "household.members[0].birth_date",
        "household.members[0]",
        "household.members[0].age",
        "household.local",
        "household.region_code",
        "store",
        "policies[0]",
    ]
    backward = json.loads(json.dumps(forward), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert refused_fields(backward) == fields[::-1]


def test_what_is_absent_is_named_after_what_is_there():
    assert refused_fields({"household": {"rural": 3}, "store": 3}) == ["household.rural", "household.members", "store"]


def test_too_many_policies_are_not_looked_up_one_by_one():
    assert refused_fields({"policies": ["?"] * 201, **request(local=3)}) == ["policies", "household.local"]


def test_unknown_policies_are_named_beside_other_mistakes():
    document = {"policies": ["dibao", "?", 3, "dibao", "!"], **request(local=3)}
    assert refused_fields(document) == ["policies[1]", "policies[2]", "policies[4]", "household.local"]


@pytest.mark.parametrize(("mistakes", "named"), [(49, 49), (50, 50), (51, 50), (1000, 50)])
def test_fifty_errors_are_named_at_most(mistakes, named):
    people = [{f"{n}": 1 for n in range(i, mistakes, 30)} for i in range(30)]
    assert len(refused(request(*people))) == named


def test_a_request_that_is_hopelessly_wrong_is_told_so():
    field, message = refusal(request({str(n): 1 for n in range(20_000)}))
    assert field == ""
    assert "请核对请求的结构" in message
