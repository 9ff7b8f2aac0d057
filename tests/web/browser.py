"""A real browser for the tests of the pages: Debian's Chromium, driven by Playwright."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import IN_CI

PROGRAM = "chromium"
QUIET = [
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 640}, "device_scale_factor": 2, "locale": "zh-CN"}


def program() -> str | None:
    """Return where the browser is, None where there is none."""
    return shutil.which(PROGRAM)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A running browser. Without one, its tests are skipped, but fail in CI."""
    found = program()
    if found is None:
        (pytest.fail if IN_CI else pytest.skip)("no browser: apt install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()
