// The audit trail: who did what, when, from where and on what; by day and action, the newest first, and as a file.

import { getJson } from "../api.js";
import { el, replace } from "../dom.js";
import * as packs from "../packs.js";
import { busily } from "./busy.js";
import { download } from "./download.js";
import { moment, placeWords, table } from "./table.js";

const HEADS = ["编号", "时间", "谁", "做了什么", "对什么", "从哪里"];
const OTHERS = { platform: "一门受理平台" };
const FORMATS = [["csv", "导出（CSV，可用 Excel 打开）"], ["jsonl", "导出（JSON，供程序使用）"]];

export async function page(main) {
  const [{ actions }, ready] = await Promise.all([getJson("v1/audit/actions"), packs.load()]);
  const townships = ready ? ready.pack.townships : {};
  const wanted = { from: "", to: "", action: "" };
  const list = el("div", {});
  const files = el("div", { class: "row" });
  let found = [];
  let next = null;
  const asked = (more = {}) => new URLSearchParams(Object.entries({ ...wanted, ...more }).filter(([, value]) => value));
  async function more() {
    const part = await getJson(`v1/audit?${asked({ before: next || "" })}`);
    found = next ? [...found, ...part.events] : part.events;
    ({ next } = part);
    replace(
      list,
      found.length ? table("审计记录", HEADS, found.map((event) => row(event, townships))) : el("p", { class: "quiet" }, "没有这样的记录。"),
      next ? el("button", { type: "button", onclick: busily(more) }, "更早的") : null,
    );
  }
  const again = busily(async () => {
    next = null;
    replace(files, FORMATS.map(([form, words]) => download(`v1/audit/export?${asked({ format: form })}`, `审计记录.${form}`, words)));
    await more();
  });
  const choose = (name) => ({ target }) => {
    wanted[name] = target.value;
    again();
  };
  const day = (name, label) => el("div", {}, el("label", { for: `wanted-${name}` }, label), el("input", { id: `wanted-${name}`, type: "date", onchange: choose(name) }));
  replace(
    main,
    el("h1", {}, "审计记录"),
    el("p", { class: "quiet" }, "谁、何时、从哪里、对什么做了什么；没有填报的内容。查看和导出本身也有记录。"),
    el(
      "div",
      { class: "fields" },
      day("from", "从哪一天起"),
      day("to", "到哪一天为止（含）"),
      el(
        "div",
        {},
        el("label", { for: "wanted-action" }, "做了什么"),
        el("select", { id: "wanted-action", onchange: choose("action") }, el("option", { value: "" }, "不限"), actions.map(({ action, label }) => el("option", { value: action }, label))),
      ),
    ),
    files,
    list,
  );
  await again();
}

function row({ seq, at, client, client_name: name, role_label: role, region, action, action_label: label, outcome, object, address, route }, townships) {
  const who = client ? [name || OTHERS[client] || client, role, region && placeWords(region, townships)] : [address ? "没有认出是谁" : "服务自身或命令行"];
  return [String(seq), moment(at), who.filter(Boolean).join("，"), `${label || action}${outcomeWords(outcome)}`, object || "", [address, route].filter(Boolean).join("，")];
}

/** Return what an outcome adds to the action's own words: "refused:7" counts what was refused in the same way soon after. */
function outcomeWords(outcome) {
  const times = outcome.split(":")[1];
  return times ? `，同样的又有${times}次` : "";
}
