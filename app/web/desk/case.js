// One case: what was handed over, how it stands, what the unit tells of it.

import { getJson, postJson } from "../api.js";
import { el, replace, tell } from "../dom.js";
import { uuid } from "../households.js";
import * as packs from "../packs.js";
import { nameOn } from "../rules/pack.js";
import { today } from "../rules/days.js";
import { may } from "../session.js";
import { busily } from "./busy.js";
import { withFinding } from "../household/results.js";
import { moment } from "./table.js";
import { dueWords, subjectWords } from "./worklist.js";

/** What a unit may tell, and which fields say more of it. */
const EVENTS = {
  accepted: ["受理", []],
  correction: ["补正（还缺材料）", ["materials"]],
  returned: ["退回", ["reason"]],
  transferred: ["转办其他单位", ["unit"]],
  step: ["完成一个办理环节", ["step"]],
  publicised: ["公示", []],
  approved: ["办结（同意）", ["amount", "first_month"]],
  refused: ["办结（不同意）", ["reason"]],
  withdrawn: ["撤销", ["reason"]],
};

export async function page(main, id) {
  const [found, ready] = await Promise.all([getJson(`v1/handoffs/${id}`), packs.load()]);
  const draw = (one) => replace(main, parts(one, ready && ready.pack, draw));
  draw(found);
  return null;
}

function parts(one, pack, draw) {
  const { content, receipts, deliveries, steps } = one;
  const listed = (title, items) => (items.length ? [el("h3", {}, title), el("ul", {}, items.map((item) => el("li", {}, item)))] : []);
  const parked = deliveries.some(({ state }) => state === "parked");
  return [
    el("h1", {}, `${one.title}：${one.state_label}`),
    el("p", { class: "quiet" }, `件号 ${one.case_no}，${moment(one.made_at)}由${one.operator}转交`),
    el("p", {}, dueWords(one)),
    el(
      "div",
      { class: "card" },
      el("h2", {}, "转交的内容"),
      el("p", {}, `对象：${subjectWords(one.subject, pack)}`),
      el("p", {}, `办理单位：${one.unit.name}`, one.unit.code === one.handed_to.code ? "" : `（原转交${one.handed_to.name}）`),
      el("p", {}, `筛查结论：${one.verdict === "eligible" ? "符合" : "待核实"}${content.amount.text ? `，${content.amount.text}` : ""}`),
      listed("依据", content.conditions.map(({ condition, finding, document, clause }) => `${withFinding(condition, finding)}（《${document}》${clause || ""}）`)),
      listed("还要核实的", [...content.missing.facts, ...content.missing.figures.map((figure) => `${figure}（待区里明确）`)]),
      listed("要带的材料", content.missing.materials),
      el("p", {}, `到哪里办：${content.where}`),
    ),
    steps.length ? el("div", { class: "card" }, el("h2", {}, "办理环节"), el("ol", {}, steps.map(({ step, done }) => el("li", {}, `${step}${done ? "：已办" : ""}`)))) : null,
    el("div", { class: "card" }, el("h2", {}, "办理经过"), receipts.length ? el("ol", {}, receipts.map((receipt) => el("li", {}, told(receipt, pack)))) : el("p", { class: "quiet" }, "还没有回执。")),
    one.open && may("receipts.create") ? telling(one, pack, draw) : null,
    deliveries.length ? delivery(deliveries) : null,
    may("handoffs.create") && (parked || (one.open && one.state !== "accepted"))
      ? el(
          "div",
          { class: "row" },
          parked ? el("button", { type: "button", onclick: busily(async () => draw(await sent(`v1/handoffs/${one.id}/retry`))) }, "重新发送") : null,
          ["pending", "delivered"].includes(one.state) ? el("button", { type: "button", onclick: busily(() => takeBack(one, draw)) }, "撤回这一件") : null,
        )
      : null,
  ];
}

const sent = (path) => getJson(path, { method: "POST", headers: { "Idempotency-Key": uuid() } });

async function takeBack({ id }, draw) {
  const reason = prompt("为什么撤回？办理单位会看到。");
  if (!reason || !reason.trim()) return;
  draw(await postJson(`v1/handoffs/${id}/withdraw`, { reason: reason.trim() }, { "Idempotency-Key": uuid() }));
  tell("已撤回。");
}

function told({ at, event_label: label, unit, step, reason, materials, amount, first_month: month, message }, pack) {
  const more = [
    unit && unitName(pack, unit),
    step,
    reason,
    materials && materials.join("、"),
    amount && `${amount.value}${amount.unit}`,
    month && `自${month}起`,
    message,
  ].filter(Boolean);
  return `${moment(at)} ${label}${more.length ? `：${more.join("；")}` : ""}`;
}

const unitName = (pack, code) => (pack && pack.units.has(code) ? nameOn(pack.units.get(code), today()) : code);

function delivery(deliveries) {
  return el(
    "div",
    { class: "card" },
    el("h2", {}, "向平台发送"),
    el(
      "ul",
      {},
      deliveries.map(({ state_label: label, attempts, next_at: next, advice, said }) =>
        el("li", {}, `${label}，${attempts ? `发送过${attempts}次` : "还没有发送"}${next ? `，下次${moment(next)}` : ""}`, [advice, said].filter(Boolean).map((words) => el("p", { class: "notice" }, words))),
      ),
    ),
  );
}

// ── what the unit tells ──

function telling(one, pack, draw) {
  // Sent again after a lost answer it is the same receipt.
  const id = `D-${uuid()}`;
  const said = el("p", { class: "fault", role: "alert" });
  const more = el("div", { class: "fields" });
  const inputs = fieldsOf(one, pack);
  const what = el("select", { id: "told-event", onchange: show }, Object.entries(EVENTS).map(([event, [words]]) => el("option", { value: event }, words)));
  const at = el("input", { id: "told-at", type: "datetime-local", required: true, value: localNow() });
  const message = el("input", { id: "told-message", type: "text", maxlength: "500", autocomplete: "off" });
  function show() {
    replace(more, EVENTS[what.value][1].map((name) => inputs[name].field));
  }
  show();
  const submit = busily(
    async () => {
      said.textContent = "";
      const words = Object.fromEntries(EVENTS[what.value][1].map((name) => [name, inputs[name].value()]).filter(([, value]) => value !== undefined));
      const receipt = { id, event: what.value, at: new Date(at.value).toISOString(), ...words, ...(message.value.trim() ? { message: message.value.trim() } : {}) };
      draw(await postJson(`v1/handoffs/${one.id}/receipts`, receipt, { "Idempotency-Key": uuid() }));
      tell("已登记。");
    },
    (words) => (said.textContent = words),
  );
  return el(
    "form",
    { class: "card ask", onsubmit: submit },
    el("h2", {}, "登记办理情况"),
    el("div", { class: "fields" }, el("div", {}, el("label", { for: "told-event" }, "办到哪一步"), what), el("div", {}, el("label", { for: "told-at" }, "什么时候"), at)),
    more,
    el("label", { for: "told-message" }, "说明"),
    message,
    el("p", { class: "hint" }, "可以不填。勿写姓名、证件号码、电话。"),
    said,
    el("button", { class: "main", type: "submit" }, "登记"),
  );
}

/** Return the fields that say more of an event, each { field, value() }. */
function fieldsOf({ steps }, pack) {
  const labelled = (id, label, input, hint = null) => el("div", {}, el("label", { for: id }, label), input, hint ? el("p", { class: "hint" }, hint) : null);
  const text = (input) => () => input.value.trim() || undefined;
  const reason = el("textarea", { id: "told-reason", rows: "2", maxlength: "500", required: true });
  const materials = el("textarea", { id: "told-materials", rows: "3", required: true });
  const units = pack ? [...pack.units.values()] : [];
  const unit = el("select", { id: "told-unit", required: true }, units.map((one) => el("option", { value: one.code }, nameOn(one, today()))));
  const open = steps.filter(({ done }) => !done);
  const step = open.length
    ? el("select", { id: "told-step", required: true }, open.map(({ step: name }) => el("option", { value: name }, name)))
    : el("input", { id: "told-step", type: "text", required: true, maxlength: "100" });
  const amount = el("input", { id: "told-amount", type: "text", inputmode: "decimal", pattern: "[0-9]+(\\.[0-9]+)?" });
  const per = el("select", { id: "told-per", "aria-label": "数额的单位" }, ["元/月", "元/年", "元"].map((words) => el("option", {}, words)));
  const month = el("input", { id: "told-month", type: "month", pattern: "20[0-9]{2}-[0-9]{2}" });
  return {
    reason: { field: labelled("told-reason", "理由", reason), value: text(reason) },
    materials: { field: labelled("told-materials", "要补的材料", materials, "一行一样。"), value: () => materials.value.split("\n").map((line) => line.trim()).filter(Boolean) },
    unit: { field: labelled("told-unit", "接办单位", unit), value: text(unit) },
    step: { field: labelled("told-step", "环节", step), value: text(step) },
    amount: {
      field: labelled("told-amount", "核定数额", el("div", { class: "row" }, el("div", { class: "grow" }, amount), el("div", {}, per)), "没有现金待遇的不填。"),
      value: () => (amount.value.trim() ? { value: Number(amount.value), unit: per.value } : undefined),
    },
    first_month: { field: labelled("told-month", "从哪个月起", month), value: text(month) },
  };
}

/** Return this moment as a field of local time takes it. */
function localNow() {
  const now = new Date();
  return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}
