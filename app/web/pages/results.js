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
    of(chosen).length ? el("ul", { class: "bare" }, of(chosen).map((result) => card(pack, household, result))) : el("p", { class: "quiet" }, EMPTY[chosen]),
  ];
}

const whom = (household, { subject }) => (subject.kind === "household" ? "全家" : memberName(household, subject.reference));

function card(pack, household, result) {
  const { policy, subject, verdict } = result;
  return el(
    "li",
    { class: `card result is-${verdict}` },
    el("h3", {}, result.title),
    el(
      "p",
      { class: "row" },
      el("span", { class: `verdict ${verdict}` }, pack.words.verdicts[verdict]),
      el("span", {}, whom(household, result)),
      result.amount.text ? el("span", { class: "amount" }, result.amount.text) : null,
      result.already_receiving ? el("span", { class: "quiet" }, "已在享受") : null,
    ),
    reasonWords(result),
    changeWords(pack, result),
    missingWords(household, result),
    verdict === "ineligible" ? null : el("p", {}, `办理单位：${result.handling_unit.name}${renamed(result.handling_unit)}`),
    el(
      "details",
      { id: `more-${policy}-${subject.kind === "household" ? "h" : subject.position}` },
      el("summary", {}, "依据、材料和办法"),
      more(pack, result),
    ),
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

function missingWords(household, { missing_facts: facts, missing_figures: figures }) {
  const asked = facts.map(({ label, member }) => (member ? `${memberName(household, member)}的${label}` : label));
  const awaited = figures.map(({ label }) => label);
  return [
    asked.length ? el("p", {}, `还要了解：${asked.join("、")}`) : null,
    awaited.length ? el("p", {}, `等区里明确：${awaited.join("、")}`) : null,
  ];
}

const renamed = ({ name, name_in_source: source }) => (name === source ? "" : `（方案中为${source}）`);

function more(pack, { reasons, next, conflicts, lead_units: leads, force }) {
  const listed = (title, items) => (items.length ? [el("h3", {}, title), el("ul", {}, items.map((item) => el("li", {}, item)))] : []);
  return el(
    "div",
    {},
    reasons.map(({ condition, finding, citation }) => el("div", {}, el("p", {}, el("strong", {}, condition), `：${finding}`), clause(citation))),
    listed("要带的材料", next.materials),
    listed("怎么办", next.steps),
    next.where ? el("p", {}, `到哪里办：${next.where}`) : null,
    listed(
      "与其他待遇",
      conflicts.map(({ policy, text }) => `${pack.byCode.get(policy).title}：${text}`),
    ),
    el("p", { class: "quiet" }, `牵头责任单位：${leads.map(({ name }) => name).join("、")}。力度：${pack.words.forces[force]}。`),
  );
}

/** Return a clause: the document, the article, and its words. */
export function clause({ document, number, clause: article, quote, gist }) {
  return el("blockquote", {}, `《${document}》${number ? `（${number}）` : ""}${article || ""}`, quote ? `：“${quote}”` : gist ? `：${gist}` : "");
}
