"""A stored answer proves itself, whole, brief or on paper; what was changed in it, or since, is named."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import delete, select

from app.answering.answers import Answers
from app.archive import pack
from app.models import PolicySet, Screening
from app.policy_sets import LABELS, PolicySets, changed
from app.rules.document import policy_document
from app.screening import Screener
from app.security import answer_receipts
from app.security.audit import events
from policies import POLICIES
from tests.api.requests import OLD_WOMAN, household, post, problem, screening
from tests.keys import bearer, key_for


def verify(client, **asked):
    return post(client, asked, "/v1/verify")


def verified(client, **asked):
    answer = verify(client, **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def kept(stored):
    return post(stored, screening(store=True)).json()


def forget(client):
    client.app.state.service.database.write(lambda session: session.execute(delete(Screening)))


def test_only_a_stored_answer_has_a_receipt(stored, kept):
    assert answer_receipts.read(kept["receipt"]) is not None
    assert list(kept)[-1] == "receipt"
    assert "receipt" not in post(stored, screening()).json()
    assert stored.get(f"/v1/screenings/{kept['id']}").json() == kept


def test_an_answer_as_given_is_authentic_and_the_same_today(stored, kept):
    said = verified(stored, answer=kept)
    assert (said["authentic"], said["differs"], said["stored"], said["id"]) == (True, [], True, kept["id"])
    assert (said["today"]["same"], said["today"]["results"], said["today"]["as_of"]) == (True, [], "2026-11-23")


def test_the_brief_answer_has_the_same_receipt_and_is_authentic(stored, kept):
    given = post(stored, screening(store=True), "/v1/screenings?detail=brief").json()
    assert verified(stored, answer=given)["authentic"]
    brief = stored.get(f"/v1/screenings/{kept['id']}?detail=brief").json()
    assert brief["receipt"] == kept["receipt"]
    assert verified(stored, answer=brief)["authentic"]


def test_the_order_of_the_fields_and_spaces_do_not_matter_while_it_is_stored(stored, kept):
    turned = json.loads(json.dumps(kept, sort_keys=True, indent=1))
    assert verified(stored, answer=turned)["authentic"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda answer: answer["results"][0].update(verdict="ineligible"), "results.0.verdict"),
        (lambda answer: answer["results"][0]["amount"].update(value=99999), "results.0.amount.value"),
        (lambda answer: answer.update(as_of="2020-01-01"), "as_of"),
        (lambda answer: answer.update(policy_set="sha256:hunter2"), "policy_set"),
        (lambda answer: answer["results"].pop(), "results"),
        (lambda answer: answer.update(hunter2=1), ""),
        (lambda answer: answer["household"].pop("reference"), "household.reference"),
        (lambda answer: answer.pop("receipt"), "receipt"),
        (lambda answer: answer.update(receipt="hunter2"), "receipt"),
    ],
    ids=[
        "verdict",
        "amount",
        "day",
        "policy set",
        "a result less",
        "a field more",
        "a field less",
        "no receipt",
        "receipt",
    ],
)
def test_what_was_changed_is_named_and_never_shown(stored, kept, change, path):
    change(kept)
    answer = verify(stored, answer=kept)
    said = answer.json()
    assert said["authentic"] is False
    assert said["today"] is None
    assert said["differs"] == [path]
    for value in ("hunter2", "99999", "2020-01-01"):
        assert value not in answer.text


def test_an_answer_proves_itself_when_the_record_is_gone(stored, kept):
    brief = stored.get(f"/v1/screenings/{kept['id']}?detail=brief").json()
    forget(stored)
    for answer in (kept, brief):
        said = verified(stored, answer=answer)
        assert (said["authentic"], said["stored"], said["today"]) == (True, False, None)
        answer["results"][0]["verdict"] = "ineligible"
        assert verified(stored, answer=answer)["authentic"] is False


def test_one_answer_s_receipt_does_not_fit_another(stored, kept):
    other = post(stored, screening(store=True)).json()
    forget(stored)
    assert verified(stored, answer={**kept, "receipt": other["receipt"]})["authentic"] is False
    problem(verify(stored, id=kept["id"], receipt=kept["receipt"]), 404, "not-found")


@pytest.mark.parametrize(
    "written",
    [
        lambda receipt: receipt,
        lambda receipt: receipt[:9],
        lambda receipt: receipt[:9].lower().replace("-", " "),
        lambda receipt: receipt[:9].replace("0", "O").replace("1", "l"),
    ],
    ids=["whole", "short", "no capitals", "letters for digits"],
)
def test_an_id_and_the_receipt_as_read_from_paper_are_enough(stored, kept, written):
    said = verified(stored, id=kept["id"].upper(), receipt=written(kept["receipt"]))
    assert (said["authentic"], said["today"]["same"]) == (True, True)
    wrong = ("1" if kept["receipt"][0] != "1" else "2") + kept["receipt"][1:9]
    said = verified(stored, id=kept["id"], receipt=wrong)
    assert (said["authentic"], said["differs"]) == (False, ["receipt"])


def test_a_record_that_somebody_put_in_the_place_of_another_is_found_by_its_receipt(stored, kept):
    service = stored.app.state.service

    def exchange(session):
        row = session.get(Screening, kept["id"])
        forged = json.dumps({**kept, "as_of": "2020-01-01"}).encode()
        row.answer = service.keyring.seal(pack(forged), f"screenings.answer:{row.id}")

    service.database.write(exchange)
    said = verified(stored, id=kept["id"], receipt=kept["receipt"])
    assert said["authentic"] is False


def test_another_village_s_record_is_as_if_it_were_not_there(stored, settings, kept):
    here = bearer(key_for(settings, "cadre", "341103101201"))
    stored.headers.update(here)
    problem(verify(stored, id=kept["id"], receipt=kept["receipt"]), 404, "not-found")
    said = verified(stored, answer=kept)
    assert (said["authentic"], said["stored"], said["id"], said["today"]) == (True, False, None, None)


@pytest.mark.parametrize(
    "asked",
    [{}, {"answer": []}, {"answer": {}}, {"answer": {"id": None}}, {"id": "x"}, {"id": 1, "receipt": "x"},
     {"id": "x", "receipt": "x" * 101}, {"answer": {"id": "x"}, "more": 1}],
)  # fmt: skip
def test_what_cannot_be_verified_is_refused(stored, asked):
    problem(verify(stored, **asked), 422, "invalid-parameter")


@pytest.mark.parametrize("id", ["", "x", "\0", "0" * 36, "x" * 10_000])
def test_an_answer_with_an_id_that_is_none_is_not_authentic(stored, id):
    assert verified(stored, answer={"id": id, "receipt": "x"})["authentic"] is False


def test_verifying_is_in_the_audit_trail(stored, kept):
    verified(stored, answer=kept)
    verified(stored, answer={**kept, "as_of": "x"})
    database = stored.app.state.service.database
    found = database.read(lambda session: [(e.action, e.outcome, e.object) for e in events(session)])
    assert found[-2:] == [
        ("screening.verified", "authentic", kept["id"]),
        ("screening.verified", "not_authentic", kept["id"]),
    ]


# ── what has changed since ─────────────────────────────────────────────────


def under(client, policies):
    """Let *client*'s service answer by other policies."""
    screener = Screener(policies)
    answers = Answers(screener, "another")
    client.app.state.service = replace(
        client.app.state.service,
        answers=answers,
        policy_sets=PolicySets(screener.by_code, answers.policy_set),
        codes=frozenset(screener.by_code),
    )


def test_today_s_other_policies_and_what_of_them_has_changed_are_named(stored, kept):
    (longevity,) = [policy for policy in POLICIES if policy.code == "longevity-allowance"]
    (nursing,) = [policy for policy in POLICIES if policy.code == "elder-nursing-subsidy"]
    others = [policy for policy in POLICIES if policy not in (longevity, nursing)]
    under(stored, [replace(longevity, conditions=nursing.conditions), *others])
    today = verified(stored, answer=kept)["today"]
    assert today["same"] is False
    (turned,) = [result for result in today["results"] if result["policy"] == longevity.code]
    assert (turned["before"], turned["after"], turned["subject"]["position"]) == ("eligible", "undetermined", 0)
    assert {"verdict", "reasons"} <= set(turned["differs"])
    changes = {change["policy"]: change for change in today["policies"]}
    assert changes[longevity.code]["changed"] == ["rule", *changes[longevity.code]["changed"][1:]]
    assert "条件" in changes[longevity.code]["said"]
    assert "已不在" in changes[nursing.code]["said"]
    assert {result["policy"] for result in today["results"]} == set(changes)


def test_a_policy_set_is_kept_once_with_what_was_stored_by_it(stored, kept):
    post(stored, screening(store=True))
    service = stored.app.state.service
    rows = service.database.read(lambda session: session.scalars(select(PolicySet)).all())
    assert [row.fingerprint for row in rows] == [kept["policy_set"]]
    found = service.database.read(lambda session: service.policy_sets.find(session, kept["policy_set"]))
    assert found == service.policy_sets.present
    under(stored, POLICIES[:5])
    found = stored.app.state.service.database.read(
        lambda session: stored.app.state.service.policy_sets.find(session, kept["policy_set"])
    )
    assert found == service.policy_sets.present


def test_a_set_that_nobody_kept_is_said_to_be_unknown(stored, kept):
    stored.app.state.service.database.write(lambda session: session.execute(delete(PolicySet)))
    under(stored, POLICIES[1:])
    today = verified(stored, answer=kept)["today"]
    assert all(not change["changed"] for change in today["policies"])


def test_everything_that_may_change_of_a_policy_has_its_word():
    documents = [policy_document(policy) for policy in POLICIES]
    assert {key for document in documents for key in document} == {*LABELS, "code", "subject"}
    one = documents[0]
    assert changed(one, one) == []
    for key in set(LABELS) - {"figures"}:
        assert changed(one, {**one, key: "other"}) == [key]
    figures = next(document for document in documents if document["figures"])
    key = next(iter(figures["figures"]))
    assert changed(figures, {**figures, "figures": {**figures["figures"], key: None}}) == [f"figures.{key}"]


def test_the_receipt_says_nothing_of_the_facts_and_differs_for_the_same_household(stored):
    one, other = (post(stored, screening(store=True, household=household(OLD_WOMAN))).json() for _ in range(2))
    first, second = answer_receipts.read(one["receipt"]), answer_receipts.read(other["receipt"])
    assert first.facts != second.facts
    assert first.full != second.full
