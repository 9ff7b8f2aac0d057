"""`sign-on`: what whoever connects a sign-on is told of it."""

import time

import pytest

from tests.command_line import call, refused
from tests.issuer import AUDIENCE, CLIENT, Issuer


@pytest.fixture(scope="module")
def process():
    with Issuer() as running:
        yield running


@pytest.fixture
def here(tmp_path, process):
    return {
        "HUIMIN_DATA_DIR": str(tmp_path / "data"),
        "HUIMIN_SIGN_ON_ISSUER": process.name,
        "HUIMIN_SIGN_ON_AUDIENCE": AUDIENCE,
    }


def examined(here, *arguments, text=None, code=0, **variables):
    result = call("sign-on", *arguments, text=text, **{**here, **variables})
    assert (result.exit_code, result.stderr) == (code, ""), result.stderr
    return " ".join(result.stdout.split())


def test_what_the_issuer_says_is_shown(here, process):
    said = examined(here)
    assert process.name in said
    assert "3个" in said
    assert "ES256" in said
    assert "只用密钥登录" in said


def test_the_page_s_sign_in_is_told(here, process):
    assert f"客户端 {CLIENT}，到 {process.name}/auth" in examined(here, HUIMIN_SIGN_ON_CLIENT=CLIENT)


def test_a_good_token_is_told_what_it_may_do(here, process):
    said = examined(here, "--token", "-", text=process.token())
    assert "接受：王干部，村干部，341103100201，编号 person:" in said


@pytest.mark.parametrize("written", ["Bearer {}", "  {}\n"])
def test_a_token_may_be_copied_with_what_stands_around_it(here, process, written, tmp_path):
    file = tmp_path / "token"
    file.write_text(written.format(process.token()))
    assert "接受：" in examined(here, "--token", file)


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"aud": "account"}, "aud"),
        ({"iss": "https://sso.invalid"}, "iss"),
        ({"exp": int(time.time()) - 3600}, "exp"),
        ({"nbf": int(time.time()) + 3600}, "nbf"),
        ({"huimin_role": "king"}, "角色"),
        ({"huimin_region": None}, "行政区划代码"),
        ({"at_hash": "x"}, "ID token"),
        ({"header": {"kid": "other"}}, "kid"),
        ({"header": {"alg": "HS256"}, "key": "ES256"}, "RS256、PS256、ES256"),
    ],
)
def test_why_a_token_is_refused_is_told_to_whoever_runs_the_service(here, process, claims, said):
    token = process.token(**claims)
    told = examined(here, "--token", "-", text=token, code=1)
    assert "不接受" in told
    assert said in told.partition("不接受")[2]
    assert token[:20] not in told


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("error", "答复 500"),
        ("redirect", "答复 302"),
        ("garbage", "不是 JSON"),
        ("another", "issuer 与 HUIMIN_SIGN_ON_ISSUER 不同"),
        ("empty", "没有带 kid 的签名公钥"),
        ("huge", "超过 256 KB"),
    ],
)
def test_why_the_keys_cannot_be_had_is_told(here, process, how, said):
    process.behave(how)
    try:
        assert said in examined(here, code=1)
    finally:
        process.behave("well")


def test_an_issuer_that_is_not_there_is_told(here):
    assert "连不上" in examined(here, code=1, HUIMIN_SIGN_ON_ISSUER="http://127.0.0.1:1/nobody")


def test_whose_id_stands_in_the_audit_trail_is_found_by_the_subject(here, process):
    id = examined(here, "--subject", "u-1")
    assert id in examined(here, "--token", "-", text=process.token())
    assert id != examined(here, "--subject", "u-2")


def test_without_a_sign_on_there_is_nothing_to_examine(tmp_path):
    assert "HUIMIN_SIGN_ON_ISSUER" in refused("sign-on", HUIMIN_DATA_DIR=str(tmp_path))


def test_a_token_that_cannot_be_read_is_told(here, tmp_path):
    assert "读不出来" in refused("sign-on", "--token", tmp_path / "absent", **here)
    assert "没有令牌" in refused("sign-on", "--token", "-", text=" ", **here)
