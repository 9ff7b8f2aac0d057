// 一次性告知单: one printed page of what the household qualifies for, what is missing, where to go, by which clause.

import { el } from "../dom.js";
import { byPolicy, missing, whose } from "./results.js";
import { headOf } from "./screened.js";

/** Return the notice of a household's answer; it shows on paper only. */
export function notice(pack, household, answer, day) {
  const of = (verdict) => answer.results.filter((result) => result.verdict === verdict);
  return el(
    "section",
    { class: "print" },
    el("h1", {}, "惠民政策一次性告知单"),
    el("p", {}, `${headOf(household)}　筛查日期：${day}`),
    el("h2", {}, `一、符合条件的（${of("eligible").length}项次）`),
    table(
      ["项目", "对象和标准", "到哪里办", "要带的材料", "依据"],
      byPolicy(of("eligible")).map((group) => [
        group[0].title,
        together(household, group, ({ amount }) => amount.text),
        `${group[0].handling_unit.name}；${group[0].next.where}`,
        group[0].next.materials.join("、"),
        clauses(group),
      ]),
    ),
    el("h2", {}, `二、还要核实的（${of("undetermined").length}项次）`),
    table(
      ["项目", "还要了解或明确的", "办理单位"],
      byPolicy(of("undetermined")).map((group) => [group[0].title, together(household, group, openWords(household)), group[0].handling_unit.name]),
    ),
    el("p", {}, answer.notice),
    el("p", {}, `政策版本：${answer.policy_set.slice(0, 15)}　程序版本：${answer.release}${proof(answer)}`),
  );
}

// What is stored has a receipt: its first nine characters prove the answer on paper.
const proof = ({ id, receipt }) => (receipt ? `　筛查编号：${id}　核验码：${receipt.slice(0, 9)}` : "");

const clauses = (group) => {
  const cited = group.flatMap(({ reasons }) => reasons.map(({ citation }) => `《${citation.document}》${citation.clause || ""}`));
  return [...new Set(cited)].join("；");
};

const openWords = (household) => (result) => {
  const { asked, awaited } = missing(household, result);
  return [...asked, ...awaited.map((label) => `${label}（待区里明确）`)].join("、");
};

/** Return what *say* says of each result, once for all members of whom it says the same. */
function together(household, group, say) {
  const said = new Map();
  for (const result of group) said.set(say(result), [...(said.get(say(result)) || []), result]);
  return [...said].map(([words, results]) => `${whose(household, results)}：${words}`).join("；");
}

const table = (heads, rows) =>
  rows.length
    ? el(
        "table",
        {},
        el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
        el("tbody", {}, rows.map((row) => el("tr", {}, row.map((cell) => el("td", {}, cell))))),
      )
    : el("p", {}, "无");
