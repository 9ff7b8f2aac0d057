// What is entered of a household: the members as cards, the household itself, and what is wrong beside each field.

import { el, tell } from "../dom.js";
import { completedYears, today } from "../rules/days.js";
import { readCertificate, readIdNumber } from "../rules/identity.js";
import { field } from "./fields.js";
import { memberName } from "./screened.js";

/** What stands on the card itself; all else one level below. */
const FIRST = ["birth_date", "age", "sex"];

/** Return the township and the cards of all members; *wrong* are the faults of what was entered. */
export function members(visit, wrong) {
  const { wire } = visit.household;
  return el(
    "section",
    { class: "no-print", "aria-label": "家庭成员" },
    el("h2", {}, `家庭成员（${wire.members.length}人）`),
    township(visit),
    wire.members.map((member, place) => card(visit, wrong, member, place)),
    wire.members.length < visit.pack.most.members ? el("button", { type: "button", id: "add-member", onclick: () => add(visit) }, "加一名成员") : null,
  );
}

/** Return the choice of the township, which says whether the household is the district's own. */
function township(visit) {
  const { region_code: code } = visit.household.wire;
  const { townships } = visit.pack;
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
        { id: "place", onchange: ({ target }) => visit.set("region_code", null, target.value || undefined) },
        options.map(([value, label]) => el("option", { value, selected: value === chosen }, label)),
      ),
      el("p", { class: "hint" }, "不是本区户籍的，在“家庭的全部情况”里填“本区户籍：否”。"),
    ),
  );
}

function add(visit) {
  visit.change(({ wire }) => {
    const numbers = wire.members.map(({ reference }) => Number(reference)).filter(Number.isInteger);
    wire.members.push({ reference: String(Math.max(0, ...numbers) + 1) });
  });
  const last = visit.household.wire.members.length - 1;
  const added = document.getElementById(`member-${last}`);
  // Of twelve members, eleven open cards would lie between this one and the next question.
  for (let place = 0; place <= last; place += 1) document.getElementById(`member-${place}`).open = place === last;
  added.scrollIntoView({ block: "nearest" });
}

function remove(visit, place) {
  const name = memberName(visit.household, visit.household.wire.members[place].reference);
  if (!confirm(`去掉${name}？这名成员填写的内容会一并去掉。`)) return;
  visit.change(({ wire, names }) => {
    const [{ reference }] = wire.members.splice(place, 1);
    delete names[reference];
    NUMBERS.forEach((kind) => delete visit.said[saidOf(kind, reference)]);
  });
  document.getElementById("add-member").focus();
}

function card(visit, wrong, member, place) {
  const { names, wire } = visit.household;
  const { reference } = member;
  const rest = factsOf(visit.pack, "person").filter(({ key }) => !FIRST.includes(key));
  return el(
    "details",
    { class: "card", id: `member-${place}`, open: wire.members.length === 1 && !member.birth_date && member.age === undefined },
    el("summary", {}, el("strong", {}, memberName(visit.household, reference)), el("span", { class: "quiet" }, inShort(visit.pack, member))),
    el(
      "div",
      { class: "fields" },
      text("称呼", `name-${place}`, names[reference], "只存在本机，不发送；可以不填。", (said) =>
        visit.change((household) => (said ? (household.names[reference] = said) : delete household.names[reference])),
      ),
      number(visit, "身份证号码", "id", "填了就不用再填出生日期和性别；读完即丢，不保存。", place, readIdNumber, ({ birth_date, sex }) => ({ birth_date, sex })),
      number(visit, "残疾人证号码", "certificate", "填了就不用再填残疾类别和等级；读完即丢，不保存。", place, readCertificate, ({ id, disability_category, disability_grade }) => ({
        birth_date: id.birth_date,
        sex: id.sex,
        disability_category,
        disability_grade,
      })),
      FIRST.map((key) => fact(visit, wrong, `person.${key}`, place)),
    ),
    faults(wrong, `household.members[${place}].reference`),
    el("details", { id: `facts-${place}` }, el("summary", {}, "这名成员的全部情况"), el("div", { class: "fields" }, rest.map(({ name }) => fact(visit, wrong, name, place)))),
    wire.members.length > 1 ? el("button", { class: "plain", type: "button", onclick: () => remove(visit, place) }, "去掉这名成员") : null,
  );
}

function inShort({ facts }, { birth_date: born, age, sex, disability_grade: grade }) {
  const years = born ? completedYears(born, today()) : age;
  return [
    years === undefined ? "年龄不清楚" : `${years}周岁`,
    sex && facts.get("person.sex").labels[sex],
    grade && grade !== "none" && `残疾${facts.get("person.disability_grade").labels[grade]}`,
  ]
    .filter(Boolean)
    .join(" · ");
}

const NUMBERS = ["id", "certificate"];

const saidOf = (kind, reference) => `${kind} ${reference}`;

/** Return the field of a number that is read for what it proves and not kept; one that is wrong stands there to be corrected. */
function number(visit, label, kind, hint, place, read, proves) {
  const id = `${kind}-${place}`;
  const key = saidOf(kind, visit.household.wire.members[place].reference);
  const take = ({ target }) => {
    const typed = target.value.trim();
    const found = typed ? read(typed) : {};
    if (found.fault || !typed) {
      visit.said[key] = { typed, fault: found.fault };
      show();
      return;
    }
    visit.said[key] = { words: "已读取，号码没有保存。" };
    visit.change(({ wire }) => {
      delete wire.members[place].age;
      Object.assign(wire.members[place], proves(found));
    });
    tell(visit.said[key].words);
  };
  const { typed = "" } = visit.said[key] || {};
  const said = el("p", { id: `${id}-said`, role: "status" });
  const input = el("input", { id, type: "text", inputmode: "text", autocomplete: "off", spellcheck: "false", value: typed, "aria-describedby": `${id}-said ${id}-hint`, onchange: take });
  function show() {
    const { words, fault } = visit.said[key] || {};
    input.setAttribute("aria-invalid", String(Boolean(fault)));
    said.className = fault ? "fault" : "hint";
    said.textContent = fault || words || "";
  }
  show();
  return el("div", {}, el("label", { for: id }, label), input, el("p", { class: "hint", id: `${id}-hint` }, hint), said);
}

// ── fields ──

/** Return the facts of the dictionary about *entity*: "household" or "person". */
const factsOf = (pack, entity) => [...pack.facts.values()].filter((one) => one.entity === entity);

/** Return the id of the field at a place such as "household.members[0].age". */
const fieldId = (at) => `f-${at.replace(/[^a-z0-9_]+/g, "-")}`;

/** Return the field of the fact *name*, of the member at *place* or of the household where it is null. */
function fact(visit, wrong, name, place) {
  const found = visit.pack.facts.get(name);
  const { wire } = visit.household;
  const [holder, at] = place === null ? [wire, "household"] : [wire.members[place], `household.members[${place}]`];
  const where = `${at}.${found.key}`;
  const said = wrong.filter((fault) => fault.field === where).map(({ message }) => message);
  return field(found, holder[found.key], fieldId(where), (value) => visit.set(found.key, place, value), said);
}

/** Return a field of words that are no fact. */
function text(label, id, value, hint, change) {
  return el(
    "div",
    {},
    el("label", { for: id }, label),
    el("input", { id, type: "text", value: value || "", autocomplete: "off", maxlength: "30", "aria-describedby": `${id}-hint`, onchange: ({ target }) => change(target.value.trim()) }),
    el("p", { class: "hint", id: `${id}-hint` }, hint),
  );
}

/** Return what is wrong at a place that has no field of a fact. */
const faults = (wrong, at) => wrong.filter(({ field: where }) => where === at).map(({ message }) => el("p", { class: "fault" }, message));

/** Return all that may be known of the household itself. */
export function everything(visit, wrong) {
  const { wire } = visit.household;
  return el(
    "details",
    { class: "card no-print", id: "everything" },
    el("summary", {}, "家庭的全部情况"),
    el(
      "div",
      { class: "fields" },
      text("户编号", fieldId("household.reference"), wire.reference, "可以沿用建档立卡的户编号；勿填证件号码、手机号码。", (said) => visit.set("reference", null, said || undefined)),
      factsOf(visit.pack, "household").map(({ name }) => fact(visit, wrong, name, null)),
    ),
    faults(wrong, "household.reference"),
  );
}

/** Return what is to be put right before anything is screened, each leading to its field. */
export function corrections(visit, wrong) {
  const whose = (at) => {
    const found = /^household\.members\[([0-9]+)\]/.exec(at);
    return found ? `${memberName(visit.household, visit.household.wire.members[found[1]].reference || String(Number(found[1]) + 1))}：` : "";
  };
  return el(
    "section",
    { class: "card bad no-print", id: "faults", tabindex: "-1", role: "alert" },
    el("h2", {}, "请先改正"),
    el("ul", {}, wrong.map(({ field: at, message }) => el("li", {}, el("a", { href: "#", onclick: (event) => go(event, at) }, `${whose(at)}${message}`)))),
  );
}

function go(event, at) {
  event.preventDefault();
  const target = document.getElementById(fieldId(at));
  if (!target) return;
  for (let holder = target.closest("details"); holder; holder = holder.parentElement.closest("details")) holder.open = true;
  target.focus();
}
