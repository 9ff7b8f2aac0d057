"""Every route says who may use it, and keeps to it: tried with a key of each role, and of another village."""

import re
import tempfile
import time
from functools import cache, partial
from itertools import product
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount
from starlette.testclient import TestClient

from app.api.access import GuardedRoute, Router, Scope
from app.archive import new_id
from app.main import create_app
from app.security.keys import new_key
from app.security.roles import Role
from tests.api.conftest import application
from tests.api.lists import upload
from tests.api.requests import LONGEVITY, OLD_WOMAN, household, post, problem, receipt, screening
from tests.deployments import deployment
from tests.issuer.filed import FiledIssuer
from tests.keys import bearer, key_for

HERE, ELSEWHERE = "341103100201", "341103101201"
OPEN = {
    "/",
    "/sw.js",
    "/web/{name:path}",
    "/docs",
    "/docs/start.js",
    "/openapi.json",
    "/v1/sign-on",
    "/v1/platform/receipts",
    "/livez",
    "/readyz",
    "/metrics",
}
"""What is answered without a key: health, documentation, the sign-in page; /metrics to this machine only; what is
signed instead."""


def routes(folder):
    """Yield every route of the application, as a method, a path and what it needs."""
    for context in iter_route_contexts(create_app(deployment(folder)).routes):
        route = context.original_route
        if isinstance(route, Mount):
            assert route.path == "/docs/assets"
            continue
        assert isinstance(route, GuardedRoute), f"{context.path}: use app.api.access.Router"
        for method in sorted(context.methods):
            yield method, context.path, route.access


CREDENTIALS = ("key", "token")


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    return FiledIssuer(tmp_path_factory.mktemp("issuer"))


@pytest.fixture(scope="module")
def deployed(tmp_path_factory, issuer):
    # Nobody screens the lists that are uploaded here: they all wait.
    settings = deployment(tmp_path_factory.mktemp("access")).model_copy(update={"batch_waiting": 10_000})
    settings = issuer.connected(settings)
    return application(settings), settings


@pytest.fixture(scope="module")
def as_(deployed, issuer):
    """Return a client of a role and a region, by key or by token, or one that presents nothing."""
    app, settings = deployed

    @cache
    def presented(role, region_code, by):
        unit = "civil-affairs" if role == Role.UNIT else None
        return bearer((issuer.token if by == "token" else partial(key_for, settings))(role, region_code, unit))

    def client(role=None, region_code=None, by="key"):
        return TestClient(app, headers={} if role is None else presented(role, region_code, by))

    return client


def filled(path):
    return re.sub(r"\{\w+\}", new_id(), path)


def call(client, method, path):
    if method == "POST" and path == "/v1/batches":
        return upload(client)
    body = screening() if method == "POST" and path == "/v1/screenings" else {"name": "", "role": "x"}
    return client.request(method, filled(path), json=body if method in ("POST", "PUT", "PATCH") else None)


with tempfile.TemporaryDirectory() as folder:
    ROUTES = list(routes(Path(folder)))
GUARDED = [(method, path, access) for method, path, access in ROUTES if access.permission is not None]


def test_only_health_documentation_and_the_sign_in_page_are_open():
    assert {path for _, path, access in ROUTES if access.permission is None} == OPEN


def test_a_route_that_does_not_say_who_may_use_it_cannot_be_made():
    async def endpoint():
        raise AssertionError

    with pytest.raises(TypeError, match="declare with @needs or @open_to_all"):
        Router().get("/x")(endpoint)


@pytest.mark.parametrize(
    ("method", "path", "access"), GUARDED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_nobody_unknown_is_answered(as_, method, path, access):
    answer = call(as_(), method, path)
    problem(answer, 401, "unauthorized")
    assert answer.headers["www-authenticate"] == 'Bearer realm="huimin"'


@pytest.mark.parametrize("by", CREDENTIALS)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("method", "path", "access"), GUARDED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_role_may_do_what_the_table_says_and_nothing_else(as_, role, by, method, path, access):
    answer = call(as_(role, HERE if role.is_local else None, by), method, path)
    if access.permission in role.permissions:
        assert answer.status_code not in (401, 403)
    else:
        said = problem(answer, 403, "forbidden")
        assert access.permission.value in said["detail"]


# ── regions ────────────────────────────────────────────────────────────────


def screened(client, **others):
    answer = post(client, screening(store=True, **others))
    assert answer.status_code == 201
    return answer.json()["id"]


def posted_screening(here, elsewhere, district):
    abroad = screening(store=True, household={**household(OLD_WOMAN), "region_code": ELSEWHERE})
    problem(post(here, abroad), 403, "forbidden")
    problem(post(here, {**abroad, "store": False}), 403, "forbidden")
    assert post(elsewhere, abroad).status_code == 201
    for wider in ("341103100", "341103", "3411"):
        problem(post(here, screening(household={**household(OLD_WOMAN), "region_code": wider})), 403, "forbidden")


def shown_screening(here, elsewhere, district):
    id = screened(here)
    assert here.get(f"/v1/screenings/{id}").status_code == 200
    assert district.get(f"/v1/screenings/{id}").status_code == 200
    hidden, absent = elsewhere.get(f"/v1/screenings/{id}"), elsewhere.get(f"/v1/screenings/{new_id()}")
    assert told(problem(hidden, 404, "not-found")) == told(problem(absent, 404, "not-found"))


def shown_household(here, elsewhere, district):
    id = screened(here)
    assert here.get(f"/v1/screenings/{id}/household").json()["household"]["members"]
    problem(elsewhere.get(f"/v1/screenings/{id}/household"), 404, "not-found")


def shown_notice(here, elsewhere, district):
    id = screened(here)
    assert here.get(f"/v1/screenings/{id}/notice").status_code == 200
    problem(elsewhere.get(f"/v1/screenings/{id}/notice"), 404, "not-found")


# ── cases ──────────────────────────────────────────────────────────────────


def handed_over(client):
    """Hand over what a woman of 83 gets; return the case."""
    return hand_over(client, screened(client)).json()["handoffs"][0]


def hand_over(client, screening):
    return client.post("/v1/handoffs", json={"screening": screening, "results": [LONGEVITY]})


def posted_handoff(here, elsewhere, district):
    id = screened(here)
    assert told(problem(hand_over(elsewhere, id), 404, "not-found")) == told(
        problem(hand_over(elsewhere, new_id()), 404, "not-found")
    )
    assert hand_over(here, id).status_code == 201


def posted_in_bulk(here, elsewhere, district):
    id = screened(here)
    answer = elsewhere.post("/v1/bulk-handoffs", json={"screenings": [id, new_id()]}).json()
    assert answer["handoffs"] == []
    assert len({refused["reason"] for refused in answer["refused"]}) == 1
    assert here.post("/v1/bulk-handoffs", json={"screenings": [id]}).json()["handoffs"]


def listed_handoffs(here, elsewhere, district):
    case = handed_over(here)
    for who, sees in ((here, True), (district, True), (elsewhere, False)):
        asked = who.get(f"/v1/handoffs?screening={case['screening']}").json()["handoffs"]
        assert [each["id"] for each in asked] == ([case["id"]] if sees else [])


def shown_handoff(here, elsewhere, district):
    id = handed_over(here)["id"]
    assert here.get(f"/v1/handoffs/{id}").status_code == 200
    hidden, absent = elsewhere.get(f"/v1/handoffs/{id}"), elsewhere.get(f"/v1/handoffs/{new_id()}")
    assert told(problem(hidden, 404, "not-found")) == told(problem(absent, 404, "not-found"))


def withdrawn_handoff(here, elsewhere, district):
    path = f"/v1/handoffs/{handed_over(here)['id']}/withdraw"
    problem(elsewhere.post(path, json={"reason": "填错了"}), 404, "not-found")
    assert here.post(path, json={"reason": "填错了"}).json()["state"] == "withdrawn"


def retried_handoff(here, elsewhere, district):
    path = f"/v1/handoffs/{handed_over(here)['id']}/retry"
    problem(elsewhere.post(path), 404, "not-found")
    assert here.post(path).status_code == 200


def posted_receipt(here, elsewhere, district):
    path = f"/v1/handoffs/{handed_over(here)['id']}/receipts"
    problem(elsewhere.post(path, json=receipt("accepted")), 404, "not-found")
    assert here.post(path, json=receipt("accepted")).json()["state"] == "accepted"


def worked_list(here, elsewhere, district):
    case = handed_over(here)
    for who, sees in ((here, True), (district, True), (elsewhere, False)):
        assert (case["id"] in who.get("/v1/units/civil-affairs/worklist?limit=200").text) is sees


def counted_lists(here, elsewhere, district):
    handed_over(here)
    townships = {each["township"]["code"] for each in elsewhere.get("/v1/worklists").json()["counts"]}
    assert townships <= {ELSEWHERE[:9]}
    assert HERE[:9] in {each["township"]["code"] for each in here.get("/v1/worklists").json()["counts"]}


def told(document):
    return {key: value for key, value in document.items() if key != "request_id"}


def made(client, region_code):
    given = {"name": new_id(), "role": "cadre", "region_code": region_code}
    return client.post("/v1/clients", json=given)


def posted_client(here, elsewhere, district):
    assert made(here, HERE).status_code == 201
    problem(made(here, ELSEWHERE), 403, "forbidden")
    answer = here.post("/v1/clients", json={"name": new_id(), "role": "district"})
    assert answer.json()["region_code"] == HERE


def listed_clients(here, elsewhere, district):
    id = made(here, HERE).json()["id"]
    assert id in here.get("/v1/clients").text
    assert id not in elsewhere.get("/v1/clients").text


def shown_client(here, elsewhere, district):
    id = made(here, HERE).json()["id"]
    assert here.get(f"/v1/clients/{id}").status_code == 200
    problem(elsewhere.get(f"/v1/clients/{id}"), 404, "not-found")


def rotated_client(here, elsewhere, district):
    id = made(here, HERE).json()["id"]
    problem(elsewhere.post(f"/v1/clients/{id}/key"), 404, "not-found")
    assert here.post(f"/v1/clients/{id}/key").status_code == 201


def revoked_client(here, elsewhere, district):
    id = made(here, HERE).json()["id"]
    problem(elsewhere.delete(f"/v1/clients/{id}"), 404, "not-found")
    assert here.get(f"/v1/clients/{id}").json()["state"] == "active"
    assert here.delete(f"/v1/clients/{id}").status_code == 204


def changed_quota(here, elsewhere, district):
    id = made(here, HERE).json()["id"]
    problem(elsewhere.put(f"/v1/clients/{id}/quota", json={"quota": 1}), 404, "not-found")
    assert here.put(f"/v1/clients/{id}/quota", json={"quota": 2}).json()["quota"] == 2


def verified_screening(here, elsewhere, district):
    answer = post(here, screening(store=True)).json()
    asked = {"id": answer["id"], "receipt": answer["receipt"]}
    assert here.post("/v1/verify", json=asked).json()["authentic"]
    hidden, absent = (elsewhere.post("/v1/verify", json={**asked, "id": id}) for id in (answer["id"], new_id()))
    assert told(problem(hidden, 404, "not-found")) == told(problem(absent, 404, "not-found"))
    assert elsewhere.post("/v1/verify", json={"answer": answer}).json()["stored"] is False


def read_trail(where):
    def tried(here, elsewhere, district):
        assert here.get(where).status_code == 200
        assert HERE in here.get(where).text
        assert HERE not in elsewhere.get(where).text

    return tried


def uploaded(client):
    answer = upload(client)
    assert answer.status_code == 202
    return answer.json()["id"]


def posted_batch(here, elsewhere, district):
    id = uploaded(here)
    problem(upload(elsewhere, since=id), 422, "invalid-parameter")
    assert told(problem(upload(elsewhere, since=new_id()), 422, "invalid-parameter")) == told(
        problem(upload(elsewhere, since=id), 422, "invalid-parameter")
    )


def listed_batches(here, elsewhere, district):
    id = uploaded(here)
    assert id in here.get("/v1/batches").text
    assert id in district.get("/v1/batches").text
    assert id not in elsewhere.get("/v1/batches").text
    theirs = uploaded(district)
    assert theirs not in here.get("/v1/batches").text


def of_a_batch(method, path):
    """Return a trial of a route that is about one batch: hidden from another village as if it were not there."""

    def tried(here, elsewhere, district):
        where = path.format(id=uploaded(here))
        hidden, absent = elsewhere.request(method, where), elsewhere.request(method, path.format(id=new_id()))
        assert told(problem(hidden, 404, "not-found")) == told(problem(absent, 404, "not-found"))
        assert district.request(method, where).status_code in (200, 204, 409)
        # What the district's own client has, no village sees.
        problem(here.request(method, path.format(id=uploaded(district))), 404, "not-found")

    return tried


def handed_over_list(here, elsewhere, district):
    id = uploaded(here)

    def asked(client, id):
        return client.post(f"/v1/batches/{id}/handoffs", json={})

    hidden, absent = asked(elsewhere, id), asked(elsewhere, new_id())
    assert told(problem(hidden, 404, "not-found")) == told(problem(absent, 404, "not-found"))
    assert asked(district, id).status_code in (201, 409)


def followed_batch(here, elsewhere, district):
    id = uploaded(here)
    here.post(f"/v1/batches/{id}/cancel")
    problem(elsewhere.get(f"/v1/batches/{id}/events"), 404, "not-found")
    assert '"state":"cancelled"' in district.get(f"/v1/batches/{id}/events").text


def of_a_subject(path):
    """Return a trial of a route about a subject: nothing of it in another village is seen or changed."""

    def tried(here, elsewhere, district):
        reference = new_id()[-12:]
        abroad = household(OLD_WOMAN, reference=reference, region_code=ELSEWHERE)
        id = screened(district, household=abroad)
        answer = here.post(path, json={"reference": reference})
        assert id not in answer.text
        assert district.get(f"/v1/screenings/{id}").status_code == 200
        assert district.post("/v1/subjects/export", json={"reference": reference}).json()["screenings"][0]["id"] == id

    return tried


REGIONAL = {
    "POST /v1/batches": posted_batch,
    "GET /v1/batches": listed_batches,
    **{
        f"{method} {path}": of_a_batch(method, path)
        for method, path in (
            ("GET", "/v1/batches/{id}"),
            ("GET", "/v1/batches/{id}/result"),
            ("GET", "/v1/batches/{id}/changes"),
            ("GET", "/v1/batches/{id}/rejects"),
            ("GET", "/v1/batches/{id}/counts"),
            ("POST", "/v1/batches/{id}/cancel"),
            ("DELETE", "/v1/batches/{id}"),
        )
    },
    "POST /v1/batches/{id}/handoffs": handed_over_list,
    "GET /v1/batches/{id}/events": followed_batch,
    "POST /v1/verify": verified_screening,
    "GET /v1/audit": read_trail("/v1/audit"),
    "GET /v1/audit/export": read_trail("/v1/audit/export"),
    "POST /v1/screenings": posted_screening,
    "GET /v1/screenings/{id}": shown_screening,
    "GET /v1/screenings/{id}/notice": shown_notice,
    "GET /v1/screenings/{id}/household": shown_household,
    "POST /v1/handoffs": posted_handoff,
    "POST /v1/bulk-handoffs": posted_in_bulk,
    "GET /v1/handoffs": listed_handoffs,
    "GET /v1/handoffs/{id}": shown_handoff,
    "POST /v1/handoffs/{id}/withdraw": withdrawn_handoff,
    "POST /v1/handoffs/{id}/retry": retried_handoff,
    "POST /v1/handoffs/{id}/receipts": posted_receipt,
    "GET /v1/units/{code}/worklist": worked_list,
    "GET /v1/worklists": counted_lists,
    "POST /v1/clients": posted_client,
    "GET /v1/clients": listed_clients,
    "GET /v1/clients/{id}": shown_client,
    "POST /v1/clients/{id}/key": rotated_client,
    "PUT /v1/clients/{id}/quota": changed_quota,
    "DELETE /v1/clients/{id}": revoked_client,
    "POST /v1/subjects/export": of_a_subject("/v1/subjects/export"),
    "POST /v1/subjects/delete": of_a_subject("/v1/subjects/delete"),
}
"""What a key of one village can do of another's, for every route that is bound to regions: a new one needs its row."""


def test_every_regional_route_is_tried():
    assert set(REGIONAL) == {f"{method} {path}" for method, path, access in ROUTES if access.scope is Scope.REGION}


@pytest.mark.parametrize("by", CREDENTIALS)
@pytest.mark.parametrize("route", REGIONAL)
def test_a_key_of_one_village_reaches_nothing_of_another(as_, route, by):
    roles = {"clients": "admin", "audit": "auditor", "receipts": "district", "subjects": "district"}
    role = next((role for part, role in roles.items() if part in route.split("/")), "cadre")
    REGIONAL[route](as_(role, HERE, by), as_(role, ELSEWHERE, by), as_("district"))


# ── everything of one village, asked for from another ──────────────────────


class Village:
    """What one village has: a household's screening, a case of it, a list, a key."""

    def __init__(self, as_):
        self.reference = f"H-{new_id()[-12:]}"
        self._cadre, self._admin = as_("cadre", HERE), as_("admin", HERE)
        self.screening = screened(self._cadre, household=household(OLD_WOMAN, reference=self.reference))
        self.case = hand_over(self._cadre, self.screening).json()["handoffs"][0]["id"]
        self.batch = uploaded(self._cadre)
        self.client = made(self._admin, HERE).json()["id"]

    @property
    def ids(self):
        return (self.screening, self.case, self.batch, self.client)

    def state(self):
        """Return all of it, as the village itself sees it."""
        paths = {"screenings": self.screening, "handoffs": self.case, "batches": self.batch}
        seen = [self._cadre.get(f"/v1/{name}/{id}").json() for name, id in paths.items()]
        return [*seen, self._admin.get(f"/v1/clients/{self.client}").json()]

    def bodies(self, route):
        """Return what somebody would send to reach it."""
        abroad = household(OLD_WOMAN, reference=self.reference)
        known = {
            "POST /v1/screenings": [screening(household=abroad, store=store) for store in (False, True)],
            "POST /v1/handoffs": [{"screening": self.screening, "results": [LONGEVITY]}],
            "POST /v1/batches/{id}/handoffs": [{}, {"households": [self.reference]}],
            "POST /v1/handoffs/{id}/withdraw": [{"reason": "填错了"}],
            "POST /v1/handoffs/{id}/receipts": [receipt("accepted")],
            "POST /v1/clients": [{"name": self.reference, "role": "cadre", "region_code": HERE}],
            "PUT /v1/clients/{id}/quota": [{"quota": 1}],
            "POST /v1/subjects/export": [{"reference": self.reference}],
            "POST /v1/subjects/delete": [{"reference": self.reference}],
        }
        return known.get(route, [None])


@pytest.fixture(scope="module")
def village(as_):
    return Village(as_)


def requests(village, method, path):
    """Yield every request of a route that names something of the village."""
    queries = ["", f"?screening={village.screening}", f"?after={village.client}"] if method == "GET" else [""]
    places = ["civil-affairs"] if "{code}" in path else village.ids if "{" in path else [""]
    for place in places:
        for body in village.bodies(f"{method} {path}"):
            for query in queries:
                yield re.sub(r"\{\w+\}", place, path) + query, body


@pytest.mark.parametrize("route", REGIONAL)
def test_nothing_of_a_village_is_told_or_changed_whoever_asks_from_another(as_, village, route):
    method, path = route.split(" ")
    (needed,) = (access.permission for verb, where, access in ROUTES if (verb, where) == (method, path))
    before = village.state()
    for role, by in product([role for role in Role if needed in role.permissions], CREDENTIALS):
        asking = as_(role, ELSEWHERE, by)
        if route == "POST /v1/batches":
            answers = [upload(asking, since=village.batch)]
        else:
            answers = [asking.request(method, where, json=body) for where, body in requests(village, method, path)]
        for answer in answers:
            told = answer.text.replace(str(answer.request.url), "")
            assert not [name for name in (*village.ids, village.reference, HERE) if name in told], (role, by)
            assert answer.status_code not in (500, 503), (role, by)
    assert village.state() == before


def test_a_household_without_a_region_belongs_to_the_key_s(as_):
    here, township, elsewhere = as_("cadre", HERE), as_("township", "341103100"), as_("township", "341103101")
    unplaced = household(OLD_WOMAN)
    del unplaced["region_code"]
    id = screened(here, household=unplaced)
    assert here.get(f"/v1/screenings/{id}").status_code == 200
    assert township.get(f"/v1/screenings/{id}").status_code == 200
    assert elsewhere.get(f"/v1/screenings/{id}").status_code == 404


def test_what_the_district_screened_without_a_region_is_the_district_s(as_):
    unplaced = household(OLD_WOMAN)
    del unplaced["region_code"]
    id = screened(as_("district"), household=unplaced)
    assert as_("cadre", HERE).get(f"/v1/screenings/{id}").status_code == 404
    assert as_("district").get(f"/v1/screenings/{id}").status_code == 200


def test_an_officer_tries_a_household_and_keeps_none(as_):
    officer = as_("officer")
    assert post(officer, screening()).status_code == 200
    said = problem(post(officer, screening(store=True)), 403, "forbidden")
    assert "screenings.create" in said["detail"]


# ── what is presented ──────────────────────────────────────────────────────


def asked(client, value):
    return client.get("/v1/facts", headers={} if value is None else {"Authorization": value})


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer ", "Basic aHVudGVyMg==", "hunter2", "Bearer " + "x" * 9000, "Bearer hunter2"]
)
def test_what_is_no_key_is_refused_without_repeating_it(as_, value):
    said = problem(asked(as_(), value), 401, "unauthorized")
    assert "hunter2" not in str(said)


def test_a_slip_of_the_hand_is_told_from_a_wrong_key(as_, deployed):
    key = key_for(deployed[1])
    mistyped = problem(asked(as_(), f"Bearer {key[:-1]}{'A' if key[-1] != 'A' else 'B'}"), 401, "unauthorized")
    assert "错字" in mistyped["detail"]
    wrong = asked(as_(), f"Bearer {new_key()}")
    assert "密钥无效" in problem(wrong, 401, "unauthorized")["detail"]
    assert wrong.headers["www-authenticate"] == 'Bearer realm="huimin", error="invalid_token"'


def test_two_headers_are_none(as_, deployed):
    key = key_for(deployed[1])
    answer = as_().get("/v1/facts", headers=[("Authorization", f"Bearer {key}"), ("Authorization", f"Bearer {key}")])
    problem(answer, 401, "unauthorized")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_name_of_the_scheme_may_be_written_either_way(as_, deployed, scheme):
    assert asked(as_(), f"{scheme} {key_for(deployed[1])}").status_code == 200


def test_a_key_that_ended_and_one_that_never_was_are_refused_in_the_same_words(as_, deployed):
    admin, key = as_("admin"), made(as_("admin"), HERE).json()
    assert asked(as_(), f"Bearer {key['key']}").status_code == 200
    assert admin.delete(f"/v1/clients/{key['id']}").status_code == 204
    ended, never = (asked(as_(), f"Bearer {each}") for each in (key["key"], new_key()))
    assert told(problem(ended, 401, "unauthorized")) == told(problem(never, 401, "unauthorized"))


def test_a_key_that_ends_in_another_process_ends_here_within_seconds(deployed):
    app, settings = deployed
    now = time.monotonic()
    there = application(settings)
    service = there.state.service
    service.authentication._clock = lambda: now
    key = made(TestClient(app, headers=bearer(key_for(settings, "admin"))), HERE).json()
    with TestClient(there, headers=bearer(key["key"])) as client:
        assert client.get("/v1/facts").status_code == 200
        TestClient(app, headers=bearer(key_for(settings, "admin"))).delete(f"/v1/clients/{key['id']}")
        now += 3.1
        problem(client.get("/v1/facts"), 401, "unauthorized")


def test_a_key_is_shown_once_and_never_again(as_):
    admin = as_("admin")
    key = made(admin, HERE).json()
    assert key["key"].startswith(key["prefix"])
    for answer in (admin.get("/v1/clients"), admin.get(f"/v1/clients/{key['id']}")):
        assert key["key"] not in answer.text
        assert answer.headers["cache-control"] == "no-store"


def test_a_rotated_key_takes_the_place_of_the_old_one(as_):
    admin = as_("admin")
    key = made(admin, HERE).json()
    another = admin.post(f"/v1/clients/{key['id']}/key").json()
    assert another["id"] == key["id"]
    assert asked(as_(), f"Bearer {key['key']}").status_code == 401
    assert asked(as_(), f"Bearer {another['key']}").status_code == 200


def test_the_use_of_a_key_is_told(as_):
    admin = as_("admin")
    key = made(admin, HERE).json()
    assert key["last_used_at"] is None
    asked(as_(), f"Bearer {key['key']}")
    assert admin.get(f"/v1/clients/{key['id']}").json()["last_used_at"] is not None


@pytest.mark.parametrize(
    ("body", "status", "type"),
    [
        (b"hunter2", 400, "malformed-json"),
        (b"[]", 422, "invalid-parameter"),
        (b'{"name": "hunter2"}', 422, "invalid-parameter"),
    ],
)
def test_a_wrong_request_for_a_key_is_explained(as_, body, status, type):
    said = problem(post(as_("admin"), body, "/v1/clients"), status, type)
    assert said["errors"]
    assert "hunter2" not in str(said)


def test_what_is_remembered_of_keys_is_bounded(deployed, monkeypatch):
    monkeypatch.setattr("app.security.authentication.MOST_REMEMBERED", 3)
    app, settings = deployed
    authentication = app.state.service.authentication
    for _ in range(5):
        assert TestClient(app, headers=bearer(key_for(settings))).get("/v1/facts").status_code == 200
    assert len(authentication._remembered) == 3


def test_the_documentation_says_what_each_operation_needs(client):
    document = client.get("/openapi.json").json()
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    for method, path, access in ROUTES:
        if path not in document["paths"]:
            continue
        operation = document["paths"][path][method.lower()]
        assert operation["security"] == ([] if access.permission is None else [{"bearer": []}])
        if access.permission is not None:
            assert access.permission.value in operation["description"]
