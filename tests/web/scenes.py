"""The page's screens, brought up one after the other: what `tests.web.screenshots` makes pictures of.

The people are invented.  What goes wrong is brought about at the network: by answers of the service and of a proxy before it.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, Route, expect

from tests.batch.registers import register
from tests.keys import key_for
from tests.web.visits import REGION, Visit, answer, begin, sign_in

LONG: Final = "阿不都热依木·买买提明家的老母亲吐尔逊古丽·阿不都热依木"
PROXY: Final = "<html><body><h1>502 Bad Gateway</h1></body></html>"

Scenes = Iterator[tuple[str, Page]]


def signed_in(visit: Visit, role: str, region: str | None = None, unit: str | None = None) -> Page:
    page = visit.open()
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, key_for(visit.server.settings, role, region, unit))
    expect(page.locator("#leave")).to_be_visible()
    return page


def household(page: Page, name: str = "张大爷") -> None:
    """Enter a household with one old man, and answer what settles most."""
    begin(page)
    page.fill("#name-0", name)
    page.press("#name-0", "Tab")
    answer(page, "分散供养")


def twelve(page: Page) -> None:
    household(page, LONG)
    for _ in range(11):
        page.click("#add-member")


def keys(page: Page) -> None:
    for name, role, region in (
        ("乌衣镇民政办", "township", "341103100"),
        ("示例一村村干部", "cadre", "341103100201"),
        ("区民政局社会救助科（名称很长的一个单位的一个科室）", "district", ""),
    ):
        page.fill("#client-name", name)
        page.select_option("#client-role", role)
        page.fill("#client-region", region)
        page.get_by_role("button", name="建立密钥").click()
        expect(page.get_by_text(f"“{name}”的密钥")).to_be_visible()


def lists(page: Page, folder: Path) -> None:
    """Upload two lists, the second compared with the first and with rows that cannot be right."""
    first = register(folder / "first.xlsx", 600, "register-1", "xlsx")
    second = register(folder / "second.csv", 640, "register-1", "gb18030", dirt=0.02, slips=0.01)
    for number, path in enumerate((first, second)):
        page.get_by_role("link", name="名单", exact=True).click()
        page.set_input_files("#list", path)
        if number:
            page.select_option("#since", index=1)
        page.get_by_role("button", name="上传并筛查").click()
        expect(page.get_by_role("heading", name="下载结果")).to_be_visible(timeout=120_000)
    expect(page.get_by_role("region", name="退回的行")).to_be_visible()
    expect(page.locator(".chart")).to_be_visible()


# ── scenes ──


def cadre(visit: Visit) -> Scenes:
    page = signed_in(visit, "cadre", REGION)
    yield "home-empty", page
    twelve(page)
    yield "household-twelve", page
    page.click("#show-undetermined")
    open_all(page, ".result details, #everything")
    yield "household-twelve-open", page
    yield "notice-paper", page
    back(page, visit)
    household(page)
    page.click("#show-ineligible")
    yield "household", page
    page.fill("#f-household-members-0-age", "30")
    page.press("#f-household-members-0-age", "Tab")
    page.fill("#id-0", "34999919430501001")
    page.press("#id-0", "Tab")
    open_all(page, "#member-0")
    yield "household-wrong", page
    back(page, visit)
    yield "home", page
    page.goto(f"{visit.address}#/handbook")
    yield "handbook", page
    page.goto(f"{visit.address}#/handbook/longevity-allowance")
    page.fill("#search", "高龄")
    open_all(page, "#cards > details")
    yield "handbook-open", page
    open_all(page, "#cards > details")
    yield "handbook-paper", page


def elsewhere(visit: Visit) -> Scenes:
    """A household that another window, and one that another device, has changed meanwhile."""
    first = signed_in(visit, "cadre", REGION)
    household(first, LONG)
    first.wait_for_timeout(600)
    second = visit.open(first.url.removeprefix(visit.address))
    second.locator("#member-0 > summary").click()
    for page, name in ((first, "甲"), (second, "乙")):
        page.fill("#name-0", name)
    first.press("#name-0", "Tab")
    second.press("#name-0", "Tab")
    first.wait_for_timeout(1500)
    yield "two-windows", first if first.get_by_text("用哪一边的").count() else second
    second.close()
    back(first, visit)
    household(first, LONG)
    reference(first, "H-7")
    there = {"id": "other", "created_at": "2026-11-25T09:30:00+08:00"}
    wire = {"reference": "H-7", "members": [{"reference": "1", "birth_date": "1944-05-01"}, {"reference": "2"}]}
    visit.context.route("**/v1/screenings?*", lambda route: route.fulfill(status=409, headers={"Location": "/v1/x"}))
    visit.context.route("**/v1/x/household", lambda route: route.fulfill(json={**there, "household": wire}))
    first.click("#save")
    expect(first.get_by_text("这一户在别处也登记过")).to_be_visible()
    yield "two-devices", first


def clerk(visit: Visit) -> Scenes:
    page = signed_in(visit, "district")
    page.get_by_role("link", name="名单", exact=True).click()
    expect(page.get_by_role("button", name="上传并筛查")).to_be_visible()
    yield "lists-empty", page
    with tempfile.TemporaryDirectory() as scratch:
        unreadable = Path(scratch) / "unreadable.csv"
        unreadable.write_text("甲,乙\n1,2\n", encoding="utf-8")
        page.set_input_files("#list", unreadable)
        page.get_by_role("button", name="上传并筛查").click()
        expect(page.get_by_role("alert").filter(has_text="户编号")).to_be_visible(timeout=60_000)
        yield "list-refused", page
        lists(page, Path(scratch))
    yield "list", page
    page.get_by_role("button", name="按村看").click()
    yield "list-villages", page
    under_way(visit)
    page.reload()
    expect(page.locator("#progress")).to_be_visible()
    yield "list-under-way", page
    visit.context.unroute_all()
    page.get_by_role("link", name="名单", exact=True).click()
    expect(page.get_by_role("table")).to_be_visible()
    yield "lists", page


def under_way(visit: Visit) -> None:
    """Let the service say of every list that it is being screened."""
    now = {"state": "running", "state_label": "筛查中", "phase": "screening", "phase_label": "筛查"}
    going = {**now, "ended_at": None, "summary": None, "progress": {"done": 412_000, "rows": 1_000_000}}

    def say(route: Route) -> None:
        found = route.fetch().json()
        route.fulfill(json={**found, **going, "links": dict.fromkeys(found["links"])})

    visit.context.route("**/v1/batches/*", say)
    visit.context.route("**/v1/batches/*/events", lambda route: route.abort())


def office(visit: Visit) -> Scenes:
    page = signed_in(visit, "cadre", REGION)
    household(page)
    page.click("#save")
    expect(page.locator("#hand-over")).to_be_visible()
    open_all(page, "#hand-which")
    yield "hand-over", page
    page.locator("#hand-over").click()
    expect(page.get_by_text("待送达").first).to_be_visible()
    yield "handed-over", page
    page.click("#leave")
    page = signed_in(visit, "unit", unit="civil-affairs")
    expect(page.get_by_role("table")).to_be_visible()
    yield "worklist", page
    page.get_by_role("table").get_by_role("link").first.click()
    page.select_option("#told-event", "correction")
    page.fill("#told-materials", "户口簿\n银行卡复印件")
    page.locator("form [type=submit]").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("待补正")
    page.select_option("#told-event", "approved")
    yield "case", page
    page.click("#leave")
    page = signed_in(visit, "district")
    page.get_by_role("link", name="办理").click()
    expect(page.get_by_role("table")).to_be_visible()
    yield "work", page


def admin(visit: Visit) -> Scenes:
    page = visit.open()
    expect(page.locator("#key")).to_be_visible()
    yield "sign-in", page
    page.get_by_role("link", name="管理员和开发人员").click()
    expect(page.get_by_role("link", name="接口文档")).to_be_visible()
    yield "start", page
    page.get_by_role("link", name="回到登录").click()
    sign_in(page, "wrong")
    expect(page.locator("#key-fault")).not_to_be_empty()
    yield "sign-in-refused", page
    page = signed_in(visit, "admin")
    expect(page.get_by_role("table")).to_be_visible()
    yield "keys", page
    keys(page)
    yield "keys-new", page


def auditor(visit: Visit) -> Scenes:
    page = signed_in(visit, "cadre", REGION)
    household(page)
    page.click("#save")
    expect(page.locator("#hand-over")).to_be_visible()
    page.click("#leave")
    page = signed_in(visit, "auditor")
    page.get_by_role("link", name="审计记录").click()
    expect(page.get_by_role("table")).to_be_visible()
    yield "audit", page


def troubles(visit: Visit) -> Scenes:
    """What a person sees when the service, a proxy or the network does not do what was asked."""
    page = signed_in(visit, "district")
    page.get_by_role("link", name="名单", exact=True).click()
    expect(page.get_by_role("button", name="上传并筛查")).to_be_visible()
    back(page, visit)
    for name, answered in (
        ("403", {"status": 403, "json": {"detail": "没有“筛查名单”的权限，请与区里的管理员联系。"}}),
        ("429", {"status": 429, "json": {"detail": "这一小时的额度已用完，请在10:00以后再试。"}}),
        ("503", {"status": 503, "body": PROXY}),
        ("500", {"status": 500, "json": {"detail": "", "request_id": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"}}),
        ("offline", None),
    ):
        if answered is None:
            visit.context.route("**/v1/batches?*", lambda route: route.abort())
        else:
            answer_with(visit, "**/v1/batches?*", **answered)
        page.get_by_role("link", name="名单", exact=True).click()
        expect(page.locator("#again")).to_be_visible()
        yield f"trouble-{name}", page
        visit.context.unroute_all()
        back(page, visit)
    household(page)
    for name, answered in (
        ("queued", {"status": 503, "body": PROXY}),
        ("refused", {"status": 422, "json": {"detail": "请改正后重试。", "errors": [{"message": "出生日期在将来"}]}}),
        ("expired", {"status": 401}),
    ):
        answer_with(visit, "**/v1/screenings?*", **answered)
        page.click("#save")
        page.wait_for_timeout(1000)
        yield f"trouble-save-{name}", page
        visit.context.unroute_all()
        reference(page, f"H-{name}")
    answer_with(visit, "**/v1/batches?*", status=401)
    page.get_by_role("link", name="名单", exact=True).click()
    expect(page.locator("#again")).to_be_visible()
    yield "trouble-401", page
    visit.context.unroute_all()
    page.get_by_role("link", name="重新登录").click()
    sign_in(page, key_for(visit.server.settings, "district"))
    household(page)
    visit.go_offline()
    yield "offline-household", page
    back(page, visit)
    yield "offline-home", page
    page.get_by_role("link", name="办理").click()
    expect(page.locator("#again")).to_be_visible()
    yield "offline-work", page
    page.goto(f"{visit.address}#/household/00000000-0000-4000-8000-000000000000")
    yield "household-gone", page


def answer_with(visit: Visit, path: str, **answered: Any) -> None:
    visit.context.route(path, lambda route: route.fulfill(**answered))


def back(page: Page, visit: Visit) -> None:
    page.goto(f"{visit.address}#/")
    expect(page.locator("#new")).to_be_visible()


def reference(page: Page, text: str) -> None:
    open_all(page, "#everything")
    page.fill("#f-household-reference", text)
    page.press("#f-household-reference", "Tab")


def open_all(page: Page, details: str) -> None:
    page.evaluate("all => document.querySelectorAll(all).forEach(one => (one.open = true))", details)


SCENES: Final[dict[str, Callable[[Visit], Scenes]]] = {
    scene.__name__: scene for scene in (cadre, elsewhere, clerk, office, admin, auditor, troubles)
}
