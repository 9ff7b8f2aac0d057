"""Keys handed out and ended at the desk, by whoever may."""

import pytest
from playwright.sync_api import Page, expect

from tests.keys import key_for
from tests.web.visits import Visit, key, server, sign_in, visit

__all__ = ["key", "server", "visit"]

DESK = {"width": 1280, "height": 800}


@pytest.fixture
def admin(visit: Visit) -> Page:
    """The keys' page of an administrator who has just signed in."""
    page = visit.open()
    page.set_viewport_size(DESK)
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, key_for(visit.server.settings, "admin"))
    expect(page.get_by_role("heading", name="全部密钥")).to_be_visible()
    return page


def create(page: Page, name: str, role: str, region: str) -> str:
    """Make a key; return it."""
    page.fill("#client-name", name)
    page.select_option("#client-role", role)
    page.fill("#client-region", region)
    page.get_by_role("button", name="建立密钥").click()
    expect(page.get_by_text(f"“{name}”的密钥")).to_be_visible()
    return page.locator("#new-key").input_value()


def row(page: Page, name: str):
    return page.get_by_role("row").filter(has_text=name)


def test_a_new_key_is_shown_once_and_signs_its_user_in(visit, admin):
    made = create(admin, "乌衣镇民政办", "township", "341103100")
    expect(row(admin, "乌衣镇民政办")).to_contain_text("没有用过")
    expect(row(admin, "乌衣镇民政办")).to_contain_text("乌衣镇")
    admin.reload()
    expect(row(admin, "乌衣镇民政办")).to_be_visible()
    assert made not in admin.content()
    admin.click("#leave")
    sign_in(admin, made)
    expect(admin.locator("#new")).to_be_visible()


def test_the_key_is_copied(visit, admin):
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    made = create(admin, "一号", "district", "")
    admin.get_by_role("button", name="复制", exact=True).click()
    expect(admin.get_by_text("密钥已复制")).to_be_visible()
    assert admin.evaluate("navigator.clipboard.readText()") == made


def test_what_is_wrong_is_said_in_the_form_and_nothing_is_lost(visit, admin):
    admin.fill("#client-name", "示例二村")
    admin.select_option("#client-role", "cadre")
    admin.fill("#client-region", "110101")
    admin.get_by_role("button", name="建立密钥").click()
    expect(admin.get_by_role("alert").filter(has_text="行政区划代码")).to_be_visible()
    expect(admin.locator("#client-name")).to_have_value("示例二村")
    visit.complaints[:] = [said for said in visit.complaints if "422" not in said]


def test_a_key_is_replaced_and_one_is_ended(visit, admin):
    first = create(admin, "二号", "district", "")
    row(admin, "二号").get_by_role("button", name="更换").click()
    expect(admin.locator("#new-key")).not_to_have_value(first)
    second = admin.locator("#new-key").input_value()
    row(admin, "二号").get_by_role("button", name="停用").click()
    expect(row(admin, "二号")).to_contain_text("已停用")
    for ended in (first, second):
        answer = visit.context.request.get(f"{visit.address}v1/me", headers={"Authorization": f"Bearer {ended}"})
        assert answer.status == 401


def test_who_may_not_hand_out_keys_does_not_see_them(visit, key):
    page = visit.signed_in(key)
    expect(page.get_by_role("link", name="密钥")).to_have_count(0)
    page.goto(f"{visit.address}#/keys")
    expect(page.locator("#new")).to_be_visible()
