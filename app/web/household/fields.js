// Fields made from the data dictionary: a new fact is asked without further code.

import { el } from "../dom.js";

export const UNSURE = "不清楚";

/** Return the input of one fact; *change* is told the new value, or undefined for "不清楚". */
export function field(fact, value, id, change, faults = []) {
  const said = faults.length ? el("p", { class: "fault", id: `${id}-fault` }, faults.join("；")) : null;
  const hint = fact.hint ? el("p", { class: "hint", id: `${id}-hint` }, fact.hint) : null;
  const attributes = {
    id,
    "aria-invalid": faults.length ? "true" : null,
    "aria-describedby": [hint && hint.id, said && said.id].filter(Boolean).join(" ") || null,
  };
  const unit = fact.unit ? `（${fact.unit}）` : "";
  return el("div", {}, el("label", { for: id }, `${fact.label}${unit}`), input(fact, value, attributes, change), hint, said);
}

function input(fact, value, attributes, change) {
  switch (fact.kind) {
    case "yes_no":
      return select([["true", "是"], ["false", "否"]], value === undefined || value === null ? "" : String(value), attributes, (text) =>
        change(text === "" ? undefined : text === "true"),
      );
    case "choice":
      return select(fact.options.map(({ code, label }) => [code, label]), value || "", attributes, (code) => change(code || undefined));
    case "date":
      return el("input", { ...attributes, type: "date", min: "1896-01-01", value: value || "", onchange: ({ target }) => change(target.value || undefined) });
    default:
      return el("input", {
        ...attributes,
        type: "text",
        inputmode: fact.scale === 100 ? "decimal" : "numeric",
        value: value === undefined || value === null ? "" : String(value),
        onchange: ({ target }) => change(numberIn(target.value)),
      });
  }
}

function select(options, value, attributes, change) {
  return el(
    "select",
    { ...attributes, onchange: ({ target }) => change(target.value) },
    [["", UNSURE], ...options].map(([code, label]) => el("option", { value: code, selected: code === value }, label)),
  );
}

/** Return the number that a person typed, full-width digits too; undefined for nothing, the text where it is none. */
export function numberIn(text) {
  const plain = text.normalize("NFKC").replace(/[\s,]/g, "");
  if (plain === "") return undefined;
  return /^[0-9]+(\.[0-9]+)?$/.test(plain) ? Number(plain) : text;
}

/** Return the answers to a question as buttons; *answer* is told the value, undefined for "不清楚". */
export function answers(fact, id, answer) {
  const button = (label, value, extra = {}) => el("button", { type: "button", onclick: () => answer(value), ...extra }, label);
  const unsure = button(UNSURE, undefined);
  if (fact.kind === "yes_no") return el("div", { class: "options" }, button("是", true), button("否", false), unsure);
  if (fact.kind === "choice") {
    return el("div", { class: "options" }, fact.options.map(({ code, label }) => button(label, code)), unsure);
  }
  let typed;
  const typing = input(fact, undefined, { id, "aria-label": fact.label }, (value) => (typed = value));
  const done = (event) => {
    event.preventDefault();
    typing.dispatchEvent(new Event("change"));
    if (typed !== undefined) answer(typed);
    else typing.focus();
  };
  return el(
    "form",
    { class: "row", onsubmit: done },
    el("div", { class: "grow" }, typing),
    fact.unit ? el("span", {}, fact.unit) : null,
    el("button", { class: "main", type: "submit" }, "确定"),
    unsure,
  );
}
