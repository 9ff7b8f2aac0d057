// One household: who lives there, the next question, what they qualify for. After each answer all of it is new.

import { el, replace } from "../dom.js";
import * as households from "../households.js";
import * as packs from "../packs.js";
import { may } from "../session.js";
import { answers } from "../household/fields.js";
import { differences } from "../household/differences.js";
import { corrections, everything, members } from "../household/members.js";
import { notice } from "../household/notice.js";
import { results } from "../household/results.js";
import { headOf, memberName, screened } from "../household/screened.js";
import { questionId, Visit } from "../household/visit.js";

const TITLES = 3;

export async function page(main, id) {
  const [household, ready] = await Promise.all([households.load(id), packs.load()]);
  if (!household || !ready) {
    const said = household ? packs.warnings() : ["本机上没有这一户，可能已删除或已退出登录。"];
    replace(main, el("h1", {}, "这一户打不开"), said.map((one) => el("p", { class: "notice" }, one)), el("p", {}, el("a", { href: "#/" }, "回到各户")));
    return null;
  }
  let chosen = "eligible";
  const draw = () =>
    replace(
      main,
      ...parts(visit, chosen, (verdict) => {
        chosen = verdict;
        draw();
      }),
    );
  const visit = new Visit(household, ready.pack, draw);
  draw();
  const stop = households.onChange((changed) => changed === id && visit.changedElsewhere());
  return () => {
    stop();
    visit.leave();
  };
}

function parts(visit, chosen, choose) {
  const { household, pack } = visit;
  const { answer, faults, day } = screened(pack, household);
  return [
    el("h1", { class: "no-print" }, headOf(household)),
    visit.other ? conflict(visit) : null,
    household.conflict ? differences(visit) : null,
    packs.warnings().map((said) => el("p", { class: "notice no-print", role: "alert" }, said)),
    standing(visit, day),
    members(visit, faults),
    answer ? question(visit, answer) : corrections(visit, faults),
    answer ? el("section", { "aria-label": "结果", class: "no-print" }, el("h2", {}, "结果"), results(pack, household, answer, chosen, choose)) : null,
    everything(visit, faults),
    el(
      "div",
      { class: "row no-print" },
      el("button", { class: "main", id: "save", type: "button", onclick: () => visit.save(), disabled: !answer || household.state === "queued" }, household.state === "saved" ? "已保存" : "保存到服务"),
      el("button", { type: "button", id: "print", onclick: () => print(), disabled: !answer }, "打印告知单"),
      el("button", { class: "plain", type: "button", onclick: () => visit.remove() }, "从本机删除"),
    ),
    handover(visit),
    answer ? notice(pack, household, answer, day) : null,
  ];
}

/** Return where the results of a saved household are handed over; what shows there needs a network and comes with it. */
function handover(visit) {
  const { household, pack } = visit;
  if (household.state !== "saved" || !may("handoffs.read")) return null;
  const { id } = household.saved;
  if (!visit.handover || visit.handover.id !== id) {
    const place = el("section", { class: "no-print", "aria-label": "转交办理" });
    visit.handover = { id, place };
    const fill = () =>
      import("../desk/handoffs.js").then(
        ({ handoffs }) => handoffs(place, household, pack),
        () => {
          replace(place, el("p", { class: "notice" }, "有网络时，可以在这里转交办理单位、查看办理进度。"));
          addEventListener("online", fill, { once: true });
        },
      );
    fill();
  }
  return visit.handover.place;
}

// ── the next question ──

/** Return the question to ask next, of those of an answer; or that there is none. */
function question(visit, { questions }) {
  const { household, pack } = visit;
  const open = questions.filter((one) => !household.unsure.includes(questionId(one)));
  const [next] = open;
  const skipped = questions.length - open.length;
  const again = skipped
    ? el("button", { class: "plain", type: "button", onclick: () => visit.change((changed) => (changed.unsure = [])) }, `再问“不清楚”的${skipped}项`)
    : null;
  if (!next) {
    const said = skipped ? "能问的都问过了，其余要核实后再筛查。" : "没有要问的了：结果不会再因回答而改变。";
    return el("section", { class: "card no-print", id: "next", tabindex: "-1", "aria-label": "下一问" }, el("p", { role: "status" }, said), again);
  }
  const fact = pack.facts.get(next.fact);
  const bears = [...next.could_settle, ...next.sets_amount];
  const titles = bears.slice(0, TITLES).map((code) => pack.byCode.get(code).title);
  return el(
    "section",
    { class: "card ask no-print", id: "next", tabindex: "-1", "aria-label": "下一问" },
    el("h2", { id: "question", "aria-live": "polite" }, next.member ? `${memberName(household, next.member)}：${fact.label}？` : `${fact.label}？`),
    fact.hint ? el("p", { class: "hint" }, fact.hint) : null,
    answers(fact, "answer", (value) => {
      visit.answer(next, value);
      // What shows now is another question, or that there is none, or what is to be put right first.
      (document.getElementById("next") || document.getElementById("faults")).focus({ preventScroll: true });
    }),
    el("p", { class: "quiet" }, `关系到${titles.join("、")}${bears.length > TITLES ? `等${bears.length}项` : ""}。还有${open.length}问可能改变结果。`),
    again,
  );
}

// ── where it stands ──

/** Return how the household stands on *day*, in words. */
function standing({ household, pack }, day) {
  const { state, saved, problem, local } = household;
  if (state === "refused" && problem) {
    return el(
      "div",
      { class: "bad no-print", role: "alert" },
      el("p", {}, `服务没有接受：${problem.message}`),
      el("ul", {}, problem.errors.map(({ message }) => el("li", {}, message))),
    );
  }
  const other = state === "saved" && saved ? differing(local, saved.answer) : [];
  if (other.length) {
    const titles = other.map((code) => pack.byCode.get(code)).filter(Boolean).map(({ title }) => title);
    const said = `服务上的政策比本机的新，${titles.length}项结果不同：${titles.join("、")}。请以服务的为准，连上网络后本机会更新。`;
    return el("div", { class: "notice no-print", role: "alert" }, el("p", {}, said));
  }
  return el("p", { class: "quiet no-print" }, `${households.STATES[state]}　筛查日期 ${day}`);
}

/** Return the choice between what two windows entered. */
function conflict(visit) {
  const choice = (words, mine) => el("button", { type: "button", onclick: () => visit.settleConflict(mine) }, words);
  return el(
    "div",
    { class: "bad no-print", role: "alert" },
    el("p", {}, "这一户在另一个窗口里也改了。用哪一边的？"),
    el("div", { class: "row" }, choice("用这个窗口的", true), choice("用另一个窗口的", false)),
  );
}

/** Return the policies of which the two say different things. */
function differing(local, there) {
  if (!local || !there || local.policy_set === there.policy_set) return [];
  const keys = new Set([...Object.keys(local.verdicts), ...Object.keys(there.verdicts)]);
  return [...new Set([...keys].filter((key) => local.verdicts[key] !== there.verdicts[key]).map((key) => key.split(" ")[0]))];
}
