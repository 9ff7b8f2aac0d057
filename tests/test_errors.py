"""One tree of errors, one shape of problem."""

import json

import pytest

from app.errors import PROBLEMS, HuiminError, MalformedError, ProblemError, UnavailableError, place_of


def kinds(error=ProblemError):
    return {kind for below in error.__subclasses__() for kind in (below, *kinds(below))}


def test_every_kind_of_problem_is_listed():
    assert set(PROBLEMS) <= kinds()
    assert {kind.type for kind in PROBLEMS} == {kind.type for kind in kinds()}


def test_every_kind_has_its_own_type_and_a_chinese_title():
    assert len({kind.type for kind in PROBLEMS}) == len(PROBLEMS)
    for kind in PROBLEMS:
        assert issubclass(kind, HuiminError)
        assert kind.type.startswith("/problems/")
        assert kind.type.isascii()
        assert any(character >= "\u4e00" for character in kind.title)
        assert 400 <= kind.status < 600


def test_a_problem_document_has_the_five_members_of_the_contract():
    document = json.loads(MalformedError("说明", [("household", "改正")]).document())
    assert document == {
        "type": "/problems/malformed-json",
        "title": "请求体不是合法的JSON",
        "status": 400,
        "detail": "说明",
        "errors": [{"field": "household", "message": "改正"}],
    }


def test_an_absent_database_says_when_to_try_again():
    assert UnavailableError().headers == {"Retry-After": "5"}


def test_the_place_of_an_error_holds_its_type_and_line_and_not_its_message():
    with pytest.raises(ZeroDivisionError) as caught:
        raise ZeroDivisionError("hunter2")
    assert place_of(caught.value).startswith("builtins.ZeroDivisionError @ tests.test_errors:test_the_place")
    assert "hunter2" not in place_of(caught.value)
    assert place_of(ValueError("hunter2")) == "builtins.ValueError @ ?"
