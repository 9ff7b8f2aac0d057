// The results of a household as cards: what, for whom, how much, why, where, and by which clause on a tap.

import { el } from "../dom.js";
import { memberName } from "./screened.js";

const SHOWN = ["eligible", "undetermined", "ineligible"];
const EMPTY = { eligible: "现有情况下还没有符合的项目。", undetermined: "没有待核实的项目。", ineligible: "没有不符合的项目。" };

/** Return the results of *answer*, those that *chosen* names first to see; *choose* is told another choice. */
export function results(pack, household, answer, chosen, choose) {
  const of = (verdict) => answer.results.filter((result) => result.verdict === verdict);
  return [
    el(
      "div",
      { class: "options no-print", role: "group", "aria-label": "按结果查看" },
      SHOWN.map((verdict) =>
        el(
          "button",
          { type: "button", id: `show-${verdict}`, "aria-pressed": String(verdict === chosen), onclick: () => choose(verdict) },
          `${pack.words.verdicts[verdict]} ${of(verdict).length}`,
        ),
      ),
    ),
    of(chosen).length
      ? el("ul", { class: "bare" }, byPolicy(of(chosen)).map((group) => card(pack, household, group)))
      : el("p", { class: "quiet" }, EMPTY[chosen]),
  ];
}

/** Return the results policy by policy: what one policy says of twelve members is one card. */
export function byPolicy(listed) {
  const groups = new Map();
  for (const result of listed) groups.set(result.policy, [...(groups.get(result.policy) || []), result]);
  return [...groups.values()];
}

/** Return whom results are about that say the same; of many members those are named whom it is not about. */
export function whose(household, results) {
  const names = (references) => references.map((one) => memberName(household, one)).join("、");
  const about = results.map(({ subject }) => subject.reference);
  const others = household.wire.members.map(({ reference }) => reference).filter((one) => !about.includes(one));
  if (results[0].subject.kind === "household") return whom(household, results[0]);
  if (about.length < 2 || about.length < 2 * others.length) return names(about);
  return `${others.length ? `除${names(others)}外的` : ""}全体成员`;
}

/** Return whom a result is about. */
const whom = (household, { subject }) =>
  subject.kind === "household" ? "全家" : memberName(household, subject.reference);

function card(pack, household, group) {
  const [first] = group;
  const { policy, verdict } = first;
  return el(
    "li",
    { class: `card result is-${verdict}` },
    el("h3", {}, first.title, group.length > 1 ? `（${group.length}人）` : ""),
    alike(household, group).map((results) => about(pack, household, results)),
    verdict === "ineligible" ? null : el("p", {}, `办理单位：${first.handling_unit.name}${renamed(first.handling_unit)}`),
    el(
      "details",
      { id: `more-${policy}-${verdict}` },
      el("summary", {}, "依据、材料和办法"),
      more(pack, household, group),
    ),
  );
}

/** Return the results in groups of which the same is said: of twelve unknown members once, not twelve times. */
function alike(household, group) {
  const found = new Map();
  for (const result of group) {
    const { amount, already_receiving, changes_on, reasons } = result;
    const said = [amount.text, already_receiving, changes_on, missing(household, result), result.verdict === "undetermined" || reasons];
    const key = JSON.stringify(said);
    found.set(key, [...(found.get(key) || []), result]);
  }
  return [...found.values()];
}

/** Return what is said of some members, or of the household. */
function about(pack, household, results) {
  const [result] = results;
  const { verdict } = result;
  return el(
    "div",
    {},
    el(
      "p",
      { class: "row" },
      el("span", { class: `verdict ${verdict}` }, pack.words.verdicts[verdict]),
      el("span", {}, whose(household, results)),
      result.amount.text ? el("span", { class: "amount" }, result.amount.text) : null,
      result.already_receiving ? el("span", { class: "quiet" }, "已在享受") : null,
    ),
    reasonWords(result),
    changeWords(pack, result),
    missingWords(household, result),
  );
}

const IN_FORCE = "政策在施行期内";

/** Return why, in a line; what is left to know says it of an undetermined result. */
function reasonWords({ verdict, reasons }) {
  if (verdict === "undetermined") return null;
  const telling = reasons.filter(({ condition }) => verdict === "ineligible" || condition !== IN_FORCE);
  const said = [...new Set(telling.map(({ finding }) => finding))];
  return el("p", {}, said.length ? said.slice(0, 3).join("；") + (said.length > 3 ? "等" : "") : "人人可享，不设条件。");
}

function changeWords(pack, { changes_on: change, verdict }) {
  if (!change || change.verdict === verdict) return null;
  const then = change.verdict === "eligible" ? "起可享" : `起变为“${pack.words.verdicts[change.verdict]}”`;
  return el("p", { class: "notice" }, `${change.date} ${then}（按现有情况）`);
}

function missingWords(household, result) {
  const { asked, awaited } = missing(household, result);
  return [
    asked.length ? el("p", {}, `还要了解：${asked.join("、")}`) : null,
    awaited.length ? el("p", {}, `等区里明确：${awaited.join("、")}`) : null,
  ];
}

/** Return what is still to be learned, { asked } of people and { awaited } from the district. */
export function missing(household, { subject, missing_facts: facts, missing_figures: figures }) {
  const of = new Map();
  for (const { label, member } of facts) of.set(label, [...(of.get(label) || []), member]);
  const everybody = household.wire.members.length;
  const asked = [...of].map(([label, members]) => {
    if (members.length === everybody && everybody > 1) return `各成员的${label}`;
    const others = members.filter((member) => member && member !== subject.reference);
    return others.length ? `${others.map((member) => memberName(household, member)).join("、")}的${label}` : label;
  });
  return { asked, awaited: figures.map(({ label }) => label) };
}

const renamed = ({ name, name_in_source: source }) => (name === source ? "" : `（方案中为${source}）`);

function more(pack, household, group) {
  const [{ next, lead_units: leads, force }] = group;
  const listed = (title, items) => (items.length ? [el("h3", {}, title), el("ul", {}, items.map((item) => el("li", {}, item)))] : []);
  const conflicts = new Map(group.flatMap((result) => result.conflicts.map((conflict) => [conflict.policy, conflict.text])));
  return el(
    "div",
    {},
    byCondition(household, group).map(({ condition, findings, citation }) =>
      el("div", {}, el("p", {}, el("strong", {}, condition), withFinding(condition, findings.join("；")).slice(condition.length)), clause(citation)),
    ),
    listed("要带的材料", next.materials),
    listed("怎么办", next.steps),
    next.where ? el("p", {}, `到哪里办：${next.where}`) : null,
    listed("与其他待遇", [...conflicts].map(([policy, text]) => `${pack.byCode.get(policy).title}：${text}`)),
    el("p", { class: "quiet" }, `牵头责任单位：${leads.map(({ name }) => name).join("、")}。力度：${pack.words.forces[force]}。`),
  );
}

/** Return a condition and what was found of it, in whose words the condition may stand already: "本区户籍：是". */
export const withFinding = (condition, finding) => (finding.startsWith(`${condition}：`) ? finding : `${condition}：${finding}`);

/** Return the deciding conditions, each once, with what the facts say of it for each member. */
function byCondition(household, group) {
  const found = new Map();
  for (const result of group) {
    for (const { condition, finding, citation } of result.reasons) {
      if (!found.has(condition)) found.set(condition, { condition, citation, said: new Map() });
      const { said } = found.get(condition);
      said.set(finding, [...(said.get(finding) || []), whom(household, result)]);
    }
  }
  return [...found.values()].map(({ condition, citation, said }) => {
    const named = [...said].map(([finding, names]) => `${names.join("、")}：${finding}`);
    return { condition, citation, findings: said.size === 1 ? [...said.keys()] : named };
  });
}

/** Return a clause: the document, the article, and its words. */
export function clause({ document, number, clause: article, quote, gist }) {
  return el("blockquote", {}, `《${document}》${number ? `（${number}）` : ""}${article || ""}`, quote ? `：「${quote}」` : gist ? `：${gist}` : "");
}
