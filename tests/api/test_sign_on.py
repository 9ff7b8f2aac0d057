"""Who bears a token of the district's sign-on may do what a key of the same role and region may, and nothing more."""

import base64
import hmac
import json
import logging
import time

import pytest
from joserfc.jwk import RSAKey
from starlette.testclient import TestClient

from app.database import upgrade
from app.errors import SettingsError
from app.main import create_app
from app.security import authentication, issuer
from app.security.attempts import FREE
from app.security.roles import Role
from app.security.sign_on import SignOn
from app.server import first_key
from app.setting_values import Claims
from tests.api.conftest import application
from tests.api.requests import OLD_WOMAN, household, post, problem, screening
from tests.api.server import Server
from tests.api.test_access import ELSEWHERE, HERE, told
from tests.deployments import deployment
from tests.issuer import AUDIENCE, CLIENT, Issuer
from tests.issuer.filed import FiledIssuer
from tests.issuer.keys import ALGORITHMS, Keys
from tests.keys import bearer, key_for


@pytest.fixture(scope="module")
def process():
    with Issuer() as running:
        yield running


def connected(folder, process, **others):
    given = {"sign_on_issuer": process.name, "sign_on_audience": AUDIENCE, **others}
    return deployment(folder).model_copy(update=given)


@pytest.fixture(scope="module")
def app(tmp_path_factory, process):
    return application(connected(tmp_path_factory.mktemp("sign-on"), process))


@pytest.fixture(scope="module")
def client(app):
    with TestClient(app) as client:
        yield client


@pytest.fixture(autouse=True)
def forgiven(app):
    """Every test begins as one from whose address nothing has failed."""
    app.state.service.attempts._settled.clear()


def me(client, token):
    return client.get("/v1/me", headers=bearer(token))


def test_a_token_says_who_bears_it(client, process):
    said = me(client, process.token()).json()
    assert {name: said[name] for name in ("name", "kind", "role", "region_code")} == {
        "name": "王干部",
        "kind": "token",
        "role": "cadre",
        "region_code": HERE,
    }
    assert said["permissions"] == sorted(permission.value for permission in Role.CADRE.permissions)


def test_the_same_person_has_the_same_id_and_nobody_else_s(client, process):
    first, again, other = (me(client, process.token(sub=sub)).json()["id"] for sub in ("u-1", "u-1", "u-2"))
    assert first == again != other
    assert "u-1" not in first


@pytest.mark.parametrize("algorithm", [*ALGORITHMS, "EdDSA"])
def test_every_signature_that_is_offered_is_taken(client, process, algorithm):
    header = {"alg": algorithm}
    token = process.token(key="Ed25519" if algorithm == "EdDSA" else algorithm, header=header)
    assert me(client, token).status_code == 200


@pytest.mark.parametrize("kind", ["JWT", "at+jwt", "AT+JWT", "application/at+jwt", None])
def test_tokens_of_today_s_issuers_are_access_tokens(client, process, kind):
    assert me(client, process.token(header={"typ": kind})).status_code == 200


def test_one_audience_among_several_is_enough(client, process):
    assert me(client, process.token(aud=["account", AUDIENCE])).status_code == 200


def test_a_clock_that_is_a_minute_off_does_no_harm(client, process):
    now = int(time.time())
    assert me(client, process.token(exp=now - 50)).status_code == 200
    assert me(client, process.token(nbf=now + 50, iat=now + 50)).status_code == 200


# ── what is refused ────────────────────────────────────────────────────────


def part(value):
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def claims_of(token):
    middle = token.split(".")[1]
    return base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4))


def unsigned(process):
    return f"{part({'alg': 'none', 'typ': 'at+jwt', 'kid': 'x'})}.{part(claims_of(process.token()))}."


def signed_with_the_public_key(process):
    """The confusion of old: an HMAC whose secret is what the issuer publishes."""
    jwks = process.told("published")
    public = next(key for key in jwks["keys"] if key["kty"] == "RSA" and key["use"] == "sig")
    secret = RSAKey.import_key(public).as_pem(private=False)
    body = f"{part({'alg': 'HS256', 'typ': 'at+jwt', 'kid': public['kid']})}.{part(claims_of(process.token()))}"
    return f"{body}.{part(hmac.digest(secret, body.encode(), 'sha256'))}"


def altered(process):
    first, _, last = process.token().split(".")
    claims = {**json.loads(claims_of(process.token())), "huimin_role": "admin"}
    return f"{first}.{part(claims)}.{last}"


def another_s(process):
    """Signed by somebody else who writes the same id on their key."""
    kid = json.loads(base64.urlsafe_b64decode(process.token().split(".")[0] + "=="))["kid"]
    return Keys().sign("ES256", {"kid": kid}, json.loads(claims_of(process.token())))


def swapped(process):
    """A token whose signature is good for an algorithm that its key is not for."""
    kid = next(key["kid"] for key in process.told("published")["keys"] if key.get("crv") == "P-256")
    return process.token(key="RS256", header={"kid": kid})


NOW = int(time.time())
REFUSED = {
    "no signature": unsigned,
    "an HMAC with the public key": signed_with_the_public_key,
    "altered": altered,
    "somebody else's": another_s,
    "another algorithm than the key's": swapped,
    "an unknown key": lambda p: p.token(header={"kid": "hunter2"}),
    "no key id": lambda p: p.token(header={"kid": None}),
    "a key id that is no text": lambda p: p.token(header={"kid": 7}),
    "a key of its own": lambda p: p.token(header={"jwk": Keys().published["keys"][-1]}),
    "the address of a key": lambda p: p.token(header={"jku": "http://127.0.0.1:1/hunter2"}),
    "something critical": lambda p: p.token(header={"crit": ["exp"], "exp": NOW + 300}),
    "an id token by its header": lambda p: p.token(header={"typ": "id+jwt"}),
    "a logout token": lambda p: p.token(header={"typ": "logout+jwt"}),
    "an id token by its claims": lambda p: p.token(at_hash="x"),
    "a refresh token": lambda p: p.token(typ="Refresh"),
    "another issuer": lambda p: p.token(iss="https://sso.invalid"),
    "nearly the issuer": lambda p: p.token(iss=p.name + "/"),
    "no issuer": lambda p: p.token(iss=None),
    "another audience": lambda p: p.token(aud="account"),
    "other audiences": lambda p: p.token(aud=["account", AUDIENCE + "2"]),
    "no audience": lambda p: p.token(aud=None),
    "an audience that is no text": lambda p: p.token(aud={AUDIENCE: 1}),
    "expired": lambda p: p.token(exp=NOW - 3600),
    "no end": lambda p: p.token(exp=None),
    "an end in words": lambda p: p.token(exp=str(NOW + 300)),
    "no end at all": lambda p: p.token(exp=float("inf")),
    "not yet": lambda p: p.token(nbf=NOW + 3600),
    "issued in the future": lambda p: p.token(iat=NOW + 3600),
    "begins in words": lambda p: p.token(nbf="hunter2"),
    "nobody": lambda p: p.token(sub=None),
    "an empty name": lambda p: p.token(sub=""),
    "two parts": lambda p: p.token().rsplit(".", 1)[0],
    "five parts": lambda p: p.token() + "..",
    "garbage": lambda p: "hunter2.hunter2.hunter2",
    "no object": lambda p: Keys().sign("ES256", {}, []),
    "deep": lambda p: f"{part(b'[' * 3000)}.{part(b'{}')}.x",
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_token_that_is_not_good_is_refused_in_the_same_words(client, process, what, caplog, monkeypatch):
    monkeypatch.setattr(issuer, "PAUSE", 0.0)
    caplog.set_level(logging.INFO)
    token = REFUSED[what](process)
    answer = me(client, token)
    said = problem(answer, 401, "unauthorized")
    assert "重新登录" in said["detail"]
    assert answer.headers["www-authenticate"] == 'Bearer realm="huimin", error="invalid_token"'
    expired = problem(me(client, process.token(exp=1)), 401, "unauthorized")
    assert told(said) == told(expired)
    assert "hunter2" not in answer.text + caplog.text
    assert not any(piece in answer.text + caplog.text for piece in token.split(".") if len(piece) > 8)


def test_an_oversized_token_is_refused_before_it_is_looked_at(client, process, monkeypatch):
    monkeypatch.setattr(SignOn, "verify", None)
    problem(me(client, process.token(filling="x" * 8000)), 401, "unauthorized")


# ── roles and regions ──────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "role", [None, "", "king", ["king"], [], ["cadre", "admin"], {"cadre": 1}, 7, ["cadre", ["admin"], "district"]]
)
def test_who_has_no_role_or_more_than_one_is_told_to_ask_for_one(client, process, role):
    said = problem(me(client, process.token(huimin_role=role)), 403, "forbidden")
    assert "角色" in said["detail"]
    assert "king" not in str(said)


@pytest.mark.parametrize("region", [None, "", "341103", "341102100201", "3411", "hunter2", 341103100201, [HERE, HERE]])
def test_who_belongs_nowhere_is_told_to_ask_for_a_region(client, process, region):
    said = problem(me(client, process.token(huimin_region=region)), 403, "forbidden")
    assert "行政区划代码" in said["detail"]
    assert "hunter2" not in str(said)


def test_who_belongs_to_the_district_needs_no_region(client, process):
    assert (
        me(client, process.token(sub="u-2", huimin_role="district", huimin_region=None)).json()["region_code"] is None
    )


@pytest.mark.parametrize("unit", [None, "", "hunter2", 7, ["civil-affairs", "housing"]])
def test_a_unit_s_officer_without_a_unit_sees_nothing(client, process, unit):
    said = problem(me(client, process.token(sub="u-3", huimin_role="unit", huimin_unit=unit)), 403, "forbidden")
    assert "单位代码" in said["detail"]
    assert "hunter2" not in str(said)


def test_who_belongs_to_a_unit_is_bound_to_it(client, process):
    for role in ("unit", "district", "platform"):
        token = process.token(sub=role, huimin_role=role, huimin_region=None, huimin_unit="civil-affairs")
        assert me(client, token).json()["unit"] == "civil-affairs"
    assert me(client, process.token(huimin_unit="somewhere")).json()["unit"] is None


def test_a_list_of_one_is_that_one(client, process):
    said = me(client, process.token(huimin_role=["cadre", "offline_access"], huimin_region=[HERE])).json()
    assert (said["role"], said["region_code"]) == ("cadre", HERE)


@pytest.mark.parametrize("name", [None, "", 7, "x" * 61, "a\nb"])
def test_a_name_that_cannot_be_shown_is_left_out(client, process, name):
    assert me(client, process.token(name=name)).json()["name"] == "统一身份认证用户"


def test_claims_and_roles_may_have_other_names(tmp_path, process):
    claims = Claims(role="realm_access.roles", region="division", name="preferred_username")
    settings = connected(tmp_path, process, sign_on_claims=claims, sign_on_roles={"民政办": "township"})
    given = {"realm_access": {"roles": ["民政办", "cadre"]}, "division": HERE[:9], "preferred_username": "zhang"}
    with TestClient(application(settings)) as client:
        said = me(client, process.token(**given)).json()
        assert (said["role"], said["region_code"], said["name"]) == ("township", HERE[:9], "zhang")
        # Only what is in the table counts.
        refused = me(client, process.token(**{**given, "realm_access": {"roles": ["cadre"]}}))
        problem(refused, 403, "forbidden")


def test_a_token_reaches_as_far_as_a_key_of_its_role_and_region(client, process):
    here, elsewhere = bearer(process.token()), bearer(process.token(sub="u-9", huimin_region=ELSEWHERE))
    body = screening(store=True)
    made = post(client, body, **here)
    assert made.status_code == 201
    path = f"/v1/screenings/{made.json()['id']}"
    assert client.get(path, headers=here).status_code == 200
    problem(client.get(path, headers=elsewhere), 404, "not-found")
    problem(post(client, body, **elsewhere), 403, "forbidden")
    abroad = screening(household={**household(OLD_WOMAN), "region_code": ELSEWHERE})
    problem(post(client, abroad, **here), 403, "forbidden")
    problem(client.get("/v1/clients", headers=here), 403, "forbidden")


def test_keys_work_beside_tokens(app, client):
    assert me(client, key_for(app.state.service.settings)).json()["kind"] == "key"


def test_without_a_sign_on_a_token_is_a_wrong_key(tmp_path, process):
    with TestClient(application(deployment(tmp_path))) as client:
        assert "密钥无效" in problem(me(client, process.token()), 401, "unauthorized")["detail"]


# ── while time passes ──────────────────────────────────────────────────────


def test_a_token_that_was_taken_ends_when_it_ends(app, client, process, monkeypatch):
    now = time.time()
    token = process.token(exp=int(now) + 100)
    assert me(client, token).status_code == 200
    service = app.state.service
    monkeypatch.setattr(service.sign_on, "_clock", lambda: now + 161)
    monkeypatch.setattr(service.authentication, "_clock", lambda: time.monotonic() + authentication.REMEMBERED)
    problem(me(client, token), 401, "unauthorized")


def test_a_token_is_not_believed_for_longer_than_it_lasts(app, client, process):
    token = process.token(exp=int(time.time()) - 59)
    assert me(client, token).status_code == 200
    remembered = app.state.service.authentication
    left = remembered._remembered[remembered._digest(token.encode())].until - remembered._clock()
    assert left <= 1


def test_made_up_tokens_make_an_address_wait_and_ended_ones_do_not(client, process):
    ended = process.token(exp=NOW - 3600)
    for _ in range(FREE + 5):
        problem(me(client, ended), 401, "unauthorized")
    assert me(client, process.token(sub="u-7")).status_code == 200
    for _ in range(FREE):
        problem(me(client, "made.up.token"), 401, "unauthorized")
    problem(me(client, "made.up.token"), 429, "too-many-requests")


def test_a_token_is_verified_once_and_then_remembered(client, process, monkeypatch):
    token = process.token()
    assert me(client, token).status_code == 200
    monkeypatch.setattr(SignOn, "verify", None)
    assert me(client, token).status_code == 200


def test_tokens_of_a_new_key_are_taken_and_those_of_a_withdrawn_one_are_not(client, process, app, monkeypatch):
    monkeypatch.setattr(issuer, "PAUSE", 0.0)
    old = process.token()
    assert me(client, old).status_code == 200
    process.rotate()
    app.state.service.sign_on.issuer._next = 0.0
    assert me(client, process.token()).status_code == 200
    app.state.service.authentication.forget()
    problem(me(client, old), 401, "unauthorized")


def test_while_the_issuer_is_away_known_keys_serve_on(tmp_path):
    with Issuer() as process:
        settings = connected(tmp_path, process)
        with TestClient(application(settings)) as client:
            first, second = process.token(), process.token(sub="u-2")
            assert me(client, first).status_code == 200
            process.stop()
            client.app.state.service.sign_on.issuer._next = 0.0
            client.portal.call(client.app.state.service.sign_on.issuer.refresh)
            assert me(client, second).status_code == 200
            unknown = me(client, Keys().sign("ES256", {}, json.loads(claims_of(first))))
            said = problem(unknown, 503, "sign-on-unavailable")
            assert unknown.headers["retry-after"] == "5"
            assert "用密钥的请求不受影响" in said["detail"]
            assert me(client, key_for(settings)).status_code == 200


def test_a_service_whose_issuer_is_not_there_starts_and_says_so(tmp_path, process):
    settings = connected(tmp_path, process, sign_on_issuer="http://127.0.0.1:1/nobody")
    with TestClient(application(settings)) as client:
        problem(me(client, process.token()), 503, "sign-on-unavailable")
        assert me(client, key_for(settings)).status_code == 200


# ── the page ───────────────────────────────────────────────────────────────


def offered(settings):
    with TestClient(application(settings)) as client:
        issuer = client.app.state.service.sign_on
        if issuer is not None:
            client.portal.call(issuer.issuer.refresh)
        return client.get("/v1/sign-on").json(), client.get("/").headers["content-security-policy"]


def test_the_page_is_told_where_to_sign_in_and_may_speak_to_no_other_host(tmp_path, process):
    said, policy = offered(connected(tmp_path, process, sign_on_client=CLIENT, sign_on_scope="openid profile"))
    assert said == {
        "offered": True,
        "issuer": process.name,
        "client_id": CLIENT,
        "scope": "openid profile",
        "authorization_endpoint": f"{process.name}/auth",
        "token_endpoint": f"{process.name}/token",
        "end_session_endpoint": f"{process.name}/logout",
    }
    assert f"connect-src 'self' http://127.0.0.1:{process.port};" in policy
    assert policy.count("http") == 1


def test_without_a_client_id_the_page_has_keys_only(tmp_path, process):
    said, policy = offered(connected(tmp_path, process))
    assert said.pop("offered") is False
    assert not any(said.values())
    assert "http" not in policy


def test_without_a_sign_on_the_page_has_keys_only(tmp_path):
    said, policy = offered(deployment(tmp_path))
    assert said.pop("offered") is False
    assert not any(said.values())
    assert "http" not in policy


def test_while_the_issuer_is_away_the_page_is_offered_it_without_addresses(tmp_path, process):
    away = {"sign_on_issuer": "http://127.0.0.1:1/nobody", "sign_on_client": CLIENT}
    said, policy = offered(connected(tmp_path, process, **away))
    assert (said["offered"], said["authorization_endpoint"], said["token_endpoint"]) == (True, None, None)
    assert "connect-src 'self' http://127.0.0.1:1;" in policy


# ── settings ───────────────────────────────────────────────────────────────


def test_a_file_takes_the_place_of_an_issuer_that_cannot_be_reached(tmp_path):
    filed = FiledIssuer(tmp_path)
    with TestClient(application(filed.connected(deployment(tmp_path)))) as client:
        assert me(client, filed.token("auditor")).json()["role"] == "auditor"


def test_a_key_that_is_for_one_algorithm_verifies_no_other(tmp_path):
    filed = FiledIssuer(tmp_path, alg="RS256")
    with TestClient(application(filed.connected(deployment(tmp_path)))) as client:
        assert me(client, filed.token("auditor", algorithm="RS256")).status_code == 200
        problem(me(client, filed.token("auditor", algorithm="PS256")), 401, "unauthorized")
        problem(me(client, filed.token("auditor", algorithm="ES256")), 401, "unauthorized")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"sign_on_audience": None}, "HUIMIN_SIGN_ON_AUDIENCE"),
        ({"sign_on_roles": {"民政办": "king"}}, "HUIMIN_SIGN_ON_ROLES"),
        ({"sign_on_jwks": "absent"}, "HUIMIN_SIGN_ON_JWKS"),
        ({"sign_on_jwks": "empty", "sign_on_client": CLIENT}, "HUIMIN_SIGN_ON_CLIENT"),
        ({"sign_on_jwks": "empty"}, "HUIMIN_SIGN_ON_JWKS"),
    ],
)
def test_settings_that_do_not_go_together_are_explained(tmp_path, given, said):
    (tmp_path / "empty").write_text("{}")
    paths = {name: tmp_path / value for name, value in given.items() if name == "sign_on_jwks"}
    settings = deployment(tmp_path).model_copy(
        update={"sign_on_issuer": "https://sso.invalid", "sign_on_audience": AUDIENCE, **given, **paths}
    )
    with pytest.raises(SettingsError, match=said):
        application(settings)


def test_without_a_key_it_is_said_that_tokens_are_taken(tmp_path):
    settings = FiledIssuer(tmp_path).connected(deployment(tmp_path))
    upgrade(settings)
    assert "只认统一身份认证的令牌" in first_key(create_app(settings).state.service)
    assert first_key(application(settings).state.service) == ""


# ── a real server ──────────────────────────────────────────────────────────


def test_two_servers_take_tokens_and_no_log_holds_one(tmp_path, process):
    settings = connected(tmp_path, process)
    application(settings)
    good, bad = process.token(), process.token(aud="other")
    with Server(settings, tmp_path) as first, Server(settings, tmp_path) as second:
        for server in (first, second):
            assert server.ask("GET", "/v1/me", **bearer(good))[0] == 200
            assert server.ask("GET", "/v1/me", **bearer(bad))[0] == 401
        process.behave("garbage")
        assert first.ask("GET", "/v1/me", **bearer(process.token(header={"kid": "x"})))[0] == 401
        process.behave("well")
    logged = first.logged()
    assert "audience" in logged
    assert not any(piece in logged for piece in (good + "." + bad).split("."))
    assert "王干部" not in logged
