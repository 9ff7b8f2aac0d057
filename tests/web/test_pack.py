"""The rule pack on the device: only what the service has signed is used, and its age is told."""

import json
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Route, expect

from tests.web.visits import Visit, answer, begin, key, server, sign_in, visit

__all__ = ["key", "server", "visit"]

REFUSED = "核对不上服务的签名"


def tamper(visit: Visit) -> None:
    """Change one word of every pack on its way, and nothing about its signature."""

    def change(route: Route) -> None:
        response = route.fetch()
        pack = json.loads(response.text())
        pack["notice"] += "。"
        pack["policy_set"] = "sha256:changed"
        headers = {name: value for name, value in response.headers.items() if name != "content-encoding"}
        route.fulfill(response=response, headers=headers, body=json.dumps(pack, ensure_ascii=False))

    visit.context.route("**/v1/rulepack", change)


def test_a_pack_that_was_changed_is_refused_and_the_one_before_stays_in_use(visit, key):
    page = visit.signed_in(key)
    expect(page.get_by_text("政策内容：")).to_be_visible()
    tamper(visit)
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text(REFUSED)
    begin(page)
    expect(page.get_by_role("alert")).to_contain_text("仍按")
    assert answer(page, "分散供养")
    page.reload()
    visit.context.unroute("**/v1/rulepack")
    page.reload()
    expect(page.locator("#question")).to_be_visible()
    expect(page.get_by_text(REFUSED)).to_have_count(0)


def test_a_changed_pack_is_refused_at_the_first_sign_in_too(visit, key):
    tamper(visit)
    page = visit.signed_in(key)
    expect(page.get_by_role("alert")).to_contain_text(REFUSED)
    expect(page.get_by_role("alert")).to_contain_text("现在不能筛查")


def test_another_key_of_the_service_is_taken_only_by_signing_in_again(visit, key):
    page = visit.signed_in(key)
    page.evaluate(_PIN_ANOTHER)
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text(REFUSED)
    page.goto(f"{visit.address}#/sign-in")
    sign_in(page, key)
    expect(page.locator("#new")).to_be_visible()
    expect(page.get_by_text(REFUSED)).to_have_count(0)


_PIN_ANOTHER = """async () => {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const jwk = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const database = await new Promise((resolve) => {
    const request = indexedDB.open("huimin");
    request.onsuccess = () => resolve(request.result);
  });
  await new Promise((resolve) => {
    const transaction = database.transaction("packs", "readwrite");
    transaction.objectStore("packs").put(jwk, "key");
    transaction.oncomplete = resolve;
  });
  database.close();
}"""


def test_a_pack_of_long_ago_is_said_to_be_old(visit, key):
    page = visit.signed_in(key)
    page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    expect(page.get_by_text("政策内容：")).to_be_visible()
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=40))
    visit.go_offline()
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("40天前取得")
    begin(page)
    expect(page.get_by_role("alert")).to_contain_text("40天前取得")
