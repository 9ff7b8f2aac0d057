// What a list's households qualify for, handed over to the units from its results, some households at a time.

import { CallError, getJson, postJson } from "../api.js";
import { el, replace } from "../dom.js";
import { uuid } from "../households.js";
import { busily, wordsOf } from "./busy.js";
import { table } from "./table.js";

const TRIES = 5;
const PAUSE = 2000;
const REFUSED_SHOWN = 200;

/** Return the card that hands over what the list *batch* found; *counts* is where its numbers by policy are. */
export function handover(batch, counts) {
  const { qualifying } = batch.summary;
  const words = (number) => number.toLocaleString("zh-CN");
  const place = el("div", {}, el("p", { class: "quiet" }, "正在取数……"));
  getJson(counts).then(
    ({ policies }) => replace(place, form(batch.id, found(policies), words)),
    (error) => replace(place, el("p", { class: "bad" }, error instanceof CallError ? wordsOf(error) : "没有取到，请重试。")),
  );
  return el(
    "div",
    { class: "card" },
    el("h2", {}, "转交办理单位"),
    el("p", {}, `${words(qualifying)}户有符合的结果。转交前每户重新筛查一遍，与名单的结论一致的才转交；有退回行的户不转交。`),
    place,
  );
}

/** Return the policies for which somebody is eligible: { policy, title, number }. */
const found = (policies) =>
  policies
    .map(({ policy, title, eligible }) => ({ policy, title, number: eligible.reduce((sum, one) => sum + one, 0) }))
    .filter(({ number }) => number);

function form(id, policies, words) {
  const boxes = policies.map(({ policy, title, number }, place) => ({
    policy,
    number,
    title,
    box: el("input", { id: `list-hand-${place}`, type: "checkbox", onchange: count }),
  }));
  // None is chosen beforehand: what everybody is entitled to would make a case of each, to be taken back one by one.
  const all = el("button", { type: "button", onclick: () => mark(!every()) }, "全选");
  const button = el("button", { class: "main", id: "list-hand-over", type: "submit" });
  const result = el("div", { role: "status" });
  const chosen = () => boxes.filter(({ box }) => box.checked);
  const every = () => chosen().length === boxes.length;
  function mark(yes) {
    for (const { box } of boxes) box.checked = yes;
    count();
  }
  function count() {
    button.textContent = `转交符合的（${words(chosen().reduce((sum, { number }) => sum + number, 0))}项次）`;
    button.hidden = !chosen().length;
    all.textContent = every() ? "全不选" : "全选";
  }
  count();
  const titles = new Map(policies.map(({ policy, title }) => [policy, title]));
  const submit = busily(
    async () => {
      if (!confirm(`确定把所选的${chosen().length}项政策中符合的转交给办理单位吗？`)) return;
      await handOver(id, chosen().map(({ policy }) => policy), (state) => replace(result, told(state, titles, words)));
    },
    (said) => result.append(el("p", { class: "bad" }, `没有转交完：${said} 再点一次从头继续，已经转交的不会重复。`)),
  );
  return el(
    "form",
    { onsubmit: submit },
    el(
      "fieldset",
      { id: "list-hand-which" },
      el("legend", {}, "转交哪些政策"),
      all,
      el("ul", { class: "bare" }, boxes.map(({ title, number, box }) => el("li", { class: "check" }, box, el("label", { for: box.id }, `${title}（${words(number)}）`)))),
    ),
    button,
    result,
  );
}

/** Hand over page by page; *show* is told how far it is. */
async function handOver(id, policies, show) {
  const state = { made: 0, known: 0, refused: [], share: 0, done: false };
  show(state);
  for (let after = null; !state.done; ) {
    const part = await again({ policies, ...(after === null ? {} : { after }) }, id);
    const fresh = part.handoffs.filter((one) => one.is_new).length;
    state.made += fresh;
    state.known += part.handoffs.length - fresh;
    state.refused.push(...part.refused);
    after = part.next;
    state.done = after === null;
    state.share = state.done ? 1 : after / part.households;
    show(state);
  }
}

/** Post a page; an answer that was lost is asked for again, and comes once. */
async function again(order, id) {
  const once = uuid();
  for (let left = TRIES; ; left -= 1) {
    try {
      return await postJson(`v1/batches/${id}/handoffs`, order, { "Idempotency-Key": once });
    } catch (error) {
      if (!(error instanceof CallError) || !error.passes || left <= 1) throw error;
      await new Promise((resolve) => setTimeout(resolve, error.after * 1000 || PAUSE));
    }
  }
}

function told({ made, known, refused, share, done }, titles, words) {
  const heads = ["户编号", "人口编号", "政策", "没有转交的原因"];
  const rows = refused.slice(0, REFUSED_SHOWN).map(({ household, member, policy, reason }) => [household || "", member || "", policy ? titles.get(policy) || policy : "整户", reason]);
  return [
    done ? null : el("progress", { max: 1, value: share, "aria-label": "转交的进度" }),
    el("p", {}, `${done ? "已转交" : "正在转交，已转交"}${words(made)}件${known ? `，以前已转交的${words(known)}件` : ""}${refused.length ? `，没有转交的${words(refused.length)}项` : ""}。`),
    done && made ? el("p", {}, el("a", { href: "#/work" }, "查看办理情况")) : null,
    rows.length && done ? table("没有转交的", heads, rows) : null,
    refused.length > REFUSED_SHOWN && done ? el("p", { class: "quiet" }, `只显示前${REFUSED_SHOWN}项。`) : null,
  ];
}
