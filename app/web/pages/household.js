// One household: who lives there, the next question, what they qualify for. After each answer all of it is new.

import { el, replace, tell } from "../dom.js";
import * as households from "../households.js";
import * as packs from "../packs.js";
import { completedYears } from "../rules/days.js";
import { readCertificate, readIdNumber } from "../rules/identity.js";
import { digest, messageOf, sync } from "../sync.js";
import { answers, field } from "./fields.js";
import { notice } from "./notice.js";
import { results } from "./results.js";
import { headOf, memberName, screened } from "./screened.js";

const SAVE_AFTER = 400;

export async function page(main, id) {
  const [household, ready] = await Promise.all([households.load(id), packs.load()]);
  if (!household || !ready) {
    const said = household ? "还没有取到政策内容：请在有网络的地方打开一次。" : "本机上没有这一户，可能已删除或已退出登录。";
    replace(main, el("p", { class: "notice" }, said), el("p", {}, el("a", { href: "#/" }, "回到各户")));
    return null;
  }
  const visit = new Visit(main, household, ready.pack);
  visit.draw();
  const stop = households.onChange((changed) => changed === id && visit.changedElsewhere());
  return () => {
    stop();
    visit.leave();
  };
}

class Visit {
  constructor(main, household, pack) {
    Object.assign(this, { main, household, pack, chosen: "eligible", timer: null, saving: Promise.resolve(), other: null, said: {} });
  }

  // ── changes ──

  /** Take over a change of what was entered. */
  change(mutate) {
    const household = JSON.parse(JSON.stringify(this.household));
    mutate(household);
    if (household.state !== "draft") Object.assign(household, { state: "draft", problem: null });
    this.household = household;
    this.draw();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), SAVE_AFTER);
  }

  /** Keep what was entered on the device; one after the other, as each builds on the version before. */
  keep(message = null) {
    clearTimeout(this.timer);
    this.timer = null;
    this.saving = this.saving.then(async () => {
      if (this.other) return null;
      const kept = await households.keep(this.household, message);
      if (kept) this.household.version = kept.version;
      else await this.changedElsewhere();
      return kept;
    });
    return this.saving;
  }

  leave() {
    if (this.timer) this.keep();
  }

  async changedElsewhere() {
    const there = await households.load(this.household.id);
    if (!there || there.version <= this.household.version) return;
    const entered = ({ wire, names, unsure }) => JSON.stringify([wire, names, unsure]);
    if (!this.timer && entered(there) === entered(this.household)) {
      this.household = there;
    } else if (this.timer) {
      this.other = there;
    } else {
      this.household = there;
      tell("这一户在另一个窗口里有改动，已更新。");
    }
    this.draw();
  }

  /** Settle a conflict with another window: keep this one's entries, or take the other's. */
  settleConflict(mine) {
    const there = this.other;
    this.other = null;
    this.household = mine ? { ...this.household, version: there.version } : there;
    if (mine) this.keep();
    this.draw();
  }

  set(path, value) {
    this.change(({ wire }) => {
      const [key, place] = path;
      const holder = place === null ? wire : wire.members[place];
      if (value === undefined) delete holder[key];
      else holder[key] = value;
    });
  }

  answer({ fact, member }, value) {
    const { entity, key } = this.pack.facts.get(fact);
    const place = entity === "household" ? null : this.household.wire.members.findIndex(({ reference }) => reference === member);
    if (value === undefined) this.change(({ unsure }) => unsure.push(questionId({ fact, member })));
    else this.set([key, place], value);
  }

  async save() {
    const found = screened(this.pack, this.household);
    if (!found.answer) {
      tell("请先改正标出的内容。", "bad");
      return;
    }
    const message = messageOf(this.household, found.day);
    Object.assign(this.household, { state: "queued", sent: message.key, problem: null, local: digest(found.answer) });
    if (await this.keep(message)) {
      this.draw();
      tell(navigator.onLine ? "正在发送。" : "没有网络，已存在本机，有网络时自动发送。");
      sync();
    }
  }

  async remove() {
    if (!confirm("从本机删除这一户？已发送到服务的记录不受影响。")) return;
    clearTimeout(this.timer);
    this.timer = null;
    await households.forget(this.household.id);
    location.hash = "#/";
  }

  // ── what shows ──

  draw() {
    const { household, pack } = this;
    const found = screened(pack, household);
    this.faults = found.faults;
    replace(
      this.main,
      el("h1", { class: "no-print" }, headOf(household)),
      this.other ? this.conflict() : null,
      this.stateWords(found),
      this.members(),
      found.answer ? this.question(found.answer) : this.corrections(),
      found.answer
        ? el("section", { "aria-label": "结果", class: "no-print" }, el("h2", {}, "结果"), results(pack, household, found.answer, this.chosen, (verdict) => this.choose(verdict)))
        : null,
      this.everything(),
      el(
        "div",
        { class: "row no-print" },
        el("button", { class: "main", id: "save", type: "button", onclick: () => this.save(), disabled: !found.answer || household.state === "queued" }, household.state === "saved" ? "已保存" : "保存到服务"),
        el("button", { type: "button", id: "print", onclick: () => print(), disabled: !found.answer }, "打印告知单"),
        el("button", { class: "plain", type: "button", onclick: () => this.remove() }, "从本机删除"),
      ),
      found.answer ? notice(pack, household, found.answer, found.day) : null,
    );
  }

  choose(verdict) {
    this.chosen = verdict;
    this.draw();
  }

  conflict() {
    return el(
      "div",
      { class: "bad no-print", role: "alert" },
      el("p", {}, "这一户在另一个窗口里也改了。用哪一边的？"),
      el(
        "div",
        { class: "row" },
        el("button", { type: "button", onclick: () => this.settleConflict(true) }, "用这个窗口的"),
        el("button", { type: "button", onclick: () => this.settleConflict(false) }, "用另一个窗口的"),
      ),
    );
  }

  stateWords(found) {
    const { state, saved, problem, local } = this.household;
    if (state === "refused" && problem) {
      return el(
        "div",
        { class: "bad no-print", role: "alert" },
        el("p", {}, `服务没有接受：${problem.message}`),
        el("ul", {}, problem.errors.map(({ message }) => el("li", {}, message))),
      );
    }
    if (state === "saved" && saved && differing(local, saved.answer).length) {
      const titles = differing(local, saved.answer).map((code) => this.pack.byCode.get(code)).filter(Boolean).map(({ title }) => title);
      return el("div", { class: "notice no-print", role: "alert" }, el("p", {}, `服务上的政策比本机的新，${titles.length}项结果不同：${titles.join("、")}。请以服务的为准，连上网络后本机会更新。`));
    }
    return el("p", { class: "quiet no-print" }, `${households.STATES[state]}　筛查日期 ${found.day}`);
  }

  corrections() {
    return el(
      "section",
      { class: "card bad no-print", role: "alert" },
      el("h2", {}, "请先改正"),
      el("ul", {}, this.faults.map(({ field: at, message }) => el("li", {}, el("a", { href: "#", onclick: (event) => this.go(event, at) }, `${this.whose(at)}${message}`)))),
    );
  }

  whose(at) {
    const found = /^household\.members\[([0-9]+)\]/.exec(at);
    return found ? `${memberName(this.household, this.household.wire.members[found[1]].reference || String(Number(found[1]) + 1))}：` : "";
  }

  go(event, at) {
    event.preventDefault();
    const target = document.getElementById(fieldId(at));
    if (!target) return;
    for (let holder = target.closest("details"); holder; holder = holder.parentElement.closest("details")) holder.open = true;
    target.focus();
  }

  faultsAt(at) {
    return this.faults.filter(({ field: where }) => where === at).map(({ message }) => message);
  }

  // ── the next question ──

  question({ questions }) {
    const { household, pack } = this;
    const open = questions.filter((question) => !household.unsure.includes(questionId(question)));
    const [next] = open;
    const skipped = questions.length - open.length;
    const again = skipped
      ? el("button", { class: "plain", type: "button", onclick: () => this.change((changed) => (changed.unsure = [])) }, `再问“不清楚”的${skipped}项`)
      : null;
    if (!next) {
      return el(
        "section",
        { class: "card no-print", "aria-label": "下一问" },
        el("p", { role: "status" }, skipped ? "能问的都问过了，其余要核实后再筛查。" : "没有要问的了：结果不会再因回答而改变。"),
        again,
      );
    }
    const fact = pack.facts.get(next.fact);
    const bears = [...next.could_settle, ...next.sets_amount];
    const titles = bears.slice(0, 3).map((code) => pack.byCode.get(code).title);
    return el(
      "section",
      { class: "card ask no-print", "aria-label": "下一问" },
      el("h2", { id: "question", "aria-live": "polite" }, next.member ? `${memberName(household, next.member)}：${fact.label}？` : `${fact.label}？`),
      fact.hint ? el("p", { class: "hint" }, fact.hint) : null,
      answers(fact, "answer", (value) => this.answer(next, value)),
      el("p", { class: "quiet" }, `关系到${titles.join("、")}${bears.length > 3 ? `等${bears.length}项` : ""}。还有${open.length}问可能改变结果。`),
      again,
    );
  }

  // ── members ──

  members() {
    const { wire } = this.household;
    return el(
      "section",
      { class: "no-print", "aria-label": "家庭成员" },
      el("h2", {}, `家庭成员（${wire.members.length}人）`),
      this.place(),
      wire.members.map((member, place) => this.member(member, place)),
      wire.members.length < this.pack.most.members ? el("button", { type: "button", id: "add-member", onclick: () => this.addMember() }, "加一名成员") : null,
    );
  }

  /** Return the choice of the township, which says whether the household is the district's own. */
  place() {
    const { region_code: code } = this.household.wire;
    const { townships } = this.pack;
    const chosen = Object.keys(townships).find((one) => code && code.startsWith(one)) || code || "";
    const others = code && !(chosen in townships) ? [[code, `区划代码 ${code}`]] : [];
    const options = [["", "不清楚"], ...Object.entries(townships), ...others];
    return el(
      "div",
      { class: "fields" },
      el(
        "div",
        {},
        el("label", { for: "place" }, "户籍所在乡镇（街道）"),
        el(
          "select",
          { id: "place", onchange: ({ target }) => this.set(["region_code", null], target.value || undefined) },
          options.map(([value, label]) => el("option", { value, selected: value === chosen }, label)),
        ),
        el("p", { class: "hint" }, "不是本区户籍的，在“家庭的全部情况”里填“本区户籍：否”。"),
      ),
    );
  }

  addMember() {
    this.change(({ wire }) => {
      const numbers = wire.members.map(({ reference }) => Number(reference)).filter(Number.isInteger);
      wire.members.push({ reference: String(Math.max(0, ...numbers) + 1) });
    });
    const added = document.getElementById(`member-${this.household.wire.members.length - 1}`);
    added.open = true;
    added.scrollIntoView({ block: "nearest" });
  }

  removeMember(place) {
    const name = memberName(this.household, this.household.wire.members[place].reference);
    if (!confirm(`去掉${name}？这名成员填写的内容会一并去掉。`)) return;
    this.change(({ wire, names }) => {
      const [{ reference }] = wire.members.splice(place, 1);
      delete names[reference];
    });
  }

  member(member, place) {
    const { names, wire } = this.household;
    const { reference } = member;
    const at = `household.members[${place}]`;
    return el(
      "details",
      { class: "card", id: `member-${place}`, open: wire.members.length === 1 && !member.birth_date && member.age === undefined },
      el("summary", {}, el("strong", {}, memberName(this.household, reference)), el("span", { class: "quiet" }, this.summary(member))),
      el(
        "div",
        { class: "fields" },
        this.text("称呼", `name-${place}`, names[reference] || "", "只存在本机，不发送；可以不填。", (text) =>
          this.change((household) => (text ? (household.names[reference] = text) : delete household.names[reference])),
        ),
        this.number("身份证号码", `id-${place}`, "填了就不用再填出生日期和性别；读完即丢，不保存。", place, readIdNumber, ({ birth_date, sex }) => ({ birth_date, sex })),
        this.number("残疾人证号码", `certificate-${place}`, "填了就不用再填残疾类别和等级；读完即丢，不保存。", place, readCertificate, ({ id, disability_category, disability_grade }) => ({
          birth_date: id.birth_date,
          sex: id.sex,
          disability_category,
          disability_grade,
        })),
        ["birth_date", "age", "sex"].map((key) => this.fact(`person.${key}`, place)),
      ),
      this.faultsAt(`${at}.reference`).map((said) => el("p", { class: "fault" }, said)),
      el("details", { id: `facts-${place}` }, el("summary", {}, "这名成员的全部情况"), el("div", { class: "fields" }, this.factsOf("person").filter(({ key }) => !["birth_date", "age", "sex"].includes(key)).map((fact) => this.fact(fact.name, place)))),
      wire.members.length > 1 ? el("button", { class: "plain", type: "button", onclick: () => this.removeMember(place) }, "去掉这名成员") : null,
    );
  }

  summary({ birth_date: born, age, sex, disability_grade: grade }) {
    const years = born ? completedYears(born, screened(this.pack, this.household).day) : age;
    const facts = this.pack.facts;
    return [
      years === undefined ? "年龄不清楚" : `${years}周岁`,
      sex && facts.get("person.sex").labels[sex],
      grade && grade !== "none" && `残疾${facts.get("person.disability_grade").labels[grade]}`,
    ]
      .filter(Boolean)
      .join(" · ");
  }

  text(label, id, value, hint, change) {
    const input = el("input", { id, type: "text", value, autocomplete: "off", maxlength: "30", "aria-describedby": `${id}-hint`, onchange: ({ target }) => change(target.value.trim()) });
    return el("div", {}, el("label", { for: id }, label), input, el("p", { class: "hint", id: `${id}-hint` }, hint));
  }

  /** Return the field of a number that is read for what it proves and not kept. */
  number(label, id, hint, place, read, proves) {
    const take = ({ target }) => {
      const text = target.value.trim();
      if (!text) return;
      const found = read(text);
      if (found.fault) {
        this.said[id] = { fault: found.fault };
        said.textContent = found.fault;
        said.className = "fault";
        return;
      }
      this.said[id] = { words: "已读取，号码没有保存。" };
      this.change(({ wire }) => {
        delete wire.members[place].age;
        Object.assign(wire.members[place], proves(found));
      });
      tell(this.said[id].words);
    };
    const before = this.said[id];
    const said = el("p", { class: before && before.fault ? "fault" : "hint", id: `${id}-said`, role: "status" }, before ? before.words || "" : "");
    return el(
      "div",
      {},
      el("label", { for: id }, label),
      el("input", { id, type: "text", inputmode: "text", autocomplete: "off", spellcheck: "false", "aria-describedby": `${id}-hint ${id}-said`, onchange: take }),
      el("p", { class: "hint", id: `${id}-hint` }, hint),
      said,
    );
  }

  // ── all facts ──

  factsOf(entity) {
    return [...this.pack.facts.values()].filter((fact) => fact.entity === entity);
  }

  fact(name, place) {
    const fact = this.pack.facts.get(name);
    const holder = place === null ? this.household.wire : this.household.wire.members[place];
    const at = place === null ? `household.${fact.key}` : `household.members[${place}].${fact.key}`;
    return field(fact, holder[fact.key], fieldId(at), (value) => this.set([fact.key, place], value), this.faultsAt(at));
  }

  everything() {
    return el(
      "details",
      { class: "card no-print", id: "everything" },
      el("summary", {}, "家庭的全部情况"),
      el(
        "div",
        { class: "fields" },
        this.text("户编号", fieldId("household.reference"), this.household.wire.reference || "", "可以沿用建档立卡的户编号；勿填证件号码、手机号码。", (text) => this.set(["reference", null], text || undefined)),
        this.factsOf("household").map((fact) => this.fact(fact.name, null)),
      ),
      this.faultsAt("household.reference").map((said) => el("p", { class: "fault" }, said)),
    );
  }
}

const questionId = ({ fact, member }) => `${fact} ${member || ""}`;

const fieldId = (at) => `f-${at.replace(/[^a-z0-9_]+/g, "-")}`;

/** Return the policies of which the two say different things. */
function differing(local, there) {
  if (!local || !there || local.policy_set === there.policy_set) return [];
  const keys = new Set([...Object.keys(local.verdicts), ...Object.keys(there.verdicts)]);
  return [...new Set([...keys].filter((key) => local.verdicts[key] !== there.verdicts[key]).map((key) => key.split(" ")[0]))];
}
