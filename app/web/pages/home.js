// The households on this device.

import { el, replace, tell } from "../dom.js";
import * as households from "../households.js";
import * as packs from "../packs.js";
import { headOf, screened } from "../household/screened.js";

export async function page(main) {
  const draw = async () => replace(main, ...(await parts()));
  await draw();
  return households.onChange(draw);
}

async function parts() {
  const [listed, ready] = await Promise.all([households.list(), packs.load()]);
  return [
    el("h1", {}, "各户"),
    el("div", { class: "row" }, el("button", { class: "main", id: "new", onclick: begin }, "新的一户")),
    packs.warnings().map((said) => el("p", { class: "notice", role: "alert" }, said)),
    listed.length
      ? el("ul", { class: "bare" }, listed.map((household) => item(household, ready)))
      : el("p", { class: "quiet" }, "本机上还没有登记的家庭。点“新的一户”，站在院子里一问一答就能筛查；没有网络也可以。"),
    ready ? el("p", { class: "quiet" }, `政策内容：${packs.dateOf(ready)}取得`) : null,
  ];
}

function item(household, ready) {
  const found = ready && screened(ready.pack, household);
  const counts = found && found.answer ? countsOf(found.answer) : null;
  return el(
    "li",
    { class: "card household" },
    el("h2", {}, el("a", { href: `#/household/${household.id}` }, headOf(household))),
    el(
      "p",
      { class: "row" },
      counts ? el("span", { class: "verdict eligible" }, `符合 ${counts.eligible}`) : null,
      counts ? el("span", { class: "verdict undetermined" }, `待核实 ${counts.undetermined}`) : null,
      found && found.faults.length ? el("span", { class: "fault" }, "有需要改正的内容") : null,
      el("span", { class: household.state === "refused" ? "fault" : "quiet" }, households.STATES[household.state]),
    ),
  );
}

const countsOf = ({ results }) =>
  results.reduce((counts, { verdict }) => ({ ...counts, [verdict]: counts[verdict] + 1 }), {
    eligible: 0,
    undetermined: 0,
    ineligible: 0,
  });

async function begin() {
  const kept = await households.keep(households.blank());
  if (kept) location.hash = `#/household/${kept.id}`;
  else tell("没有存下，请重试。", "bad");
}
