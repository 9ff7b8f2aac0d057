"""A cadre who signs in at the district's own sign-on: a real issuer, a real server, a real browser."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from app.settings import Settings
from tests.api.server import PROGRAM, Server
from tests.deployments import deployment
from tests.issuer import AUDIENCE, CLIENT, Issuer
from tests.keys import bearer
from tests.web.visits import Visit, answer, begin, screenings


@pytest.fixture(scope="module")
def issuer():
    with Issuer() as running:
        yield running


def connected(folder, issuer) -> Settings:
    given = {"sign_on_issuer": issuer.name, "sign_on_audience": AUDIENCE, "sign_on_client": CLIENT}
    return deployment(folder).model_copy(update=given)


IMPATIENT = f"""
from app.security import authentication, issuer
issuer.FRESH = issuer.PAUSE = authentication.REMEMBERED = 0.1
{PROGRAM}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory, issuer):
    """A server that looks for new keys, and forgets tokens, every second."""
    folder = tmp_path_factory.mktemp("sign-on")
    with Server(connected(folder, issuer), folder, program=IMPATIENT) as server:
        yield server


def withdraw(issuer, server) -> None:
    """Let the issuer have other keys, so that every token of before ends; wait until the server knows."""
    before = bearer(issuer.token())
    assert server.ask("GET", "/v1/me", **before)[0] == 200
    issuer.rotate()
    ends = time.monotonic() + 20
    while server.ask("GET", "/v1/me", **before)[0] == 200:
        assert time.monotonic() < ends
        time.sleep(0.1)


@pytest.fixture
def visit(browser, server, issuer):
    visit = Visit(browser, server)
    visit.others = (f"http://127.0.0.1:{issuer.port}/",)
    yield visit
    visit.context.close()
    # The browser notes every refusal, and some are meant here.
    assert [said for said in visit.complaints if not re.search("status of 40[013]", said)] == []


def signed_on(visit: Visit, who: str = "cadre") -> Page:
    page = visit.open()
    page.click("#sign-on")
    page.click(f"#{who}")
    return page


def test_a_cadre_signs_in_and_saves_a_household(visit, server, issuer):
    page = signed_on(visit)
    expect(page.locator("#new")).to_be_visible()
    assert page.url == f"{visit.address}#/"
    begin(page)
    answer(page, "分散供养")
    page.click("#save")
    expect(page.get_by_text("已保存到服务")).to_be_visible()
    (record,) = screenings(server)
    assert record["members"][0]["birth_date"] == "1943-05-01"
    logged = server.logged()
    assert "code=" not in logged
    assert "eyJ" not in logged
    assert "王干部" not in logged


def test_a_token_that_ends_is_renewed_without_a_word(visit, issuer, server):
    page = signed_on(visit)
    expect(page.locator("#new")).to_be_visible()
    before = issuer.exchanged().count("refresh_token")
    withdraw(issuer, server)
    page.reload()
    expect(page.locator("#new")).to_be_visible()
    expect(page.get_by_text("登录已过期")).to_have_count(0)
    assert issuer.exchanged().count("refresh_token") == before + 1


def test_of_two_tabs_one_renews_the_token(visit, issuer, server):
    first = signed_on(visit)
    expect(first.locator("#new")).to_be_visible()
    second = visit.open()
    expect(second.locator("#new")).to_be_visible()
    before = issuer.exchanged().count("refresh_token")
    withdraw(issuer, server)
    for page in (first, second):
        page.reload(wait_until="commit")
    for page in (first, second):
        expect(page.locator("#new")).to_be_visible()
        expect(page.get_by_text("登录已过期")).to_have_count(0)
    assert issuer.exchanged().count("refresh_token") == before + 1


def test_what_was_entered_is_still_there_after_signing_in_again(visit, issuer, server):
    page = signed_on(visit)
    expect(page.locator("#new")).to_be_visible()
    begin(page)
    issuer.told("forget")
    withdraw(issuer, server)
    page.goto(f"{visit.address}#/")
    page.reload()
    expect(page.get_by_text("登录已过期")).to_be_visible()
    page.click("text=重新登录")
    page.click("#sign-on")
    page.click("#cadre")
    expect(page.locator("li.household")).to_have_count(1)


def test_who_has_no_role_is_told_so(visit):
    page = signed_on(visit, "stranger")
    expect(page.locator("#sign-on-fault")).to_contain_text("没有本系统的角色")
    expect(page.locator("#sign-on")).to_be_visible()
    expect(page.locator("#key")).to_be_visible()


def test_signing_out_ends_the_session_at_the_sign_on_too(visit, issuer):
    page = signed_on(visit)
    expect(page.locator("#new")).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    with page.expect_request(re.compile("/logout\\?")) as left:
        page.click("#leave")
    assert "id_token_hint=" in left.value.url
    expect(page.locator("#sign-on")).to_be_visible()
    assert page.evaluate("indexedDB.databases().then((all) => all.length)") in (0, 1)


@pytest.mark.parametrize("where", ["#", "?"])
def test_an_answer_that_nobody_asked_for_signs_nobody_in(visit, issuer, where):
    before = issuer.exchanged()
    page = visit.open(f"{where}state=forged&code=stolen")
    expect(page.locator("#sign-on-fault")).to_contain_text("不是从本页开始的")
    assert page.url == f"{visit.address}#/sign-in"
    assert issuer.exchanged() == before


def test_keys_are_all_there_is_where_no_sign_on_is_connected(browser, tmp_path):
    with Server(deployment(tmp_path), tmp_path) as server:
        visit = Visit(browser, server)
        page = visit.open()
        with page.expect_response("**/v1/sign-on"):
            page.reload()
        expect(page.locator("#key")).to_be_visible()
        expect(page.locator("#sign-on")).to_have_count(0)
        visit.context.close()
        assert visit.complaints == []
