"""The page's screens as pictures: `python -m tests.web.screenshots` makes those of the README anew, in docs/.

With a folder, `python -m tests.web.screenshots FOLDER [SCENE...]`, it makes every screen there (`tests/web/scenes.py`), at phone
and desk size, light and dark, with text twice as large, and on paper what is printed: to be looked at by a person.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal, NamedTuple

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.api.server import Server
from tests.deployments import deployment
from tests.web.browser import QUIET, program
from tests.web.scenes import SCENES, household, lists, signed_in
from tests.web.visits import REGION, Visit

PHONE: Final[ViewportSize] = {"width": 360, "height": 640}
NARROW: Final[ViewportSize] = {"width": 320, "height": 568}
DESK: Final[ViewportSize] = {"width": 1280, "height": 800}
BROAD: Final[ViewportSize] = {"width": 1920, "height": 1080}
DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
ON_PAPER: Final = "-paper"

Size = ViewportSize
Scheme = Literal["light", "dark"]


class Form(NamedTuple):
    """How a screen is looked at; *text* in percent."""

    name: str
    size: Size
    scheme: Scheme = "light"
    text: int = 100


FORMS: Final = (
    Form("phone", PHONE),
    Form("phone-dark", PHONE, "dark"),
    Form("phone-large", PHONE, text=200),
    Form("narrow-large", NARROW, text=200),
    Form("desk", BROAD),
    Form("desk-dark", BROAD, "dark"),
)


def pictured(page: Page, folder: Path, name: str) -> Iterator[Path]:
    """Make a picture of the screen that shows, in each form; of what goes to paper, the sheets."""
    page.wait_for_load_state("networkidle")
    if name.endswith(ON_PAPER):
        target = folder / f"{name}.pdf"
        page.pdf(path=target, format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "15mm"))
        yield target
        return
    for form, size, scheme, text in FORMS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        page.evaluate(f"document.documentElement.style.fontSize = '{text}%'")
        page.evaluate(_DRAWN)
        target = folder / f"{name}-{form}.png"
        page.screenshot(path=target, full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            print(f"{target}: {wide} pixels wider than the screen", file=sys.stderr)
        yield target
    page.evaluate("document.documentElement.style.fontSize = ''")


_DRAWN: Final = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 100)))"


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
        # Dates as a Chinese browser writes them; its other words are Chinese where chromium-l10n is installed.
        environment = {**os.environ, "LANGUAGE": "zh_CN"}
        browser = playwright.chromium.launch(executable_path=program(), args=QUIET, env=environment)
        with Server(deployment(Path(scratch)), Path(scratch)) as server:
            for path in () if arguments else pictures(browser, server, folder):
                print(path)
            for scene in arguments[1:] or (SCENES if arguments else ()):
                visit = Visit(browser, server, device_scale_factor=1)
                for name, page in SCENES[scene](visit):
                    for path in pictured(page, folder, name):
                        print(path)
                visit.context.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
