// The page: which part shows, the head, and what happens when the network, the user or the program changes.

import { CallError, getJson } from "./api.js";
import { el, replace, tell } from "./dom.js";
import * as packs from "./packs.js";
import { current, expire, may, renew, resume, signOut } from "./session.js";
import { canKeep } from "./store.js";
import { onSync, sync } from "./sync.js";

const PAGES = [
  { route: /^$/, page: () => import("./pages/home.js"), title: "各户", link: "#/", needs: "screenings.try" },
  { route: /^household\/([0-9a-f-]+)$/, page: () => import("./pages/household.js"), title: "一户", needs: "screenings.try" },
  { route: /^lists$/, page: () => import("./desk/batches.js"), title: "名单", link: "#/lists", needs: "batches.read", wide: true },
  { route: /^lists\/([0-9a-f-]+)$/, page: () => import("./desk/batch.js"), title: "一份名单", needs: "batches.read", wide: true },
  { route: /^work(?:\/([a-z0-9-]+))?$/, page: () => import("./desk/worklist.js"), title: "办理", link: "#/work", needs: "handoffs.read", wide: true },
  { route: /^case\/([0-9a-f-]+)$/, page: () => import("./desk/case.js"), title: "一件", needs: "handoffs.read" },
  { route: /^keys$/, page: () => import("./desk/clients.js"), title: "密钥", link: "#/keys", needs: "clients.manage", wide: true },
  { route: /^audit$/, page: () => import("./desk/audit.js"), title: "审计记录", link: "#/audit", needs: "audit.read", wide: true },
  { route: /^handbook(?:\/([a-z0-9-]+))?$/, page: () => import("./desk/handbook.js"), title: "政策手册", link: "#/handbook" },
  { route: /^start$/, page: () => import("./desk/start.js"), title: "管理员和开发人员" },
  { route: /^sign-in$/, page: () => import("./pages/signin.js"), title: "登录" },
];
const OPEN = /^(sign-in|start|handbook.*)$/;

const allowed = (needs) => !needs || may(needs);

let leave = () => null;
let shown = null;
let state = { waiting: 0, problem: null };

async function show() {
  leave();
  const path = location.hash.replace(/^#\/?/, "");
  if (!current() && !OPEN.test(path)) {
    location.hash = "#/sign-in";
    return;
  }
  const found = PAGES.find(({ route, needs }) => route.test(path) && allowed(needs)) || PAGES.find(({ needs }) => allowed(needs));
  // Each page has a place of its own: one that is left while it still loads draws where nobody looks.
  const place = el("div");
  const main = document.getElementById("main");
  document.body.className = found.wide ? "wide" : "";
  replace(main, place);
  document.title = `${found.title} · 惠民筛查`;
  shown = found;
  showHead(found);
  let left = false;
  let stop = null;
  leave = () => {
    left = true;
    if (stop) stop();
  };
  try {
    const { page } = await found.page();
    stop = await page(place, ...(found.route.exec(path) || []).slice(1));
    if (left && stop) stop();
  } catch (error) {
    // The words of an exception may quote what was entered: only its kind is shown.
    console.error(error instanceof CallError ? error.message : error.name);
    replace(
      place,
      el("h1", {}, found.title),
      el("p", { class: "bad", role: "alert" }, error instanceof CallError ? error.message : navigator.onLine ? "这一页没有打开。" : "没有网络，这一页打不开。"),
      el("button", { class: "main", type: "button", id: "again", onclick: show }, "重试"),
    );
  }
  // A page may have put the focus where one begins.
  if (!left && !place.contains(document.activeElement)) main.focus({ preventScroll: true });
}

function showHead(found) {
  if (!found) return;
  const links = PAGES.filter(({ link, needs }) => link && allowed(needs));
  const session = current();
  replace(
    document.getElementById("top"),
    el("a", { class: "name", href: "#/" }, "惠民筛查"),
    el("span", { class: "pill", id: "network", hidden: !noteworthy() }, networkWords()),
    session
      ? el("button", { class: "plain", id: "leave", onclick: leaveSession }, "退出")
      : el("a", { href: "#/sign-in" }, "登录"),
    el(
      "nav",
      { "aria-label": "主菜单" },
      links.map((page) =>
        el("a", { href: page.link, "aria-current": page === found ? "page" : null }, page.title),
      ),
    ),
    el("p", { class: "notice", id: "unsent", role: "status", hidden: !unsent() }, unsent()),
    session && session.expired
      ? el("p", { class: "notice", role: "alert" }, "登录已过期，填写的内容还在本机。", el("a", { href: "#/sign-in" }, "重新登录"), "后会接着发送。")
      : null,
  );
}

/** Return why what waits was not sent, where it is not the network or the key, of which more is said elsewhere. */
const unsent = () => (state.problem && state.problem.status > 401 ? `没有发送成：${state.problem.message}会自动再发。` : "");

const noteworthy = () => !navigator.onLine || state.waiting > 0;

function networkWords() {
  const left = state.waiting ? `，${state.waiting}户等待发送` : "";
  return (navigator.onLine ? "在线" : "离线") + left;
}

async function leaveSession() {
  const lost = state.waiting ? `还有${state.waiting}户没有发送，` : "";
  if (!confirm(`${lost}退出后，本机上的各户资料会全部清除。确定退出吗？`)) return;
  const { again } = current();
  await signOut();
  if (again && (await import("./sign-on.js")).end(again)) return;
  state = { waiting: 0, problem: null };
  location.hash = "#/sign-in";
  show();
}

onSync((now) => {
  state = now;
  const pill = document.getElementById("network");
  if (!pill) return;
  Object.assign(pill, { textContent: networkWords(), hidden: !noteworthy() });
  Object.assign(document.getElementById("unsent"), { textContent: unsent(), hidden: !unsent() });
});

/** Say above whatever shows that the key is no longer accepted, and where to sign in again. */
function ended() {
  expire();
  showHead(shown);
}

/** Ask the service who this is and by which policies to screen: either may have changed since the last visit. */
async function refresh() {
  try {
    await renew(await getJson("v1/me"));
    if ((await packs.refresh()) && location.hash.startsWith("#/household/")) tell("政策内容已更新，结果已按新的政策重算。");
  } catch (error) {
    if (error.status === 401) expire();
    else if (!(error instanceof CallError)) throw error;
  }
}

async function start() {
  addEventListener("hashchange", show);
  // Only the head is drawn anew: what somebody is typing stays. A page that did not open is tried again.
  addEventListener("online", () => sync().then(() => (document.getElementById("again") ? show() : showHead(shown))));
  addEventListener("offline", () => showHead(shown));
  addEventListener("signed-in", sync);
  addEventListener("sign-in-ended", ended);
  try {
    await resume();
  } catch (error) {
    // The browser has lost its key: nothing that it sealed opens any more.
    await signOut();
  }
  await packs.load();
  const back = /[#?&]state=/.test(location.hash + location.search);
  if (back) (await import("./sign-on.js")).comeBack();
  else if (current()) await refresh();
  await show();
  await sync();
  if (canKeep && "serviceWorker" in navigator) await register();
}

async function register() {
  const registration = await navigator.serviceWorker.register("sw.js");
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker.addEventListener("statechange", () => {
      if (worker.state === "installed" && navigator.serviceWorker.controller) tell("程序有更新，关闭页面再打开后生效。");
    });
  });
}

start();
