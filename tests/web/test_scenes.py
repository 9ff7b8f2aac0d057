"""Every screen, in both schemes and at the narrowest with large text: nothing that axe objects to, nothing cut off."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.web.scenes import SCENES
from tests.web.screenshots import NARROW, ON_PAPER, PHONE
from tests.web.visits import Visit, server

__all__ = ["server"]


def objections(page: Page) -> list[tuple[str, object]]:
    return [(one["id"], one["nodes"][0]["target"]) for one in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("scene", SCENES)
def test_every_screen_can_be_read_by_everybody(browser, server, scene):
    visit = Visit(browser, server, device_scale_factor=1)
    found = []
    for name, page in SCENES[scene](visit):
        if name.endswith(ON_PAPER):
            continue
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found += [(name, scheme, *objection) for objection in objections(page)]
        page.set_viewport_size(NARROW)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((name, "wider than the screen"))
        page.evaluate("document.documentElement.style.fontSize = ''")
        page.set_viewport_size(PHONE)
    visit.context.close()
    assert found == []
