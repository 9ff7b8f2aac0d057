"""How fast the page is where it is slow: `python -m tests.web.figures` measures it in Chromium and prints it.

- A first visit on a simulated slow 3G (400 kbit/s, 400 ms to the first byte of each answer), until the key can be typed.
- Screening a household of five offline, and answering a question until its results show, with the processor slowed down
  six times.
"""

import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Any, Final

from playwright.sync_api import Page, expect, sync_playwright

from app.api import web
from tests.api.server import Server
from tests.benchmarks.households import households
from tests.deployments import deployment
from tests.keys import key_for
from tests.web.browser import QUIET, program
from tests.web.visits import REGION, Visit, begin, sign_in

SLOW_3G: Final = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
SLOWER: Final = 6
TIMES: Final = 5
WANTED: Final = {"first visit": 3.0, "screening": 0.050}


def first_visits(browser: Any, server: Server) -> Iterable[float]:
    """Yield the seconds of first visits, each in a browser that has never been here."""
    for _ in range(TIMES):
        visit = Visit(browser, server)
        page = visit.context.new_page()
        visit.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW_3G)
        page.goto(visit.address, wait_until="commit")
        page.wait_for_selector("#key")
        yield page.evaluate("performance.now() / 1000")
        visit.context.close()


def screenings(page: Page) -> list[float]:
    """Return the seconds that screening takes of each of some households of five, as the page does it."""
    many = [one for one in households(600) if len(one["members"]) == 5][:40]
    found: list[float] = page.evaluate(_SCREEN, [f"/web/{web.RULES}.js", json.dumps(many)])
    return found


_SCREEN = """async ([rules, text]) => {
  const { prepare, readHousehold, screen, today } = await import(rules);
  const database = await new Promise((resolve) => {
    const request = indexedDB.open("huimin");
    request.onsuccess = () => resolve(request.result);
  });
  const kept = await new Promise((resolve) => {
    const request = database.transaction("packs").objectStore("packs").get("latest");
    request.onsuccess = () => resolve(request.result);
  });
  const pack = prepare(JSON.parse(kept.text));
  const day = today();
  return JSON.parse(text).map((household) => {
    const begun = performance.now();
    const { profile, faults } = readHousehold(pack, household, day);
    if (faults.length) throw new Error("a household that cannot be right");
    screen(pack, profile, day);
    return (performance.now() - begun) / 1000;
  });
}"""


def answers(page: Page) -> list[float]:
    """Return the seconds from tapping an answer until all results are drawn anew."""
    found: list[float] = []
    for _ in range(20):
        if not page.locator(".card.ask .options button").count():
            break
        found.append(page.evaluate(_ANSWER))
    return found


_ANSWER = """() => {
  const begun = performance.now();
  const buttons = [...document.querySelectorAll(".card.ask .options button")];
  buttons[buttons.length - 1].click();
  document.body.offsetHeight;
  return (performance.now() - begun) / 1000;
}"""


def report(name: str, seconds: list[float], wanted: float | None) -> bool:
    """Print a figure; return whether it is as good as wanted."""
    middle, worst = median(seconds), max(seconds)
    aim = "" if wanted is None else f", wanted {wanted * 1000:.0f} ms: {middle / wanted:.2f} of it"
    print(f"{name}: median {middle * 1000:.0f} ms, longest {worst * 1000:.0f} ms of {len(seconds)}{aim}", flush=True)
    return wanted is None or middle <= wanted


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=QUIET)
        with Server(deployment(Path(scratch)), Path(scratch)) as server:
            good = report("first visit, slow 3G", list(first_visits(browser, server)), WANTED["first visit"])
            visit = Visit(browser, server)
            page = visit.open()
            sign_in(page, key_for(server.settings, "cadre", REGION))
            expect(page.locator("#new")).to_be_visible()
            page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
            begin(page)
            for _ in range(4):
                page.click("#add-member")
            visit.go_offline()
            visit.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            good &= report(f"screening five offline, {SLOWER}x slower", screenings(page), WANTED["screening"])
            report(f"an answer until all is drawn, {SLOWER}x slower", answers(page), None)
        browser.close()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
