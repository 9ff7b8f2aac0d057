"""A cadre's visit on a small phone, with and without a network, against a real server."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.web.visits import answer, begin, key, screenings, server, sign_in, visit

__all__ = ["key", "server", "visit"]

SAVED = "已保存到服务"


def results(page: Page, verdict: str) -> int:
    """Return how many results of a verdict the page counts."""
    words = page.locator(f"#show-{verdict}").inner_text()
    return int(re.sub(r"\D", "", words))


def answer_all(page: Page) -> list[str]:
    """Answer questions until none is left, mostly with what keeps more open; return them."""
    asked = []
    while page.locator("#question").count():
        options = page.locator(".card.ask .options button").all_inner_texts()
        words = next((words for words in ("否", "无残疾人证", "不在校") if words in options), "不清楚")
        asked.append(answer(page, words))
        assert len(asked) < 120, "answering the questions always ends"
    return asked


# ── with a network ──


def test_a_whole_visit_from_signing_in_to_a_record_at_the_service(visit, server, key):
    page = visit.signed_in(key)
    begin(page)
    before = results(page, "undetermined")
    answer(page, "分散供养")
    assert results(page, "undetermined") < before
    assert results(page, "eligible") > 3
    asked = answer_all(page)
    assert len(asked) == len(set(asked)), "nothing is asked twice"
    page.click("#save")
    expect(page.get_by_text(SAVED)).to_be_visible()
    (record,) = screenings(server)
    assert record["members"][0]["birth_date"] == "1943-05-01"
    assert "id_number" not in json.dumps(record)
    page.goto(f"{visit.address}#/")
    expect(page.locator("li.household")).to_contain_text(SAVED)


def test_a_number_is_read_for_what_it_proves_and_not_kept(visit, key):
    page = visit.signed_in(key)
    begin(page)
    expect(page.locator("#id-0")).to_have_value("")
    page.fill("#certificate-0", "34999919430501001142")
    page.press("#certificate-0", "Tab")
    expect(page.locator("summary").first).to_contain_text("残疾二级")
    page.fill("#id-0", "349999194305010012")
    page.press("#id-0", "Tab")
    expect(page.locator("#id-0-said")).to_contain_text("校验不符")
    expect(page.locator("summary").first).to_contain_text("83周岁")


def test_what_contradicts_is_said_at_its_field_and_loses_nothing(visit, key):
    page = visit.signed_in(key)
    begin(page)
    page.fill("#f-household-members-0-age", "30")
    page.press("#f-household-members-0-age", "Tab")
    expect(page.get_by_role("alert")).to_contain_text("不一致")
    expect(page.locator("#save")).to_be_disabled()
    page.fill("#f-household-members-0-age", "")
    page.press("#f-household-members-0-age", "Tab")
    expect(page.locator("#save")).to_be_enabled()


def test_an_income_of_full_width_digits_is_read(visit, key):
    page = visit.signed_in(key)
    begin(page)
    page.locator("#everything > summary").click()
    page.fill("#f-household-income_per_capita", "８，０００")
    page.press("#f-household-income_per_capita", "Tab")
    expect(page.locator("#f-household-income_per_capita")).to_have_value("8000")


# ── without one ──


def test_the_page_opens_and_screens_without_a_network(visit, key):
    page = visit.signed_in(key)
    begin(page)
    page.wait_for_function("navigator.serviceWorker.controller || navigator.serviceWorker.ready")
    page.wait_for_timeout(600)  # what was entered is kept shortly after
    visit.go_offline()
    page.reload()
    expect(page.locator("summary").first).to_contain_text("83周岁 · 男")
    before = results(page, "undetermined")
    answer(page, "分散供养")
    assert results(page, "undetermined") < before
    expect(page.locator("#network")).to_have_text("离线")


def test_what_waits_is_sent_once_when_the_network_returns(visit, server, key):
    page = visit.signed_in(key)
    begin(page)
    visit.go_offline()
    page.click("#save")
    expect(page.get_by_text("等待发送", exact=False).first).to_be_visible()
    assert screenings(server) == []
    visit.go_offline(False)
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert len(screenings(server)) == 1


def test_an_answer_lost_on_the_way_makes_no_second_record(visit, server, key):
    page = visit.signed_in(key)
    begin(page)
    lost = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)  # the service has stored it, and nobody hears
        route.abort("connectionreset")

    visit.context.route("**/v1/screenings*", lose_the_first)
    visit.offline = True  # the browser says so
    page.click("#save")
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert lost == [201]
    assert len(screenings(server)) == 1
    visit.complaints.clear()


def test_a_network_that_fails_every_third_time_is_enough(visit, server, key):
    calls = 0

    def sometimes(route: Route) -> None:
        nonlocal calls
        calls += 1
        route.abort("connectionfailed") if calls % 3 == 0 else route.continue_()

    page = visit.signed_in(key)
    visit.context.route("**/v1/**", sometimes)
    for number in range(4):
        page.goto(f"{visit.address}#/")
        begin(page)
        page.click("#save")
        page.goto(f"{visit.address}#/")
        expect(page.locator("li.household")).to_have_count(number + 1)
    expect(page.get_by_text(SAVED)).to_have_count(4, timeout=30_000)
    assert len(screenings(server)) == 4
    visit.complaints[:] = [said for said in visit.complaints if "ERR_CONNECTION_FAILED" not in said]


# ── two windows ──


def test_what_two_windows_entered_is_shown_and_never_overwritten_silently(visit, key):
    first = visit.signed_in(key)
    begin(first)
    first.wait_for_timeout(600)
    second = visit.open(first.url.removeprefix(visit.address))
    expect(second.locator("summary").first).to_contain_text("83周岁")
    second.locator("#member-0 > summary").click()
    for page, name in ((first, "甲"), (second, "乙")):
        page.fill("#name-0", name)
    first.press("#name-0", "Tab")
    second.press("#name-0", "Tab")
    shown = [
        page
        for page in (first, second)
        if page.get_by_text("在另一个窗口里也改了").count() or page.wait_for_timeout(800)
    ]
    conflicted = [page for page in (first, second) if page.get_by_text("在另一个窗口里也改了").count()]
    assert len(conflicted) == 1, shown
    conflicted[0].get_by_text("用这个窗口的").click()
    other = second if conflicted[0] is first else first
    mine = conflicted[0].locator("#main h1").first.inner_text()
    expect(other.locator("#main h1").first).to_have_text(mine)


# ── the user ──


def test_what_is_kept_on_the_device_is_sealed_and_gone_after_signing_out(visit, key):
    page = visit.signed_in(key)
    begin(page)
    page.fill("#name-0", "虚构的老人")
    page.press("#name-0", "Tab")
    page.wait_for_timeout(600)
    kept = page.evaluate(_EVERYTHING_KEPT)
    assert "households" in kept
    for secret in ("1943-05-01", "虚构的老人", "341103", key):
        assert secret not in kept
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#leave")
    expect(page.locator("#key")).to_be_visible()
    assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0


_EVERYTHING_KEPT = """async () => {
  const said = [];
  const database = await new Promise((resolve) => {
    const request = indexedDB.open("huimin");
    request.onsuccess = () => resolve(request.result);
  });
  const text = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? new TextDecoder("latin1").decode(value)
    : value && typeof value === "object" ? Object.entries(value).map(([key, part]) => key + text(part)).join() : String(value);
  for (const store of [...database.objectStoreNames].filter((name) => name !== "packs")) {
    const all = await new Promise((resolve) => {
      const request = database.transaction(store).objectStore(store).getAll();
      request.onsuccess = () => resolve(request.result);
    });
    said.push(store, ...all.map(text));
  }
  database.close();
  return said.join() + JSON.stringify({ ...localStorage, ...sessionStorage });
}"""


def test_an_expired_sign_in_keeps_what_was_entered(visit, server, key):
    page = visit.signed_in(key)
    begin(page)
    visit.context.route("**/v1/screenings*", lambda route: route.fulfill(status=401, json={"title": "没有登录"}))
    page.click("#save")
    expect(page.get_by_text("登录已过期")).to_be_visible()
    assert screenings(server) == []
    visit.context.unroute("**/v1/screenings*")
    page.get_by_text("重新登录").click()
    sign_in(page, key)
    expect(page.locator("li.household")).to_contain_text(SAVED)
    assert len(screenings(server)) == 1
    visit.complaints.clear()


def test_a_wrong_key_is_refused_in_words(visit):
    page = visit.open()
    sign_in(page, "wrong")
    expect(page.locator("#key-fault")).to_contain_text("密钥不对")
    visit.complaints.clear()


# ── for everybody ──


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(visit, key, scheme):
    page = visit.signed_in(key)
    page.emulate_media(color_scheme=scheme)
    begin(page)
    answer(page, "分散供养")
    pages = ["", "#/handbook", "#/sign-in", page.url.removeprefix(visit.address)]
    for path in pages:
        page.goto(visit.address + path)
        expect(page.locator("#main h1").first).to_be_visible()
        for details in page.locator("details").all():
            details.evaluate("details => details.open = true")
        found = Axe().run(page).response["violations"]
        serious = [
            (one["id"], [node["target"] for node in one["nodes"]][:3])
            for one in found
            if one["impact"] in ("serious", "critical")
        ]
        assert serious == [], path


def test_nothing_is_wider_than_the_narrowest_phone_with_large_text(visit, key):
    page = visit.signed_in(key)
    page.set_viewport_size({"width": 320, "height": 568})
    begin(page)
    page.fill("#name-0", "名字很长的一位老人家名字很长的一位老人家名字很长的一位")
    page.press("#name-0", "Tab")
    for _ in range(11):
        page.click("#add-member")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for path in (page.url.removeprefix(visit.address), "#/", "#/handbook"):
        page.goto(visit.address + path)
        expect(page.locator("#main h1").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_the_next_question_is_reached_and_answered_by_keyboard_alone(visit, key):
    page = visit.signed_in(key)
    begin(page)
    asked = page.locator("#question").inner_text()
    button = page.locator(".card.ask .options button").first
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#question")).not_to_have_text(asked)
    asked = page.locator("#question").inner_text()
    expect(page.get_by_role("region", name="下一问")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#question")).not_to_have_text(asked)


def test_the_key_can_be_typed_at_once(visit):
    expect(visit.open().locator("#key")).to_be_focused()


def test_what_is_being_typed_stays_when_the_network_comes_and_goes(visit, key):
    page = visit.signed_in(key)
    begin(page)
    page.locator("#name-0").press_sequentially("张")
    for away in (True, False):
        visit.go_offline(away)
        page.wait_for_timeout(500)
        expect(page.locator("#network")).to_have_text("离线") if away else None
        page.locator("#name-0").press_sequentially("大")
    expect(page.locator("#name-0")).to_be_focused()
    expect(page.locator("#name-0")).to_have_value("张大大")


def test_the_notice_that_is_printed_names_what_qualifies_and_where_to_go(visit, key):
    page = visit.signed_in(key)
    begin(page)
    page.emulate_media(media="print")
    notice = page.locator(".print")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("一次性告知单")
    expect(notice).to_contain_text("80周岁以上高龄津贴")
    expect(notice).to_contain_text("区民政局")
    expect(page.locator("#save")).to_be_hidden()
