// 一次性告知单: one printed page of what the household qualifies for, what is missing, where to go, by which clause.

import { el } from "../dom.js";
import { headOf, memberName } from "./screened.js";

/** Return the notice of a household's answer; it shows on paper only. */
export function notice(pack, household, answer, day) {
  const of = (verdict) => answer.results.filter((result) => result.verdict === verdict);
  const whom = ({ subject }) => (subject.kind === "household" ? "全家" : memberName(household, subject.reference));
  return el(
    "section",
    { class: "print" },
    el("h1", {}, "惠民政策一次性告知单"),
    el("p", {}, `${headOf(household)}　筛查日期：${day}`),
    el("h2", {}, `一、符合条件的（${of("eligible").length}项）`),
    table(
      ["项目", "对象", "标准", "到哪里办", "要带的材料", "依据"],
      of("eligible").map((result) => [
        result.title,
        whom(result),
        result.amount.text,
        `${result.handling_unit.name}；${result.next.where}`,
        result.next.materials.join("、"),
        clauses(result),
      ]),
    ),
    el("h2", {}, `二、还要核实的（${of("undetermined").length}项）`),
    table(
      ["项目", "对象", "还要了解或明确的", "办理单位"],
      of("undetermined").map((result) => [
        result.title,
        whom(result),
        [
          ...result.missing_facts.map(({ label, member }) => (member ? `${memberName(household, member)}的${label}` : label)),
          ...result.missing_figures.map(({ label }) => `${label}（待区里明确）`),
        ].join("、"),
        result.handling_unit.name,
      ]),
    ),
    el("p", {}, answer.notice),
    el("p", {}, `政策版本：${answer.policy_set.slice(0, 15)}　程序版本：${answer.release}`),
  );
}

const clauses = ({ reasons }) => [...new Set(reasons.map(({ citation }) => `《${citation.document}》${citation.clause || ""}`))].join("；");

const table = (heads, rows) =>
  rows.length
    ? el(
        "table",
        {},
        el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
        el("tbody", {}, rows.map((row) => el("tr", {}, row.map((cell) => el("td", {}, cell))))),
      )
    : el("p", {}, "无");
