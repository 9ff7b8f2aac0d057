"""Results handed over from a household's page, worked on by a unit, and seen again by the cadre."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from app.onewindow.course import State
from tests.keys import key_for
from tests.web.visits import Visit, answer, begin, key, server, sign_in, visit

__all__ = ["key", "server", "visit"]


@pytest.fixture
def household(visit: Visit, key: str) -> Page:
    """The page of a cadre whose household was saved at the service."""
    page = visit.signed_in(key)
    begin(page)
    answer(page, "分散供养")
    page.click("#save")
    expect(page.locator("#hand-over")).to_be_visible()
    return page


@pytest.fixture
def office(browser: Browser, visit: Visit) -> Page:
    """The page of the bureau of civil affairs."""
    other = Visit(browser, visit.server, viewport={"width": 1280, "height": 800})
    page = other.open()
    sign_in(page, key_for(visit.server.settings, "unit", unit="civil-affairs"))
    expect(page.get_by_role("heading", name="区民政局的工作")).to_be_visible()
    yield page
    other.context.close()
    assert other.complaints == []


def hand_over(page: Page) -> None:
    page.click("#hand-over")
    expect(page.get_by_text("待送达").first).to_be_visible()


def serious(page: Page) -> list[str]:
    return [one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]


def case_of(page: Page, title: str) -> None:
    """Open the case of a policy."""
    page.reload()
    page.get_by_role("row").filter(has_text=title).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def test_results_are_handed_over_with_one_tap_and_once(visit, household):
    asked: list[str] = []
    household.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    with household.expect_event("requestfinished", lambda request: request.method == "POST"):
        hand_over(household)  # an answer that nobody reads keeps its connection, of which there are six
    assert len([one for one in asked if one.startswith("POST") and one.endswith("/handoffs")]) == 1
    cases = household.locator("section[aria-label=转交办理] li.card")
    expect(cases.filter(has_text="80周岁以上高龄津贴")).to_contain_text("区民政局")
    assert serious(household) == []
    household.reload()
    expect(cases.filter(has_text="80周岁以上高龄津贴")).to_contain_text("待送达")


def test_what_is_not_chosen_is_not_handed_over(household):
    household.locator("#hand-which > summary").click()
    for box in household.locator("#hand-which input").all():
        box.uncheck()
    expect(household.locator("#hand-over")).to_be_hidden()
    household.get_by_label("80周岁以上高龄津贴").check()
    hand_over(household)
    expect(household.locator("section[aria-label=转交办理] li.card")).to_have_count(1)


def test_a_unit_sees_its_cases_and_tells_of_them_and_the_cadre_sees_it(household, office):
    hand_over(household)
    case_of(office, "80周岁以上高龄津贴")
    assert serious(office) == []
    office.select_option("#told-event", "correction")
    office.fill("#told-materials", "户口簿\n银行卡复印件")
    office.get_by_role("button", name="登记").click()
    expect(office.get_by_role("heading", level=1)).to_contain_text("待补正")
    expect(office.get_by_text("银行卡复印件")).to_be_visible()
    office.select_option("#told-event", "approved")
    office.fill("#told-amount", "60")
    office.fill("#told-month", "2026-12")
    office.get_by_role("button", name="登记").click()
    expect(office.get_by_role("heading", level=1)).to_contain_text("已办结（同意）")
    expect(office.get_by_text("60元/月；自2026-12起")).to_be_visible()
    household.reload()
    cases = household.locator("section[aria-label=转交办理] li.card")
    expect(cases.filter(has_text="80周岁以上高龄津贴")).to_contain_text("已办结（同意）")


def test_a_unit_sees_nothing_of_another_s(household, office):
    hand_over(household)
    office.reload()
    expect(office.get_by_role("row").filter(has_text="高龄津贴")).to_have_count(1)
    expect(office.get_by_role("row").filter(has_text="困难群体参保资助")).to_have_count(0)


def test_the_worklist_is_narrowed_down(household, office):
    hand_over(household)
    office.reload()
    rows = office.get_by_role("row")
    expect(rows.nth(2)).to_be_visible()
    office.select_option("#wanted-policy", label="80周岁以上高龄津贴")
    expect(rows).to_have_count(2)
    office.select_option("#wanted-overdue", "acceptance")
    expect(office.get_by_text("没有这样的件")).to_be_visible()


def test_states_are_called_as_the_service_calls_them(office):
    offered = office.locator("#wanted-state option").all()
    assert {option.get_attribute("value"): option.inner_text() for option in offered} == {
        "": "不限",
        **{state.value: state.label for state in State},
    }


def test_the_district_sees_how_much_each_unit_has(visit, browser, household):
    hand_over(household)
    district = Visit(browser, visit.server, viewport={"width": 1280, "height": 800})
    page = district.signed_in(key_for(visit.server.settings, "district"))
    page.get_by_role("link", name="办理").click()
    expect(page.get_by_role("row").filter(has_text="区民政局")).to_contain_text("乌衣镇")
    page.get_by_role("link", name="区民政局").click()
    expect(page.get_by_role("heading", name="区民政局的工作")).to_be_visible()
    district.context.close()
    assert district.complaints == []


def test_the_notice_comes_as_a_file(household):
    with household.expect_download() as fetched:
        household.get_by_role("button", name="下载告知单").click()
    assert Path(fetched.value.path()).read_bytes().startswith(b"%PDF")


def test_handing_over_waits_for_a_network(visit, household):
    household.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    visit.go_offline()
    household.reload()
    expect(household.get_by_text("有网络时，可以在这里转交")).to_be_visible()
    visit.go_offline(False)
    expect(household.locator("#hand-over")).to_be_visible()
    visit.complaints.clear()
