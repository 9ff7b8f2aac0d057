"""One household on two devices: the later one is shown both, and a person says which is true."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.visits import Visit, begin, key, screenings, server, visit

__all__ = ["key", "server", "visit"]

REFERENCE = "H-7"
SAVED = "已保存到服务"


def enter(visit: Visit, key: str, disability: str) -> Page:
    """Enter the household on a device of its own, with the old man's disability as somebody heard of it."""
    page = visit.signed_in(key)
    begin(page)
    page.locator("#facts-0 > summary").click()
    page.select_option("#f-household-members-0-disability_grade", label=disability)
    page.locator("#everything > summary").click()
    page.fill("#f-household-reference", REFERENCE)
    page.press("#f-household-reference", "Tab")
    return page


@pytest.fixture
def second(browser, server, visit, key):
    """Another device on which the same household is entered after the first has saved it."""
    first = enter(visit, key, "一级")
    first.click("#save")
    expect(first.get_by_text(SAVED)).to_be_visible()
    other = Visit(browser, server)
    page = enter(other, key, "二级")
    page.click("#save")
    expect(page.get_by_role("heading", name="这一户在别处也登记过")).to_be_visible()
    assert len(screenings(server)) == 1, "nothing is stored before a person has chosen"
    yield page
    other.context.close()


def grades(server) -> list[str]:
    return [household["members"][0]["disability_grade"] for household in screenings(server)]


def test_what_differs_is_shown_from_both_sides(second):
    differing = second.get_by_role("group", name="成员1：残疾等级")
    expect(differing).to_contain_text("本机：二级")
    expect(differing).to_contain_text("别处：一级")
    expect(second.get_by_text("有1处不同")).to_be_visible()


@pytest.mark.parametrize(("side", "grade"), [("本机", "2"), ("别处", "1")])
def test_what_a_person_chooses_is_saved_beside_the_earlier_record(server, second, side, grade):
    second.get_by_label(f"{side}：").check()
    second.get_by_role("button", name="按所选的保存").click()
    expect(second.get_by_text(SAVED)).to_be_visible()
    assert grades(server) == ["1", grade]
    expect(second.locator("#f-household-members-0-disability_grade")).to_have_value(grade)


def test_what_was_saved_here_and_never_answered_is_no_conflict(visit, server, key):
    page = enter(visit, key, "一级")
    lost = []

    def lose_the_first(route):
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    visit.context.route("**/v1/screenings?*", lose_the_first)
    page.click("#save")
    expect(page.get_by_text("等待发送").first).to_be_visible()
    page.select_option("#f-household-members-0-disability_grade", label="二级")
    page.click("#save")
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert lost == [201]
    assert grades(server) == ["1", "2"]
    visit.complaints.clear()


def test_a_conflict_waits_for_a_person_through_a_reload(second):
    second.reload()
    expect(second.get_by_role("heading", name="这一户在别处也登记过")).to_be_visible()
