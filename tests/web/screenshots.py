"""The page's screens as pictures: `python -m tests.web.screenshots` makes those of the README anew, in docs/.

With a folder, `python -m tests.web.screenshots FOLDER [SCENE...]`, it makes every screen there, at phone and desk size, light and
dark, with large text, long names and twelve members: to be looked at by a person.  The people are invented.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.api.server import Server
from tests.batch.registers import register
from tests.deployments import deployment
from tests.keys import key_for
from tests.web.browser import QUIET, program
from tests.web.visits import REGION, Visit, answer, begin, sign_in

PHONE: Final[ViewportSize] = {"width": 360, "height": 640}
NARROW: Final[ViewportSize] = {"width": 320, "height": 568}
DESK: Final[ViewportSize] = {"width": 1280, "height": 800}
LONG: Final = "阿不都热依木·买买提明家的老母亲吐尔逊古丽·阿不都热依木"
DOCS: Final = Path(__file__).resolve().parents[2] / "docs"

Scenes = Iterator[tuple[str, Page]]
Size = ViewportSize
Scheme = Literal["light", "dark"]


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
    twelve(page)
    yield "household-twelve", page
    page.goto(f"{visit.address}#/")
    household(page)
    yield "household", page
    page.goto(f"{visit.address}#/")
    yield "home", page
    page.goto(f"{visit.address}#/handbook/longevity-allowance")
    yield "handbook", page


def clerk(visit: Visit) -> Scenes:
    page = signed_in(visit, "district")
    with tempfile.TemporaryDirectory() as scratch:
        lists(page, Path(scratch))
    yield "list", page
    page.get_by_role("link", name="名单", exact=True).click()
    expect(page.get_by_role("table")).to_be_visible()
    yield "lists", page


def office(visit: Visit) -> Scenes:
    page = signed_in(visit, "cadre", REGION)
    household(page)
    page.click("#save")
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
    page = signed_in(visit, "admin")
    keys(page)
    yield "keys", page


SCENES: Final[dict[str, Callable[[Visit], Scenes]]] = {"cadre": cadre, "clerk": clerk, "office": office, "admin": admin}


def forms(page: Page, folder: Path, name: str) -> Iterator[Path]:
    """Make a picture of the screen that shows, in each form."""
    page.wait_for_load_state("networkidle")
    for form, size, scheme, text in (
        ("phone", PHONE, "light", 100),
        ("phone-dark", PHONE, "dark", 100),
        ("narrow", NARROW, "light", 150),
        ("desk", DESK, "light", 100),
        ("desk-dark", DESK, "dark", 100),
    ):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        page.evaluate(f"document.documentElement.style.fontSize = '{text}%'")
        target = folder / f"{name}-{form}.png"
        page.screenshot(path=target, full_page=True)
        yield target


# ── the README's ──


def pictures(browser: Browser, server: Server, folder: Path) -> Iterator[Path]:
    """Make the few pictures of the README, each of one window's size."""
    visit = Visit(browser, server)
    page = signed_in(visit, "cadre", REGION)
    household(page)
    page.locator("#member-0 > summary").click()
    yield from picture(page, folder, "page-question", PHONE, ".card.ask")
    page.click("#save")
    page.locator("#hand-over").click()
    expect(page.get_by_text("待送达").first).to_be_visible()
    yield from picture(page, folder, "page-handed-over", PHONE, "section[aria-label=转交办理]", "dark")
    visit.context.close()
    visit = Visit(browser, server, device_scale_factor=1)
    page = signed_in(visit, "district")
    page.set_viewport_size(DESK)
    with tempfile.TemporaryDirectory() as scratch:
        lists(page, Path(scratch))
    yield from picture(page, folder, "page-list", DESK, "#top")
    yield from picture(page, folder, "page-chart", DESK, ".card:has(.chart)")
    visit.context.close()


def picture(page: Page, folder: Path, name: str, size: Size, top: str, scheme: Scheme = "light") -> Iterator[Path]:
    """Make a picture of what shows when *top* stands at the top of the window."""
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    page.wait_for_load_state("networkidle")
    expect(page.locator("#told p")).to_have_count(0, timeout=10_000)
    page.locator(top).first.evaluate("element => element.scrollIntoView({ block: 'start', behavior: 'instant' })")
    page.mouse.move(0, 0)
    target = folder / f"{name}.png"
    page.screenshot(path=target)
    yield target


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if arguments else DOCS
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=QUIET)
        with Server(deployment(Path(scratch)), Path(scratch)) as server:
            for path in () if arguments else pictures(browser, server, folder):
                print(path)
            for scene in arguments[1:] or (SCENES if arguments else ()):
                visit = Visit(browser, server)
                for name, page in SCENES[scene](visit):
                    for path in forms(page, folder, name):
                        print(path)
                visit.context.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
