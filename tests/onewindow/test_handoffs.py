"""A result is handed over once, with what its unit needs and no more."""

import json

import pytest
from sqlalchemy import select

from app.archive import new_id
from app.errors import InvalidParameterError
from app.onewindow import handoffs
from app.onewindow.handoffs import Pick
from app.onewindow.outbox import deliveries_of
from app.onewindow.tables import Handoff
from tests.onewindow.cases import (
    HOUSING,
    LONGEVITY,
    NOW,
    REGION,
    answer,
    database,
    desk,
    handed_over,
    keyring,
    order,
    settings,
)

__all__ = ["database", "keyring", "settings"]


def of_screening(database, screening):
    return database.read(
        lambda session: session.scalars(select(Handoff.id).where(Handoff.screening_id == screening)).all()
    )


def test_each_benefit_goes_to_its_unit_with_deadlines_in_working_days(database, keyring):
    housing, longevity = handed_over(database, keyring)
    assert (housing.unit, longevity.unit) == ("housing", "civil-affairs")
    assert (str(housing.accept_by), str(housing.finish_by)) == ("2026-11-30", "2026-12-23")
    assert housing.due == housing.accept_by
    assert housing.case_no != longevity.case_no
    assert housing.case_no.startswith("HM20261125-")


def test_an_urgent_case_is_due_sooner(database, keyring):
    (case,) = handed_over(database, keyring, HOUSING, priority="urgent")
    assert str(case.accept_by) == "2026-11-26"


def test_the_unit_is_told_what_it_needs(database, keyring):
    housing, longevity = handed_over(database, keyring)
    message = handoffs.content_of(keyring, housing)
    assert message["steps"] == ["户申请", "村评议", "乡镇审核", "区审批", "竣工验收", "一户一档"]
    assert message["verdict"] == "eligible"
    assert {"condition", "finding", "document", "clause"} == set(message["conditions"][0])
    assert message["subject"] == {"kind": "household", "household": None, "member": None, "region_code": "341103100201"}
    assert handoffs.content_of(keyring, longevity)["subject"]["member"] == "1"


def test_it_is_told_nothing_about_others(database, keyring):
    """The longevity allowance says nothing of the other member, nor of the man's need for care."""
    _, longevity = handed_over(database, keyring)
    said = json.dumps(handoffs.content_of(keyring, longevity), ensure_ascii=False)
    for secret in ("1990", "失能", "低保", "D级"):
        assert secret not in said


def test_the_same_is_handed_over_once_however_often_it_is_asked_for(database, keyring):
    screening = new_id()

    def make(*picks):
        return database.write(
            lambda session: [
                made.handoff.id
                for made in handoffs.make(session, desk(keyring), order(screening, *picks), answer(screening), REGION)
            ]
        )

    first = make(HOUSING)
    assert make(HOUSING, LONGEVITY)[0] == first[0]
    assert make(HOUSING) == first
    assert len(of_screening(database, screening)) == 2


@pytest.mark.parametrize(
    ("pick", "said"),
    [
        (Pick("longevity-allowance", "2"), "不符合"),
        (Pick("longevity-allowance", None), "没有这一项"),
        (Pick("no-such-policy", "1"), "没有这一项"),
        (Pick("longevity-allowance", "9"), "没有这一项"),
    ],
)
def test_what_cannot_be_handed_over_is_refused_and_nothing_else_goes(database, keyring, pick, said):
    screening = new_id()
    with pytest.raises(InvalidParameterError) as error:
        database.write(
            lambda session: handoffs.make(
                session, desk(keyring), order(screening, HOUSING, pick), answer(screening), REGION
            )
        )
    ((field, message),) = error.value.errors
    assert field == "results[1]"
    assert said in message
    assert of_screening(database, screening) == []


def test_what_is_kept_is_sealed(database, keyring):
    (case,) = handed_over(database, keyring, LONGEVITY)

    def everything(session):
        (delivery,) = deliveries_of(session, case.id)
        return session.get(Handoff, case.id).content + delivery.message

    assert "高龄".encode() not in database.read(everything)


def test_a_case_that_never_went_out_is_withdrawn_in_silence(database, keyring):
    (case,) = handed_over(database, keyring, HOUSING)
    database.write(lambda session: handoffs.take_back(session, keyring, handoffs.find(session, case.id), "填错了", NOW))
    assert [d.state for d in database.read(lambda session: deliveries_of(session, case.id))] == ["cancelled"]
