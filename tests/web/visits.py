"""A cadre at the page: a server of its own, a signed-in browser, and what the tests do there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect
from sqlalchemy import select

from app.archive import given_place, unpack
from app.database import Database
from app.models import Screening
from app.security.sealing import open_keyring
from tests.api.server import Server
from tests.deployments import deployment
from tests.keys import key_for
from tests.web.browser import PHONE

__all__ = ["key", "server", "visit"]

# An invented man, born in 1943; the county code names no county.
ID_NUMBER = "349999194305010011"
REGION = "341103100"
PATIENCE = 10_000
expect.set_options(timeout=PATIENCE)


class Visit:
    """One browser with one user, and what it asked for."""

    def __init__(self, browser: Browser, server: Server, **options: Any) -> None:
        self.server = server
        self.address = f"http://127.0.0.1:{server.port}/"
        self.context: BrowserContext = browser.new_context(**{**PHONE, **options})
        self.context.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        """What the console said of errors, and requests to other hosts."""
        self.context.on("request", self._note_request)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.context.on("console", self._note_console)
        self.offline = False
        self.others: tuple[str, ...] = ()
        """The beginnings of addresses of others to whom the page may speak."""

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:", *self.others)):
            self.complaints.append(f"asked another host: {request.url}")

    def _note_console(self, message: Any) -> None:
        if message.type == "error" and not (self.offline and "ERR_INTERNET_DISCONNECTED" in message.text):
            self.complaints.append(message.text)

    def open(self, path: str = "") -> Page:
        page = self.context.new_page()
        page.goto(self.address + path)
        return page

    def signed_in(self, key: str) -> Page:
        """Return the page of a user who has just signed in."""
        page = self.open()
        sign_in(page, key)
        expect(page.locator("#new")).to_be_visible()
        return page

    def go_offline(self, offline: bool = True) -> None:
        # From the first time on: what the browser says of it may come after the network is back.
        self.offline = True
        self.context.set_offline(offline)


def screenings(server: Server) -> list[dict[str, Any]]:
    """Return the households of the screenings that the server has stored."""
    database = Database(server.settings)
    try:
        keyring = open_keyring(server.settings)
        rows = database.read(lambda session: session.scalars(select(Screening)).all())
        return [json.loads(unpack(keyring.open(row.given, given_place(row.id)))) for row in rows]
    finally:
        database.close()


def sign_in(page: Page, key: str) -> None:
    page.fill("#key", key)
    page.click("button[type=submit]")


def begin(page: Page) -> None:
    """Begin a household with one man of 83 in Wuyi."""
    page.click("#new")
    page.fill("#id-0", ID_NUMBER)
    page.press("#id-0", "Tab")
    page.select_option("#place", label="乌衣镇")
    expect(page.locator("summary").first).to_contain_text("83周岁 · 男")


def answer(page: Page, words: str) -> str:
    """Answer the question that shows; return the question."""
    question = page.locator("#question")
    asked = question.inner_text()
    page.locator(".card.ask button", has_text=words).first.click()
    expect(question.or_(page.get_by_text("没有要问的了")).or_(page.get_by_text("能问的都问过了"))).not_to_have_text(
        asked
    )
    return asked


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(deployment(tmp_path), tmp_path) as server:
        yield server


@pytest.fixture
def key(server: Server) -> str:
    """The key of a cadre of the village's township."""
    return key_for(server.settings, "cadre", REGION)


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    """A visit of which the console has nothing to complain."""
    visit = Visit(browser, server)
    yield visit
    visit.context.close()
    assert visit.complaints == []
