"""The audit trail at the desk: in words, narrowed down, taken along as a file, and by whoever may."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.keys import key_for
from tests.web.visits import Visit, begin, key, server, sign_in, visit

__all__ = ["key", "server", "visit"]


@pytest.fixture
def auditor(visit: Visit, key: str) -> Page:
    """The auditor's page after a cadre has saved a household and somebody was refused."""
    page = visit.signed_in(key)
    page.on("dialog", lambda dialog: dialog.accept())
    begin(page)
    page.click("#save")
    expect(page.locator("#hand-over")).to_be_visible()
    page.click("#leave")
    sign_in(page, f"{key[:-1]}x")
    expect(page.locator("#key-fault")).not_to_be_empty()
    visit.complaints.clear()
    sign_in(page, key_for(visit.server.settings, "auditor"))
    expect(page.get_by_role("link", name="审计记录")).to_be_visible()
    page.get_by_role("link", name="审计记录").click()
    expect(page.get_by_role("table")).to_be_visible()
    return page


def test_who_did_what_is_said_in_words(auditor):
    stored = auditor.get_by_role("row").filter(has_text="POST /v1/screenings").filter(has_text="筛查并保存")
    expect(stored).to_have_count(1)
    expect(stored).to_contain_text("村干部，乌衣镇")
    actions = auditor.locator("td[data-head=做了什么]").all_inner_texts()
    assert actions
    assert not [said for said in actions if re.search(r"[A-Za-z]", said)]
    serious = [
        one["id"] for one in Axe().run(auditor).response["violations"] if one["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_whoever_was_refused_is_there_too(auditor):
    refused = auditor.get_by_role("row").filter(has_text="拒绝无效的密钥")
    for _ in range(20):  # refusals are recorded some at a time
        if refused.count():
            break
        auditor.wait_for_timeout(500)
        auditor.reload()
        expect(auditor.get_by_role("table")).to_be_visible()
    expect(refused).to_contain_text("没有认出是谁")


def test_it_is_narrowed_down_by_action_and_day_and_exported_so(auditor):
    auditor.select_option("#wanted-action", label="筛查并保存")
    rows = auditor.get_by_role("row")
    expect(rows).to_have_count(2)
    with auditor.expect_download() as fetched:
        auditor.get_by_role("button", name="CSV").click()
    lines = Path(fetched.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "screening.stored,筛查并保存" in lines[1]
    auditor.fill("#wanted-to", "2020-01-01")
    auditor.press("#wanted-to", "Tab")
    expect(auditor.get_by_text("没有这样的记录")).to_be_visible()


def test_more_than_a_page_is_fetched_on_demand(auditor, visit):
    auditor.context.route(
        "**/v1/audit?*",
        lambda route: route.fulfill(
            json={
                "events": [event(9 if "before" not in route.request.url else 4)],
                "next": 5 if "before" not in route.request.url else None,
            }
        ),
    )
    auditor.select_option("#wanted-action", label="备份")
    expect(auditor.get_by_role("row")).to_have_count(2)
    auditor.get_by_role("button", name="更早的").click()
    expect(auditor.get_by_role("row")).to_have_count(3)
    expect(auditor.get_by_role("button", name="更早的")).to_have_count(0)
    expect(auditor.get_by_role("row").last).to_contain_text("服务自身或命令行")
    expect(auditor.get_by_role("row").last).to_contain_text("备份，同样的又有3次")


def event(seq: int) -> dict[str, object]:
    told = dict.fromkeys(
        ("client", "client_name", "role", "role_label", "region", "address", "route", "object", "purpose")
    )
    said = {"action": "backup.made", "action_label": "备份", "outcome": "done:3"}
    return {**told, **said, "seq": seq, "at": "2026-11-25T09:30:00+08:00"}


def test_who_may_not_read_it_does_not_see_it(visit, key):
    page = visit.signed_in(key)
    expect(page.get_by_role("link", name="审计记录")).to_have_count(0)
    page.goto(f"{visit.address}#/audit")
    expect(page.locator("#new")).to_be_visible()
