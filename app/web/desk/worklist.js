// What each unit has to do: how much there is and how much is late, and one unit's cases, those due first on top.

import { getJson } from "../api.js";
import { el, replace } from "../dom.js";
import * as packs from "../packs.js";
import { current } from "../session.js";
import { busily } from "./busy.js";
import { placeWords, table } from "./table.js";

const STATES = {
  pending: "待送达",
  delivered: "已送达",
  accepted: "已受理",
  correction: "待补正",
  publicised: "公示中",
  returned: "已退回",
  approved: "已办结（同意）",
  refused: "已办结（不同意）",
  withdrawn: "已撤销",
};
const OVERDUE = { acceptance: "逾期未受理", completion: "逾期未办结" };

export async function page(main, code) {
  const unit = code || current().who.unit;
  if (unit) return ofUnit(main, unit);
  const { counts } = await getJson("v1/worklists");
  const total = (name) => counts.reduce((sum, count) => sum + count[name], 0);
  replace(
    main,
    el("h1", {}, "办理进度"),
    el("p", {}, `在办${total("open")}件，其中待受理${total("awaiting_acceptance")}件；逾期未受理${total("acceptance_overdue")}件，逾期未办结${total("completion_overdue")}件。`),
    counts.length
      ? table(
          "各单位、各镇（街道）的件数",
          ["办理单位", "镇（街道）", "在办", "待受理", "逾期未受理", "逾期未办结"],
          counts.map((count) => [
            el("a", { href: `#/work/${count.unit.code}` }, count.unit.name),
            count.township ? count.township.name : "未填地区",
            count.open,
            count.awaiting_acceptance,
            late(count.acceptance_overdue),
            late(count.completion_overdue),
          ]),
        )
      : el("p", { class: "quiet" }, "还没有转交的件。"),
  );
  return null;
}

const late = (number) => (number ? el("strong", { class: "fault" }, String(number)) : 0);

async function ofUnit(main, code) {
  const ready = await packs.load();
  const wanted = { which: "open", overdue: "", state: "", policy: "", region: "" };
  const list = el("div", {});
  const found = [];
  let next = null;
  async function more() {
    const given = Object.entries({ ...wanted, after: next || "" }).filter(([, value]) => value);
    const part = await getJson(`v1/units/${code}/worklist?${new URLSearchParams(given)}`);
    found.push(...part.cases);
    ({ next } = part);
    replace(
      list,
      found.length ? cases(`${part.unit.name}的件`, found, ready && ready.pack) : el("p", { class: "quiet" }, "没有这样的件。"),
      next ? el("button", { type: "button", onclick: busily(more) }, "再看一些") : null,
    );
    return part;
  }
  const again = busily(async () => {
    found.length = 0;
    next = null;
    await more();
  });
  const choice = (name, label, options) =>
    el(
      "div",
      {},
      el("label", { for: `wanted-${name}` }, label),
      el(
        "select",
        {
          id: `wanted-${name}`,
          onchange: ({ target }) => {
            wanted[name] = target.value;
            again();
          },
        },
        options.map(([value, words]) => el("option", { value }, words)),
      ),
    );
  const { unit } = await more();
  const pack = ready && ready.pack;
  replace(
    main,
    el("h1", {}, `${unit.name}的工作`),
    el(
      "div",
      { class: "fields tight no-print" },
      choice("which", "在办还是已结", [["open", "在办"], ["closed", "已结"]]),
      choice("overdue", "逾期", [["", "不限"], ...Object.entries(OVERDUE)]),
      choice("state", "状态", [["", "不限"], ...Object.entries(STATES)]),
      choice("policy", "政策", [["", "不限"], ...(pack ? pack.policies.filter(({ handling_unit: by }) => by === code).map((policy) => [policy.code, policy.title]) : [])]),
      choice("region", "镇（街道）", [["", "不限"], ...(pack ? Object.entries(pack.townships) : [])]),
    ),
    list,
    current().who.unit ? null : el("p", {}, el("a", { href: "#/work" }, "各单位的件数")),
  );
  return null;
}

/** Return a table of cases, each leading to its page. */
const cases = (caption, listed, pack) =>
  table(
    caption,
    ["件号", "政策", "对象", "状态", "期限"],
    listed.map((one) => [el("a", { href: `#/case/${one.id}` }, one.case_no), one.title, subjectWords(one.subject, pack), stateWords(one), dueWords(one)]),
  );

/** Return whom a case is about, by the references that were given: no names come here. */
export const subjectWords = ({ household, member, region_code: region }, pack) =>
  [household ? `户${household}` : "未填户编号", member && `人口${member}`, region && placeWords(region, pack ? pack.townships : {})].filter(Boolean).join("，");

const stateWords = ({ state_label: label, priority, priority_label: words }) => el("span", {}, label, priority === "urgent" ? el("strong", { class: "fault" }, ` ${words}`) : "");

/** Return until when a case is to be accepted or finished, and whether that is past. */
export function dueWords({ open, state, overdue, accept_by: accept, finish_by: finish }) {
  if (!open) return "";
  const [due, what] = state === "pending" || state === "delivered" ? [accept, "受理"] : [finish, "办结"];
  return el("span", { class: overdue ? "fault" : null }, `最迟${due.date}${what}${due.estimated ? "（预计）" : ""}`, overdue ? `，${OVERDUE[overdue]}` : "");
}
