// Keys: whose there are, a new one, another in place of one, the end of one. A key itself is seen once and kept nowhere.

import { CallError, call, getJson, postJson } from "../api.js";
import { el, replace, tell } from "../dom.js";
import { uuid } from "../households.js";
import * as packs from "../packs.js";
import { today } from "../rules/days.js";
import { nameOn } from "../rules/pack.js";
import { current } from "../session.js";
import { wordsOf } from "./busy.js";
import { moment, placeWords, table } from "./table.js";

const STATES = { active: "在用", expired: "已过期", revoked: "已停用" };
const DAY = 86400000;
const SOON = 30 * DAY;

export async function page(main) {
  const [{ clients, roles }, ready] = await Promise.all([everyClient(), packs.load()]);
  const townships = ready ? ready.pack.townships : {};
  const units = ready ? new Map([...ready.pack.units].map(([code, unit]) => [code, nameOn(unit, today())])) : new Map();
  const place = el("div", {});
  const list = el("div", {});
  const again = async () => replace(list, listed((await everyClient()).clients, townships, units, act));
  // A new key is shown above everything else, until the page is left.
  const show = async (made) => {
    replace(place, newKey(made));
    place.firstChild.focus();
    await again();
  };
  const act = (work) =>
    work(show, again).catch((error) => {
      if (!(error instanceof CallError)) throw error;
      tell(wordsOf(error), "bad");
    });
  replace(main, el("h1", {}, "密钥"), place, creating(roles, townships, units, show), el("h2", {}, "全部密钥"), list);
  replace(list, listed(clients, townships, units, act));
  return null;
}

/** Return all clients, the newest first, and the roles that a new one may have. */
async function everyClient() {
  const found = [];
  let roles = [];
  for (let next = ""; next !== null; ) {
    const part = await getJson(`v1/clients${next && `?after=${next}`}`);
    found.push(...part.clients);
    ({ next, roles } = part);
  }
  return { clients: found.reverse(), roles };
}

function listed(clients, townships, units, act) {
  const rows = clients.map((client) => [
    el("span", {}, client.name, el("br"), el("span", { class: "quiet" }, `${client.prefix}…`)),
    client.role_label,
    [client.region_code ? placeWords(client.region_code, townships) : "全区", client.unit && (units.get(client.unit) || client.unit)].filter(Boolean).join("，"),
    stateWords(client),
    moment(client.last_used_at) || "没有用过",
    actions(client, act),
  ]);
  return table("全部密钥", ["名称和密钥开头", "角色", "范围", "状态", "最近使用", "办理"], rows);
}

function stateWords({ state, expires_at: end }) {
  const soon = state === "active" && new Date(end) - Date.now() < SOON;
  return el("span", { class: state === "active" ? (soon ? "fault" : null) : "quiet" }, STATES[state], state === "active" ? `，${moment(end).split(" ")[0]}到期` : "");
}

function actions(client, act) {
  const { id, name, state } = client;
  if (state === "revoked") return "";
  const own = current().who.id === id;
  const rotate = async (show) => {
    const said = own ? "这是你正在用的密钥：更换后要用新密钥重新登录。" : "原来的密钥立即失效，用它的人要换上新的。";
    if (!confirm(`更换“${name}”的密钥？${said}`)) return;
    await show(await getJson(`v1/clients/${id}/key`, { method: "POST", headers: once() }));
  };
  const revoke = async (show, again) => {
    if (!confirm(`停用“${name}”的密钥？立即失效，不能恢复。`)) return;
    await call(`v1/clients/${id}`, { method: "DELETE", headers: once() });
    tell(`“${name}”的密钥已停用。`);
    await again();
  };
  return el(
    "span",
    { class: "row" },
    el("button", { type: "button", "aria-label": `更换“${name}”的密钥`, onclick: () => act(rotate) }, "更换"),
    own ? null : el("button", { type: "button", "aria-label": `停用“${name}”的密钥`, onclick: () => act(revoke) }, "停用"),
  );
}

// Sent again after a lost answer, it is done once, and the same key comes back.
const once = () => ({ "Idempotency-Key": uuid() });

function newKey({ name, role_label: role, key, expires_at: end }) {
  const text = el("input", { id: "new-key", type: "text", readonly: true, value: key, spellcheck: "false", onfocus: ({ target }) => target.select() });
  async function copy() {
    text.select();
    try {
      await navigator.clipboard.writeText(key);
    } catch (error) {
      // Without https there is no clipboard but the old way.
      if (!document.execCommand("copy")) return tell("没有复制成：请选中密钥，手工复制。", "bad");
    }
    return tell("密钥已复制。");
  }
  return el(
    "section",
    { class: "card ask", role: "alert", tabindex: "-1" },
    el("h2", {}, `“${name}”的密钥`),
    el("p", { class: "notice" }, "只显示这一次，离开这一页就看不到了。请现在复制，当面或用安全的方式交给本人，不要发在群里。"),
    el("label", { for: "new-key" }, `${role}，${moment(end).split(" ")[0]}到期`),
    el("div", { class: "row" }, el("div", { class: "grow" }, text), el("button", { class: "main", type: "button", onclick: copy }, "复制")),
  );
}

function creating(roles, townships, units, show) {
  const name = el("input", { id: "client-name", type: "text", required: true, maxlength: "60", autocomplete: "off", "aria-describedby": "client-name-hint" });
  const region = el("input", { id: "client-region", type: "text", inputmode: "numeric", list: "client-regions", autocomplete: "off", "aria-describedby": "client-region-hint" });
  const unit = el("select", { id: "client-unit" }, el("option", { value: "" }, "不限单位"), [...units].map(([code, label]) => el("option", { value: code }, label)));
  const ofUnit = el("div", {}, el("label", { for: "client-unit" }, "办理单位"), unit, el("p", { class: "hint" }, "只能看到交给这个单位的件。"));
  const end = el("input", { id: "client-end", type: "date" });
  const role = el("select", { id: "client-role", onchange: mark }, roles.map(({ role: code, label }) => el("option", { value: code }, label)));
  const hint = el("p", { class: "hint", id: "client-region-hint" });
  const said = el("p", { class: "fault", role: "alert" });
  const button = el("button", { class: "main", type: "submit" }, "建立密钥");
  function mark() {
    const { needs_region: needed, needs_unit: bound, may_have_unit: may } = roles.find(({ role: code }) => code === role.value);
    ofUnit.hidden = !may;
    unit.required = bound;
    region.required = needed;
    hint.textContent = needed ? "必填：村（社区）12位，镇（街道）9位。只能看到这个范围内的家庭。" : "不填为全区。";
  }
  mark();
  async function submit(event) {
    event.preventDefault();
    said.textContent = "";
    button.disabled = true;
    const wanted = { name: name.value.trim(), role: role.value, region_code: region.value.trim() || null, unit: (!ofUnit.hidden && unit.value) || null, expires_on: end.value || null };
    try {
      const made = await postJson("v1/clients", wanted, once());
      event.target.reset();
      mark();
      await show(made);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      said.textContent = wordsOf(error);
    } finally {
      button.disabled = false;
    }
  }
  return el(
    "form",
    { class: "card", onsubmit: submit },
    el("h2", {}, "新的密钥"),
    el(
      "div",
      { class: "fields" },
      el("div", {}, el("label", { for: "client-name" }, "给谁用"), name, el("p", { class: "hint", id: "client-name-hint" }, "写岗位或单位，如“乌衣镇民政办”；一人一个。")),
      el("div", {}, el("label", { for: "client-role" }, "角色"), role),
      el("div", {}, el("label", { for: "client-region" }, "行政区划代码"), region, el("datalist", { id: "client-regions" }, Object.entries(townships).map(([code, label]) => el("option", { value: code }, label))), hint),
      ofUnit,
      el("div", {}, el("label", { for: "client-end" }, "用到哪一天"), end, el("p", { class: "hint" }, "不填为一年。")),
    ),
    said,
    button,
  );
}
