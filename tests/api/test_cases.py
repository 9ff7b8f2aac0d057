"""Cases over HTTP: handed over, worked on, told of, taken back; and who sees them."""

import pytest
from starlette.testclient import TestClient

from app.onewindow.bulk import CHANGED
from app.onewindow.course import State
from app.rules.evaluate import evaluate
from tests.api.requests import LONGEVITY, OLD_WOMAN, household, post, problem, receipt, screening
from tests.keys import bearer, key_for

HOUSING = {"policy": "dilapidated-housing-renovation"}
IN_NEED = household(
    {**OLD_WOMAN, "self_care": "unable"}, rural=True, assistance="dibao", dwelling_grade="D", relocated=False
)


@pytest.fixture
def as_(stored, settings):
    def client(role="district", region=None, unit=None):
        return TestClient(stored.app, headers=bearer(key_for(settings, role, region, unit)))

    return client


def hand_over(client, *picked, **others):
    id = post(client, screening(store=True, household=IN_NEED)).json()["id"]
    answer = client.post(
        "/v1/handoffs", json={"screening": id, "results": list(picked or (HOUSING, LONGEVITY)), **others}
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["handoffs"]


def shown(client, case):
    return client.get(f"/v1/handoffs/{case['id']}").json()


def test_each_benefit_becomes_a_case_of_its_unit(stored):
    housing, longevity = hand_over(stored)
    assert (housing["unit"]["code"], longevity["unit"]["code"]) == ("housing", "civil-affairs")
    assert (housing["state"], housing["open"], housing["overdue"], housing["is_new"]) == ("pending", True, None, True)
    assert shown(stored, housing)["steps"][0] == {"step": "户申请", "done": False}


def test_handed_over_again_it_is_the_same_case(stored):
    (first,) = hand_over(stored, LONGEVITY)
    again = stored.post("/v1/handoffs", json={"screening": first["screening"], "results": [LONGEVITY]})
    (second,) = again.json()["handoffs"]
    assert (second["id"], second["is_new"]) == (first["id"], False)


def test_what_is_wrong_with_an_order_is_said_at_its_place(stored):
    id = post(stored, screening(store=True, household=IN_NEED)).json()["id"]
    picked = [LONGEVITY, {"policy": "longevity-allowance", "member": "hunter2"}]
    said = problem(stored.post("/v1/handoffs", json={"screening": id, "results": picked}), 422, "invalid-parameter")
    assert [error["field"] for error in said["errors"]] == ["results[1]"]
    assert "hunter2" not in str(said)
    assert stored.get("/v1/handoffs").json()["handoffs"] == []


def test_a_case_runs_its_course_on_the_worklist_of_its_unit(stored, as_):
    (case,) = hand_over(stored, HOUSING)
    unit = as_("unit", unit="housing")
    assert [each["id"] for each in unit.get("/v1/units/housing/worklist").json()["cases"]] == [case["id"]]
    path = f"/v1/handoffs/{case['id']}/receipts"
    for told in (
        receipt("accepted"),
        receipt("step", step="户申请"),
        receipt("step", step="村评议"),
        receipt("correction", materials=["住房鉴定报告"]),
        receipt("publicised"),
        receipt("approved", amount={"value": 20000, "unit": "元/户"}, first_month="2026-12"),
    ):
        assert unit.post(path, json=told).status_code == 200
    found = shown(stored, case)
    assert found["state"] == "approved"
    assert [step["step"] for step in found["steps"] if step["done"]] == ["户申请", "村评议"]
    assert found["receipts"][-1]["amount"] == {"value": 20000, "unit": "元/户"}
    assert unit.get("/v1/units/housing/worklist").json()["cases"] == []
    assert [each["id"] for each in unit.get("/v1/units/housing/worklist?which=closed").json()["cases"]] == [case["id"]]


def test_what_contradicts_what_is_known_is_refused_with_the_reason(stored):
    (case,) = hand_over(stored, HOUSING)
    path = f"/v1/handoffs/{case['id']}/receipts"
    assert stored.post(path, json=receipt("refused", reason="已享受过")).status_code == 200
    assert "不能再办结（同意）" in problem(stored.post(path, json=receipt("approved")), 409, "conflict")["detail"]


def test_a_transferred_case_goes_to_the_other_unit_s_list(stored, as_):
    (case,) = hand_over(stored, HOUSING)
    housing, culture = as_("unit", unit="housing"), as_("unit", unit="culture")
    told = receipt("transferred", unit="culture", reason="属文旅局")
    assert housing.post(f"/v1/handoffs/{case['id']}/receipts", json=told).status_code == 200
    assert housing.get("/v1/units/housing/worklist").json()["cases"] == []
    assert [each["id"] for each in culture.get("/v1/units/culture/worklist").json()["cases"]] == [case["id"]]
    # Whoever had it first may see where it went.
    assert shown(housing, case)["unit"]["code"] == "culture"


def test_a_unit_s_key_sees_only_its_own(stored, as_):
    housing, longevity = hand_over(stored)
    unit = as_("unit", unit="housing")
    assert [each["id"] for each in unit.get("/v1/handoffs").json()["handoffs"]] == [housing["id"]]
    problem(unit.get(f"/v1/handoffs/{longevity['id']}"), 404, "not-found")
    problem(unit.post(f"/v1/handoffs/{longevity['id']}/receipts", json=receipt("accepted")), 404, "not-found")
    problem(unit.get("/v1/units/civil-affairs/worklist"), 403, "forbidden")
    assert {count["unit"]["code"] for count in unit.get("/v1/worklists").json()["counts"]} == {"housing"}


def test_a_platform_s_key_sees_only_what_it_handed_over(stored, as_):
    (other,) = hand_over(stored, HOUSING)
    one, another = as_("platform"), as_("platform")
    (own,) = hand_over(one, HOUSING)
    assert [each["id"] for each in one.get("/v1/handoffs").json()["handoffs"]] == [own["id"]]
    for client, case in ((one, other), (another, own)):
        problem(client.get(f"/v1/handoffs/{case['id']}"), 404, "not-found")
    assert [each["id"] for each in one.get("/v1/units/housing/worklist").json()["cases"]] == [own["id"]]


def test_what_one_platform_handed_over_is_not_shown_to_another_that_hands_it_over(stored, as_):
    one, another = as_("platform"), as_("platform")
    (case,) = hand_over(one, LONGEVITY)
    again = another.post("/v1/handoffs", json={"screening": case["screening"], "results": [LONGEVITY]})
    assert case["id"] not in problem(again, 409, "conflict")["detail"]
    bulk = {"screenings": [case["screening"]], "policies": ["longevity-allowance"]}
    assert another.post("/v1/bulk-handoffs", json=bulk).json()["handoffs"] == []


def test_a_cadre_sees_the_state_of_the_village_s(stored, as_):
    (case,) = hand_over(as_("cadre", "341103100201"), LONGEVITY)
    assert shown(as_("cadre", "341103100201"), case)["state"] == "pending"
    problem(as_("cadre", "341103100202").get(f"/v1/handoffs/{case['id']}"), 404, "not-found")


def test_a_case_is_taken_back_until_it_is_accepted(stored):
    first, second = hand_over(stored)
    answer = stored.post(f"/v1/handoffs/{first['id']}/withdraw", json={"reason": "填错了"})
    assert (answer.json()["state"], answer.json()["deliveries"][0]["state"]) == ("withdrawn", "cancelled")
    stored.post(f"/v1/handoffs/{second['id']}/receipts", json=receipt("accepted"))
    said = problem(stored.post(f"/v1/handoffs/{second['id']}/withdraw", json={"reason": "填错了"}), 409, "conflict")
    assert "由其登记撤销" in said["detail"]


def test_the_list_is_paged_newest_first(stored, monkeypatch):
    monkeypatch.setattr("app.onewindow.listing.PAGE", 3)
    made = [hand_over(stored, LONGEVITY)[0]["id"] for _ in range(5)]
    first = stored.get("/v1/handoffs").json()
    rest = stored.get(f"/v1/handoffs?after={first['next']}").json()
    assert [each["id"] for each in (*first["handoffs"], *rest["handoffs"])] == made[::-1]
    assert rest["next"] is None
    problem(stored.get(f"/v1/handoffs?after={made[0][:-4]}0000"), 422, "invalid-parameter")


def test_the_states_that_can_be_asked_for_are_those_there_are(client):
    paths = client.get("/openapi.json").json()["paths"]
    (asked,) = [p for p in paths["/v1/handoffs"]["get"]["parameters"] if p["name"] == "state"]
    (codes,) = [each["enum"] for each in asked["schema"]["anyOf"] if "enum" in each]
    assert codes == [state.value for state in State]


@pytest.mark.parametrize(
    ("format", "kind", "begins"), [("html", "text/html", b"<!doctype"), ("pdf", "application/pdf", b"%PDF-")]
)
def test_the_notice_is_a_page_or_a_file(stored, format, kind, begins):
    id = post(stored, screening(store=True, household=IN_NEED)).json()["id"]
    answer = stored.get(f"/v1/screenings/{id}/notice?format={format}")
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(begins)


# ── many at once ───────────────────────────────────────────────────────────


def stored_screening(client):
    return post(client, screening(store=True, household=IN_NEED)).json()["id"]


def test_what_many_are_eligible_for_is_handed_over_at_once(stored):
    ids = [stored_screening(stored) for _ in range(3)]
    answer = stored.post("/v1/bulk-handoffs", json={"screenings": ids, "policies": ["longevity-allowance"]}).json()
    assert [(case["screening"], case["policy"]) for case in answer["handoffs"]] == [
        (id, "longevity-allowance") for id in ids
    ]
    assert answer["refused"] == []
    again = stored.post("/v1/bulk-handoffs", json={"screenings": ids[:1]}).json()["handoffs"]
    assert all(case["verdict"] == "eligible" and case["channel"] == "batch" for case in again)
    assert [case["is_new"] for case in again if case["policy"] == "longevity-allowance"] == [False]


def test_what_the_reference_reader_does_not_find_is_not_handed_over(stored, monkeypatch):
    """A result that today's rules, read the plain way, do not give is refused, and the others go."""
    monkeypatch.setattr(
        "app.onewindow.bulk.evaluate", lambda rule, scope: evaluate(rule, scope) and scope.person is None
    )
    answer = stored.post("/v1/bulk-handoffs", json={"screenings": [stored_screening(stored)]}).json()
    assert {case["subject"]["kind"] for case in answer["handoffs"]} == {"household"}
    assert {(refused["member"], refused["reason"]) for refused in answer["refused"]} == {("1", CHANGED)}


def test_one_that_is_not_there_holds_up_no_other(stored):
    absent, there = "019ab0c4-6d00-7cc3-98c4-dc0c0c07398f", stored_screening(stored)
    answer = stored.post("/v1/bulk-handoffs", json={"screenings": [absent, there]}).json()
    assert {case["screening"] for case in answer["handoffs"]} == {there}
    assert [refused["screening"] for refused in answer["refused"]] == [absent]
