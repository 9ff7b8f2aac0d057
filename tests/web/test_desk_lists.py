"""Lists at the desk: uploaded, followed, fetched, compared, ended."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.keys import key_for
from tests.web.visits import Visit, server, sign_in, visit

__all__ = ["server", "visit"]

DESK = {"width": 1280, "height": 800}
HEAD = "户编号,人口编号,行政区划代码,出生日期,性别,家庭救助认定"
GOOD = ["甲1,1,341103100201,1943-05-01,男,低保", "甲2,1,341103100202,1990-05-01,女,未认定"]
BAD = "甲3,1,341103100201,1943-13-41,男,未认定"
PATIENCE = 60_000


@pytest.fixture
def desk(visit: Visit) -> Page:
    """The lists' page of a district clerk who has just signed in."""
    page = visit.open()
    page.set_viewport_size(DESK)
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, key_for(visit.server.settings, "district"))
    page.get_by_role("link", name="名单", exact=True).click()
    expect(page.get_by_role("button", name="上传并筛查")).to_be_visible()
    return page


def a_list(folder: Path, *rows: str, encoding: str = "gb18030", name: str = "名单.csv") -> Path:
    target = folder / name
    target.write_text("\r\n".join([HEAD, *rows, ""]), encoding=encoding)
    return target


def upload(page: Page, path: Path) -> None:
    """Upload a list and wait until it is done."""
    page.set_input_files("#list", path)
    page.get_by_role("button", name="上传并筛查").click()
    expect(page.get_by_role("heading", name="下载结果")).to_be_visible(timeout=PATIENCE)


def test_a_list_in_gb18030_is_screened_and_its_results_are_fetched(visit, desk, tmp_path):
    upload(desk, a_list(tmp_path, *GOOD))
    expect(desk.get_by_text("2行，2户2人")).to_be_visible()
    with desk.expect_download() as fetched:
        desk.get_by_role("button", name="CSV（原表").click()
    text = Path(fetched.value.path()).read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].startswith(HEAD)
    assert "\n甲1," in text
    assert fetched.value.suggested_filename.endswith(".csv")
    with desk.expect_download() as fetched:
        desk.get_by_role("button", name="Excel").click()
    assert Path(fetched.value.path()).read_bytes()[:2] == b"PK"


def test_a_row_that_was_set_aside_is_named_with_what_to_do(desk, tmp_path):
    upload(desk, a_list(tmp_path, *GOOD, BAD))
    row = desk.get_by_role("table").get_by_role("row").filter(has_text="出生日期")
    expect(row).to_contain_text("4")
    expect(row.get_by_role("cell").last).not_to_be_empty()
    assert "1943-13-41" not in desk.content()


def test_a_list_is_no_wider_than_the_narrowest_phone_with_text_twice_as_large(desk, tmp_path):
    upload(desk, a_list(tmp_path, *GOOD, BAD))
    expect(desk.locator(".chart")).to_be_visible()
    desk.set_viewport_size({"width": 320, "height": 568})
    desk.evaluate("document.documentElement.style.fontSize = '200%'")
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert desk.locator(".chart th[scope=row]").first.evaluate("cell => cell.offsetWidth") > 250, "words, not letters"


def test_it_is_seen_how_many_qualify_in_each_village(desk, tmp_path):
    rows = [*GOOD, "甲4,1,341103100202,1940-05-01,女,未认定"]
    upload(desk, a_list(tmp_path, *rows))
    pension = desk.get_by_role("row").filter(has_text="80周岁以上高龄津贴")
    expect(pension.get_by_role("cell").first).to_have_text("2")
    expect(pension.locator("svg rect").first).to_have_attribute("width", re.compile(r"^[1-9]"))
    desk.get_by_role("button", name="按村看").click()
    desk.select_option("#chart-which", label="80周岁以上高龄津贴")
    for village in ("341103100201", "341103100202"):
        expect(desk.get_by_role("row").filter(has_text=village).get_by_role("cell").first).to_have_text("1")
    serious = [one["id"] for one in Axe().run(desk).response["violations"] if one["impact"] in ("serious", "critical")]
    assert serious == []


def test_two_lists_are_compared(desk, tmp_path):
    upload(desk, a_list(tmp_path, *GOOD))
    desk.get_by_text("回到全部名单").click()
    changed = [GOOD[0].replace("低保", "未认定"), GOOD[1]]
    desk.select_option("#since", index=1)
    upload(desk, a_list(tmp_path, *changed))
    expect(desk.get_by_role("heading", name="与上次相比")).to_be_visible()
    expect(desk.locator(".lines")).not_to_contain_text("没有变化")


def test_a_file_is_dropped_on_the_form(desk):
    desk.evaluate(
        """text => {
          const data = new DataTransfer();
          data.items.add(new File([text], "名单.csv"));
          document.querySelector(".drop").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
        }""",
        "\n".join([HEAD, *GOOD]),
    )
    desk.get_by_role("button", name="上传并筛查").click()
    expect(desk.get_by_role("heading", name="下载结果")).to_be_visible(timeout=PATIENCE)


def test_a_file_that_is_no_list_fails_with_words_on_what_to_do(desk, tmp_path):
    path = tmp_path / "名单.csv"
    path.write_bytes(b"\x00\x01\x02 this is no list")
    desk.set_input_files("#list", path)
    desk.get_by_role("button", name="上传并筛查").click()
    expect(desk.get_by_role("alert").filter(has_text="名单").or_(desk.locator("p.bad"))).to_be_visible(timeout=PATIENCE)


def test_a_list_that_is_deleted_is_gone(desk, tmp_path):
    upload(desk, a_list(tmp_path, *GOOD))
    desk.get_by_role("button", name="删除这份名单和结果").click()
    expect(desk.get_by_text("还没有上传过名单")).to_be_visible()


def test_progress_comes_without_the_key_in_any_address(visit, desk, tmp_path):
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    upload(desk, a_list(tmp_path, *(row.replace("甲", f"甲{n}-") for n in range(2000) for row in GOOD)))
    assert any(url.endswith("/events") for url in asked)
    assert not [url for url in asked if "huimin_" in url]


def test_what_a_list_found_is_handed_over_once_and_what_was_not_says_why(visit, desk, tmp_path):
    upload(
        desk,
        a_list(tmp_path, *GOOD, "甲5,1,341103100201,1938-05-01,男,未认定", "甲5,2,341103100201,1943-13-41,女,未认定"),
    )
    expect(desk.locator("#list-hand-over")).to_be_hidden()
    desk.get_by_label("80周岁以上高龄津贴（2）").check()
    button = desk.get_by_role("button", name="转交符合的（2项次）")
    button.click()
    expect(desk.get_by_text("已转交1件，没有转交的1项。")).to_be_visible()
    refused = desk.get_by_role("region", name="没有转交的").get_by_role("row").last
    expect(refused).to_contain_text("甲5")
    expect(refused).to_contain_text("本户有1行没有筛查")
    button.click()
    expect(desk.get_by_text("已转交0件，以前已转交的1件，没有转交的1项。")).to_be_visible()
    serious = [one["id"] for one in Axe().run(desk).response["violations"] if one["impact"] in ("serious", "critical")]
    assert serious == []


def test_an_answer_that_is_lost_on_the_way_is_asked_for_again(visit, desk, tmp_path):
    upload(desk, a_list(tmp_path, *GOOD))
    lost = []

    def lose(route):
        if lost:
            return route.continue_()
        lost.append(route.request.headers["idempotency-key"])
        route.fetch()
        return route.abort("internetdisconnected")

    visit.offline = True
    desk.route("**/v1/batches/*/handoffs", lose)
    desk.get_by_role("button", name="全选").click()
    desk.locator("#list-hand-over").click()
    expect(desk.get_by_text(re.compile("^已转交[1-9]"))).to_be_visible()
    assert len(lost) == 1
