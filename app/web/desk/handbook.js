// The policy handbook: every card, searchable and printable, without a network too.

import { el, replace } from "../dom.js";
import * as packs from "../packs.js";
import { inUnit } from "../rules/amount.js";
import { today } from "../rules/days.js";
import { figureOn, nameOn, walk } from "../rules/pack.js";
import { nameOf, paraphrase } from "../rules/explain.js";
import { citation } from "../rules/screen.js";
import { clause } from "../household/results.js";

export async function page(main, code) {
  const ready = await packs.load();
  if (!ready) {
    replace(main, el("h1", {}, "政策手册"), packs.warnings().map((said) => el("p", { class: "notice" }, said)));
    return;
  }
  const { pack } = ready;
  const list = el("div", { id: "cards" });
  const draw = (words) => {
    const wanted = words.normalize("NFKC").split(/\s+/).filter(Boolean);
    const found = pack.policies.filter((policy) => wanted.every((word) => textOf(policy).includes(word)));
    replace(
      list,
      el("p", { class: "quiet", role: "status" }, `${found.length}项`),
      ...found.map((policy) => card(pack, policy, policy.code === code)),
    );
  };
  replace(
    main,
    el("h1", {}, "政策手册"),
    el("p", { class: "quiet" }, `依据方案逐项列出，共${pack.policies.length}项。${pack.notice}`),
    el("label", { class: "no-print", for: "search" }, "查找"),
    el(
      "div",
      { class: "row no-print" },
      el("div", { class: "grow" }, el("input", { id: "search", type: "search", oninput: ({ target }) => draw(target.value) })),
      el("button", { type: "button", onclick: () => printAll(list) }, "打印"),
    ),
    list,
  );
  draw("");
  const asked = code && document.getElementById(`card-${code}`);
  if (asked) asked.scrollIntoView();
}

function printAll(list) {
  const closed = [...list.querySelectorAll("details:not([open])")];
  closed.forEach((details) => (details.open = true));
  print();
  closed.forEach((details) => (details.open = false));
}

const texts = new WeakMap();

function textOf(policy) {
  if (!texts.has(policy)) texts.set(policy, JSON.stringify([policy.title, policy.code, policy.rule.parts.map(({ label }) => label), policy.clause.quote, policy.materials]));
  return texts.get(policy);
}

function card(pack, policy, open) {
  const day = today();
  const unit = (code) => nameOn(pack.units.get(code), day);
  const listed = (title, items) => (items.length ? [el("h3", {}, title), el("ul", {}, items.map((item) => el("li", {}, item)))] : []);
  return el(
    "details",
    { class: "card", id: `card-${policy.code}`, open },
    el("summary", {}, el("h2", {}, policy.title), el("span", { class: "quiet" }, `${policy.section.number} · ${pack.words.kinds[policy.kind]} · ${unit(policy.handling_unit)}`)),
    el("p", {}, `${pack.words.kinds[policy.kind]}，${pack.words.forces[policy.force]}。`),
    clause(citation(policy.clause)),
    el("h3", {}, "条件（须同时满足）"),
    el("ol", {}, policy.rule.parts.map((part) => el("li", {}, part.label, inOtherWords(part), clause(citation(part.clause))))),
    el("h3", {}, "标准"),
    el("p", {}, policy.amount ? nameOf(policy.amount) : "文件未定金额"),
    listed("现行数额", figuresOf(policy, day)),
    listed("要带的材料", policy.materials),
    listed("怎么办", policy.steps),
    el("p", {}, `到哪里办：${policy.where}`),
    listed("与其他待遇", policy.conflicts.map(({ policy: other, text }) => `${pack.byCode.get(other).title}：${text}`)),
    el("p", { class: "quiet" }, `牵头：${policy.section.lead_units.map(unit).join("、")}。配合：${policy.section.cooperating_units.map(unit).join("、")}。`),
  );
}

/** Return what a condition says exactly, unless its name says just that. */
function inOtherWords(part) {
  const words = paraphrase(part);
  return words === part.label ? null : el("span", { class: "quiet" }, `（${words}）`);
}

function figuresOf(policy, day) {
  const nodes = [...walk(policy.rule), ...(policy.amount ? walk(policy.amount) : [])];
  const figures = new Set(nodes.filter((node) => node.is === "figure").map((node) => node.figure));
  return [...figures].map((figure) => {
    const value = figureOn(figure, day);
    if (!value) return `${figure.label}：待区里明确`;
    return `${figure.label}：${value.minimum ? "不低于" : ""}${inUnit(value.exact, value.unit)}${value.unit}（${value.from}起）`;
  });
}
