// A household that was saved on another device meanwhile: the two beside each other, and a person says which is true.

import { el } from "../dom.js";
import { compare } from "../households.js";
import { UNSURE } from "./fields.js";
import { memberName } from "./screened.js";

/** Return the choice between what is here and what was saved elsewhere, fact by fact; nothing of either goes unseen. */
export function differences(visit) {
  const { household, pack } = visit;
  const { at, wire: there } = household.conflict;
  const found = compare(household.wire, there);
  const chosen = found.map(() => "here");
  const boxes = found.map(({ member, key, here, elsewhere }, place) => {
    const box = (side, words) =>
      el("label", { class: "check" }, el("input", { type: "radio", name: `difference-${place}`, checked: side === "here", onchange: () => (chosen[place] = side) }), words);
    const say = (value) => (key === null ? (value ? "有这名成员" : "没有这名成员") : inWords(pack, member, key, value));
    return el(
      "fieldset",
      {},
      el("legend", {}, [member && memberName(household, member), key !== null && labelOf(pack, member, key)].filter(Boolean).join("：")),
      box("here", `本机：${say(here)}`),
      box("elsewhere", `别处：${say(elsewhere)}`),
    );
  });
  const settle = (event) => {
    event.preventDefault();
    visit.settleDevices(merged(household.wire, there, found.filter((one, place) => chosen[place] === "elsewhere")));
  };
  return el(
    "form",
    { class: "card ask no-print", onsubmit: settle },
    el("h2", {}, "这一户在别处也登记过"),
    el("p", { role: "alert" }, `${new Date(at).toLocaleString("zh-CN")}在另一部手机或电脑上保存过，与本机有${found.length}处不同。两边的记录都在；请逐项选定哪个对，再保存。`),
    boxes,
    el("button", { class: "main", type: "submit" }, found.length ? "按所选的保存" : "接着保存"),
  );
}

/** Return *here* with what is *taken* from elsewhere. */
function merged(here, there, taken) {
  const wire = JSON.parse(JSON.stringify(here));
  for (const { member, key, elsewhere } of taken) {
    if (key === null) {
      if (elsewhere) wire.members.push(there.members.find(({ reference }) => reference === member));
      else wire.members = wire.members.filter(({ reference }) => reference !== member);
      continue;
    }
    const holder = member === null ? wire : wire.members.find(({ reference }) => reference === member);
    if (elsewhere === undefined) delete holder[key];
    else holder[key] = elsewhere;
  }
  return wire;
}

const factOf = (pack, member, key) => pack.facts.get(`${member === null ? "household" : "person"}.${key}`);

const labelOf = (pack, member, key) => (factOf(pack, member, key) || { label: key === "region_code" ? "户籍所在地" : key }).label;

function inWords(pack, member, key, value) {
  const fact = factOf(pack, member, key);
  if (value === undefined || value === null) return UNSURE;
  if (key === "region_code") return pack.townships[value.slice(0, 9)] || value;
  if (typeof value === "boolean") return value ? "是" : "否";
  return (fact && fact.labels && fact.labels[value]) || `${value}${(fact && fact.unit) || ""}`;
}
