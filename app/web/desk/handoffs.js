// A household's results on their way: handed over to the units with one tap, and what became of each.

import { getJson, postJson } from "../api.js";
import { el, replace, tell } from "../dom.js";
import { uuid } from "../households.js";
import { headOf, memberName } from "../household/screened.js";
import { may } from "../session.js";
import { busily } from "./busy.js";
import { download, share } from "./download.js";
import { dueWords } from "./worklist.js";

/** Fill *place* with the hand-overs of a household that is saved at the service. */
export async function handoffs(place, household, pack) {
  const { id } = household.saved;
  const draw = async () => replace(place, parts(await known(id), household, pack, draw));
  const again = () => handoffs(place, household, pack);
  await busily(draw, (words) => {
    replace(place, el("p", { class: "notice" }, `转交情况没有取到：${words}`), el("button", { type: "button", onclick: again }, "重试"));
  })();
}

async function known(id) {
  const found = [];
  for (let next = ""; next !== null; ) {
    const part = await getJson(`v1/handoffs?screening=${id}${next && `&after=${next}`}`);
    found.push(...part.handoffs);
    ({ next } = part);
  }
  return found;
}

function parts(cases, household, pack, draw) {
  const results = resultsOf(household, pack);
  const caseOf = ({ policy, member }) => cases.find((one) => one.policy === policy && (one.subject.member || null) === (member || null));
  const open = results.filter((result) => !caseOf(result));
  const path = `v1/screenings/${household.saved.id}/notice?format=pdf`;
  return [
    el("h2", {}, "转交办理"),
    cases.length ? el("ul", { class: "bare" }, cases.map((one) => item(one, household))) : null,
    open.length && may("handoffs.create") ? choosing(open, household, draw) : null,
    open.length || cases.length ? null : el("p", { class: "quiet" }, "没有可以转交的结果。"),
    el("div", { class: "row" }, download(path, "一次性告知单.pdf", "下载告知单（PDF）"), share(path, "一次性告知单.pdf", `${headOf(household)}的告知单`)),
  ];
}

/** Return the results that the service has stored and that may be handed over: { policy, member, verdict, title, whom }. */
function resultsOf(household, pack) {
  return Object.entries(household.saved.answer.verdicts).map(([key, verdict]) => {
    const [policy, position] = key.split(" ");
    const member = position === "" ? null : household.wire.members[Number(position)].reference || null;
    const found = pack.byCode.get(policy);
    return { policy, member, verdict, title: found ? found.title : policy, whom: member ? memberName(household, member) : "全家" };
  });
}

function item(one, household) {
  const { member } = one.subject;
  return el(
    "li",
    { class: "card" },
    el("h3", {}, el("a", { href: `#/case/${one.id}` }, one.title), `（${member ? memberName(household, member) : "全家"}）`),
    el("p", {}, el("strong", {}, one.state_label), ` ${one.unit.name}`),
    el("p", {}, dueWords(one)),
  );
}

function choosing(open, household, draw) {
  // Handed over twice by a second tap or a lost answer, it is one case.
  const once = uuid();
  const boxes = open.map((result, place) => ({
    result,
    box: el("input", { id: `hand-${place}`, type: "checkbox", checked: result.verdict === "eligible", onchange: count }),
  }));
  const urgent = el("input", { id: "urgent", type: "checkbox" });
  const button = el("button", { class: "main", id: "hand-over", type: "submit" });
  const chosen = () => boxes.filter(({ box }) => box.checked).map(({ result }) => result);
  const priority = el("div", { class: "check" }, urgent, el("label", { for: "urgent" }, "急难，请优先办理"));
  function count() {
    button.textContent = `转交办理单位（${chosen().length}项）`;
    button.hidden = priority.hidden = !chosen().length;
  }
  count();
  const submit = busily(async () => {
    const picked = chosen().map(({ policy, member }) => (member ? { policy, member } : { policy }));
    const order = { screening: household.saved.id, results: picked, priority: urgent.checked ? "urgent" : "normal", channel: "phone" };
    await postJson("v1/handoffs", order, { "Idempotency-Key": once });
    tell(`已转交${picked.length}项，办理单位会按期限受理。`);
    await draw();
  });
  return el(
    "form",
    { class: "card", onsubmit: submit },
    el("details", { id: "hand-which" }, el("summary", {}, chosen().length ? "选择转交哪些" : "还可以转交的"), el("ul", { class: "bare" }, boxes.map(({ result, box }) => choice(box, `${result.title}（${result.whom}）${result.verdict === "eligible" ? "" : "：待核实"}`)))),
    priority,
    button,
  );
}

const choice = (box, words) => el("li", { class: "check" }, box, el("label", { for: box.id }, words));
