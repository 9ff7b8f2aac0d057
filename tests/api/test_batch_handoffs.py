"""What a list's households qualify for is handed over from its results: screened again, kept, and each case once."""

from sqlalchemy import delete, func, select

from app.api import batch_handoffs
from app.batch.jobs.sealing import opened_summary, sealed_summary
from app.batch.qualifying import Found
from app.models import Batch, Screening
from app.onewindow.bulk import CHANGED
from app.onewindow.listed import ROWS_ASIDE
from app.onewindow.tables import Handoff
from app.rules.evaluate import evaluate
from tests.api.lists import PATH, accepted, ended
from tests.api.requests import problem
from tests.keys import bearer, key_for

LIST = """户编号,人口编号,姓名,出生日期,残疾等级,行政区划代码
甲,1,赵甲,1943-05-01,无残疾人证,341103100201
甲,2,赵乙,1990-01-01,无残疾人证,341103100201
乙,1,钱甲,1990-01-01,无残疾人证,341103100201
丙,1,孙甲,1930-01-01,无残疾人证,341103100201
丙,2,孙乙,1980-02-30,无残疾人证,341103100201
丁,1,李甲,1925-01-01,无残疾人证,341103100201
""".encode()
LONGEVITY = "longevity-allowance"


def screened_list(client, content=LIST):
    id = accepted(client, content)
    assert ended(client, id)["state"] == "done"
    return id


def hand_over(client, id, **asked):
    answer = client.post(f"{PATH}/{id}/handoffs", json={"policies": [LONGEVITY], **asked})
    assert answer.status_code == 201, answer.text
    return answer.json()


def count(client, model):
    database = client.app.state.service.database
    return database.read(lambda session: session.scalar(select(func.count()).select_from(model)))


def test_the_eligible_of_a_list_become_cases(stored):
    id = screened_list(stored)
    assert stored.get(f"{PATH}/{id}").json()["summary"]["qualifying"] == 4
    answer = hand_over(stored, id)
    assert [(case["policy"], case["subject"]["member"], case["is_new"]) for case in answer["handoffs"]] == [
        (LONGEVITY, "1", True),
        (LONGEVITY, "1", True),
    ]
    assert {case["channel"] for case in answer["handoffs"]} == {"batch"}
    assert answer["next"] is None
    assert answer["households"] == 4
    assert answer["refused"] == [
        {"household": "丙", "policy": None, "member": None, "reason": ROWS_ASIDE.format(1)},
    ]


def test_each_household_is_kept_as_a_screening_of_its_own(stored):
    answer = hand_over(stored, screened_list(stored), households=["甲"])
    (case,) = answer["handoffs"]
    screening = stored.get(f"/v1/screenings/{case['screening']}").json()
    assert screening["household"]["reference"] == "甲"
    assert screening["as_of"] == "2026-11-23"
    assert stored.post("/v1/verify", json={"answer": screening}).json()["authentic"] is True
    stated = stored.get(f"/v1/screenings/{case['screening']}/household").json()["household"]
    assert [member["birth_date"] for member in stated["members"]] == ["1943-05-01", "1990-01-01"]
    assert "赵" not in str(stated)
    assert stored.get(f"/v1/screenings/{case['screening']}/notice").status_code == 200


def test_handed_over_again_it_is_the_same_case(stored):
    id = screened_list(stored)
    first, second = hand_over(stored, id), hand_over(stored, id)
    assert [case["id"] for case in second["handoffs"]] == [case["id"] for case in first["handoffs"]]
    assert not any(case["is_new"] for case in second["handoffs"])
    assert count(stored, Screening) == count(stored, Handoff) == 2


def test_a_screening_that_expired_meanwhile_is_kept_anew_and_the_case_stays_one(stored):
    id = screened_list(stored)
    first = hand_over(stored, id)
    stored.app.state.service.database.write(lambda session: session.execute(delete(Screening)))
    second = hand_over(stored, id)
    assert [case["id"] for case in second["handoffs"]] == [case["id"] for case in first["handoffs"]]
    assert count(stored, Handoff) == 2


def test_many_go_in_pages(stored, monkeypatch):
    monkeypatch.setattr(batch_handoffs, "MOST_HOUSEHOLDS", 1)
    id = screened_list(stored)
    pages, after = [], {}
    while True:
        pages.append(hand_over(stored, id, **after))
        if pages[-1]["next"] is None:
            break
        after = {"after": pages[-1]["next"]}
    assert [len(page["handoffs"]) for page in pages] == [1, 0, 1, 0]
    assert [len(page["refused"]) for page in pages] == [0, 1, 0, 0]


def test_what_the_reference_reader_does_not_find_is_not_handed_over(stored, monkeypatch):
    id = screened_list(stored)
    monkeypatch.setattr(
        "app.onewindow.bulk.evaluate",
        lambda rule, scope: evaluate(rule, scope) and scope.person["birth_date"].year > 1940,
    )
    answer = hand_over(stored, id)
    assert len(answer["handoffs"]) == 1
    assert {"household": "丁", "policy": LONGEVITY, "member": "1", "reason": CHANGED} in answer["refused"]


def test_what_the_list_alone_found_is_not_handed_over(stored, monkeypatch):
    """The list's verdict is no more than a claim: the household, screened alone, must bear it out."""
    id = screened_list(stored)
    batches = stored.app.state.service.batches
    found = batches.qualifying

    def lying(*asked):
        batch, households, listed = found(*asked)
        claimed = [each._replace(eligible=(*each.eligible, Found("tekun-support", "1"))) for each in listed]
        return batch, households, claimed

    monkeypatch.setattr(batches, "qualifying", lying)
    answer = hand_over(stored, id)
    assert len(answer["handoffs"]) == 2
    assert {refused["policy"] for refused in answer["refused"]} == {None, "tekun-support"}


def test_a_list_of_an_earlier_release_is_told_apart(stored):
    id = screened_list(stored)
    service = stored.app.state.service

    def as_before(session):
        batch = session.get(Batch, id)
        summary = opened_summary(service.keyring, batch)
        del summary["qualifying"]
        batch.summary = sealed_summary(service.keyring, id, summary)

    service.database.write(as_before)
    said = problem(stored.post(f"{PATH}/{id}/handoffs", json={}), 409, "conflict")
    assert "重新上传" in said["detail"]
    assert stored.get(f"{PATH}/{id}").json()["summary"]["qualifying"] is None


def test_a_list_that_is_not_done_has_nothing_to_hand_over(stored):
    stored.app.state.service.batches.worker.stop()
    id = accepted(stored, LIST)
    problem(stored.post(f"{PATH}/{id}/handoffs", json={}), 409, "conflict")
    stored.delete(f"{PATH}/{id}")
    problem(stored.post(f"{PATH}/{id}/handoffs", json={}), 404, "not-found")


def test_mistakes_are_told_each_with_its_field(stored):
    id = screened_list(stored)
    asked = {"policies": ["no-such"], "households": [], "priority": "soon", "after": True, "village": "x"}
    said = problem(stored.post(f"{PATH}/{id}/handoffs", json=asked), 422, "invalid-parameter")
    assert {error["field"] for error in said["errors"]} == {"", "policies", "households", "priority", "after"}


def test_the_trail_has_each_screening_and_each_case(stored, settings):
    cases = hand_over(stored, screened_list(stored))["handoffs"]
    trail = stored.get("/v1/audit", headers=bearer(key_for(settings, "auditor"))).json()["events"]
    stored_ids = {event["object"] for event in trail if event["action"] == "screening.stored"}
    made = {event["object"] for event in trail if event["action"] == "handoff.made"}
    assert stored_ids == {case["screening"] for case in cases}
    assert made == {case["id"] for case in cases}


def test_a_platform_hands_over_no_lists(stored, settings):
    id = screened_list(stored)
    asked = stored.post(f"{PATH}/{id}/handoffs", json={}, headers=bearer(key_for(settings, "platform")))
    problem(asked, 403, "forbidden")
