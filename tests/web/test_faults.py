"""What goes wrong is said in words, where it is wrong, with a way on; no number of a protocol is shown to a cadre."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.visits import ID_NUMBER, answer, begin, key, server, sign_in, visit

__all__ = ["key", "server", "visit"]

PROXY = "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>"


def enter(page: Page, field: str, text: str) -> None:
    page.fill(field, text)
    page.press(field, "Tab")


def described(page: Page, field: str) -> str:
    """Return what a screen reader says of a field beside its label."""
    ids = (page.locator(field).get_attribute("aria-describedby") or "").split()
    return " ".join(page.locator(f"#{id}").inner_text() for id in ids)


# ── at a field ──


@pytest.mark.parametrize(
    ("field", "wrong", "right", "said"),
    [
        ("#id-0", f"{ID_NUMBER[:-1]}2", ID_NUMBER, "校验不符"),
        ("#certificate-0", "3499991943050100", "34999919430501001142", "位"),
    ],
)
def test_a_wrong_number_is_marked_and_its_fault_is_said_with_it(visit, key, field, wrong, right, said):
    page = visit.signed_in(key)
    begin(page)
    expect(page.locator(field)).to_have_attribute("aria-invalid", "false")
    enter(page, field, wrong)
    expect(page.locator(field)).to_have_attribute("aria-invalid", "true")
    assert said in described(page, field)
    enter(page, field, right)
    expect(page.locator(field)).to_have_attribute("aria-invalid", "false")
    expect(page.locator(field)).to_have_value("")
    assert said not in described(page, field)


def test_a_wrong_number_stays_to_be_corrected_while_other_things_are_answered(visit, key):
    page = visit.signed_in(key)
    begin(page)
    enter(page, "#id-0", "1234")
    answer(page, "分散供养")
    expect(page.locator("#id-0")).to_have_value("1234")
    expect(page.locator("#id-0")).to_have_attribute("aria-invalid", "true")
    enter(page, "#id-0", "")
    expect(page.locator("#id-0")).to_have_attribute("aria-invalid", "false")
    expect(page.locator("#id-0-said")).to_be_empty()


def test_an_answer_that_cannot_be_leads_to_what_is_to_be_put_right(visit, key):
    page = visit.signed_in(key)
    begin(page)
    page.locator("#everything > summary").click()
    page.select_option("#f-household-assistance", label="低保")
    while not page.locator("#answer").count():
        answer(page, "不清楚")
    page.fill("#answer", "很少")
    page.locator(".card.ask").get_by_role("button", name="确定").click()
    expect(page.locator("#faults")).to_be_focused()
    page.locator("#faults").get_by_role("link").first.click()
    expect(page.locator("[aria-invalid=true]")).to_be_focused()


def test_a_wrong_number_goes_with_its_member(visit, key):
    page = visit.signed_in(key)
    page.on("dialog", lambda dialog: dialog.accept())
    begin(page)
    for _ in range(2):
        page.click("#add-member")
    page.locator("#member-1 > summary").click()
    enter(page, "#id-1", "1234")
    page.locator("#member-1").get_by_role("button", name="去掉这名成员").click()
    expect(page.locator("#member-2")).to_have_count(0)
    expect(page.locator("#id-1")).to_have_value("")
    expect(page.locator("#id-1")).to_have_attribute("aria-invalid", "false")


def test_a_refused_key_is_marked_and_has_the_focus(visit):
    page = visit.open()
    sign_in(page, "wrong")
    expect(page.locator("#key")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#key")).to_be_focused()
    assert "密钥不对" in described(page, "#key")
    visit.complaints.clear()


# ── of a page ──


@pytest.mark.parametrize("status", [400, 403, 404, 413, 429, 500, 502, 503, 504])
def test_an_answer_of_a_proxy_is_put_into_words_and_asked_for_again(visit, key, status):
    page = visit.signed_in(key)
    visit.context.route("**/v1/batches?*", lambda route: route.fulfill(status=status, body=PROXY))
    page.get_by_role("link", name="名单", exact=True).click()
    said = page.get_by_role("alert")
    expect(said).to_be_visible()
    assert not re.search(r"[0-9A-Za-z]", said.inner_text())
    visit.context.unroute("**/v1/batches?*")
    page.get_by_role("button", name="重试").click()
    expect(page.get_by_role("button", name="上传并筛查")).to_be_visible()
    visit.complaints.clear()


def test_a_fault_of_the_service_is_told_with_the_number_that_finds_it(visit, key):
    page = visit.signed_in(key)
    problem = {"status": 500, "title": "服务内部错误", "detail": "请把（request_id）告知", "request_id": "0a1b2c"}
    visit.context.route("**/v1/batches?*", lambda route: route.fulfill(status=500, json=problem))
    page.get_by_role("link", name="名单", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("请求编号 0a1b2c")
    assert "request_id" not in page.locator("main").inner_text()
    visit.complaints.clear()


def test_whoever_is_signed_out_by_the_service_is_led_back_from_any_page(visit, key):
    def ended(route: Route) -> None:
        route.fulfill(status=401, json={"status": 401, "detail": "请在请求头中写 Authorization: Bearer 密钥。"})

    page = visit.signed_in(key)
    visit.context.route("**/v1/batches?*", ended)
    page.get_by_role("link", name="名单", exact=True).click()
    expect(page.locator("header").get_by_role("alert")).to_contain_text("登录已过期")
    assert "Authorization" not in page.content()
    page.get_by_role("link", name="重新登录").click()
    expect(page.locator("#key")).to_be_visible()
    visit.complaints.clear()


def test_a_page_that_needs_a_network_says_so_and_opens_when_there_is_one(visit, key):
    page = visit.signed_in(key)
    page.wait_for_function("navigator.serviceWorker.controller || navigator.serviceWorker.ready")
    visit.go_offline()
    page.get_by_role("link", name="名单", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("没有网络")
    visit.go_offline(False)
    expect(page.get_by_role("button", name="上传并筛查")).to_be_visible()
    visit.complaints.clear()


# ── what is no cadre's business ──


def test_the_way_to_the_interface_stands_at_the_sign_in_and_on_no_page_of_a_cadre(visit, key):
    page = visit.open()
    page.get_by_role("link", name="管理员和开发人员").click()
    expect(page.get_by_text("keys create")).to_be_visible()
    for name in ("接口文档", "接口描述文件"):
        address = page.get_by_role("link", name=name).get_attribute("href")
        assert visit.context.request.get(f"{visit.address}{address}").ok
    page.get_by_role("link", name="回到登录").click()
    sign_in(page, key)
    begin(page)
    assert page.locator('a[href*="docs"], a[href*="openapi"]').count() == 0
    assert not re.search(r"OpenAPI|接口", page.locator("body").inner_text())


# ── of what waits ──


def test_why_what_waits_is_not_sent_is_said_until_it_is(visit, key):
    page = visit.signed_in(key)
    begin(page)
    said = "这一小时的额度已用完，请在10:00以后再试。"
    visit.context.route("**/v1/screenings?*", lambda route: route.fulfill(status=429, json={"detail": said}))
    page.click("#save")
    expect(page.locator("#unsent")).to_have_text(f"没有发送成：{said}会自动再发。")
    visit.context.unroute("**/v1/screenings?*")
    expect(page.get_by_text("已保存到服务")).to_be_visible()
    expect(page.locator("#unsent")).to_be_hidden()
    visit.complaints.clear()


# ── seen at any size ──


@pytest.mark.parametrize("path", ["#/lists", "#/work", "#/handbook/longevity-allowance"])
def test_no_page_is_wider_than_the_narrowest_phone_with_text_twice_as_large(visit, key, path):
    page = visit.signed_in(key)
    page.set_viewport_size({"width": 320, "height": 568})
    page.goto(f"{visit.address}{path}")
    expect(page.locator("#main h1")).to_be_visible()
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
