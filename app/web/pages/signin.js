// Sign in with an access key, or at the district's own sign-on where there is one.

import { CallError, getJson } from "../api.js";
import { el, replace } from "../dom.js";
import * as packs from "../packs.js";
import { current, signIn } from "../session.js";
import { canKeep } from "../store.js";

export function page(main) {
  const session = current();
  const said = el("p", { class: "fault", id: "key-fault", role: "alert" });
  const key = el("input", {
    id: "key",
    type: "password",
    required: true,
    autocomplete: "current-password",
    spellcheck: "false",
    "aria-describedby": "key-fault",
  });
  const button = el("button", { class: "main", type: "submit" }, "登录");
  async function enter(given, again) {
    const who = await getJson("v1/me", { headers: { Authorization: `Bearer ${given}` } });
    await signIn(given, who, again);
    await packs.refresh(true);
    dispatchEvent(new Event("signed-in"));
    location.hash = "#/";
  }
  function say(words, wrong = false) {
    said.textContent = words;
    key.setAttribute("aria-invalid", String(wrong));
    if (wrong) key.focus();
  }
  async function submit(event) {
    event.preventDefault();
    button.disabled = true;
    say("");
    try {
      await enter(key.value.trim());
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      say(error.status === 401 ? "密钥不对、已过期或已停用：请核对，或向区里的管理员要一个新的。" : error.message, error.status === 401);
    } finally {
      button.disabled = false;
    }
  }
  const other = el("div");
  async function offer() {
    // Without an answer there are keys, which say so when they are tried.
    const how = await getJson("v1/sign-on").catch(() => ({}));
    if (how.offered) (await import("../sign-on.js")).offer(other, how, enter);
  }
  replace(
    main,
    el("h1", {}, "登录"),
    session && session.expired ? el("p", { class: "notice" }, `“${session.who.name}”的登录已过期。重新登录后，本机上的各户资料仍在。`) : null,
    other,
    el(
      "form",
      { class: "card", onsubmit: submit },
      el("label", { for: "key" }, "访问密钥"),
      key,
      el("p", { class: "hint" }, "由区里的管理员发给，一人一个，请勿转借。"),
      said,
      button,
    ),
    canKeep
      ? el("p", { class: "quiet" }, "登录后，填写的各户资料加密保存在本机，没有网络时也能筛查；退出时全部清除。")
      : el("p", { class: "notice" }, "这个网址不是 https，浏览器不能加密保存：各户资料不会留在本机，关闭页面就没有了，也不能离线打开。"),
    el("p", { class: "quiet" }, el("a", { href: "#/start" }, "管理员和开发人员")),
  );
  key.focus();
  offer();
}
