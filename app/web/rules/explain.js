// Says in Chinese what a rule tests and what the facts say about it.

import { inUnit } from "./amount.js";
import { bounds, evaluate, of, possible, valueOf } from "./evaluate.js";

const UNKNOWN = "未知";

/** Return what the facts say about the parts that settle *rule*, as one sentence. */
export const finding = (rule, scope) => joined(findings(rule, scope, true));

const joined = (said) => [...new Set(said)].join("；");

// Of groups within groups, only the outermost is named.
function* findings(rule, scope, naming) {
  const truth = evaluate(rule, scope);
  switch (rule.is) {
    case "yesNo":
    case "in":
      yield `${rule.fact.label}：${answerIn(rule.fact, valueOf(rule.fact, scope))}`;
      break;
    case "compare":
      yield comparison(rule, truth, scope);
      break;
    case "inForce":
      yield `${scope.day}${truth ? "" : "不"}在施行期内（${period(rule)}）`;
      break;
    case "all":
    case "any":
      for (const part of rule.parts) if (evaluate(part, scope) === truth) yield* findings(part, scope, naming);
      break;
    case "group":
      if (truth && naming) {
        const held = joined(findings(rule.part, scope, false));
        yield held.startsWith(rule.label) ? held : `属于${rule.label}（${held}）`;
        break;
      }
      yield* findings(rule.part, scope, naming);
      break;
    case "not":
    case "condition":
      yield* findings(rule.part, scope, naming);
      break;
    case "anyMember":
    case "everyMember":
      for (const [place, member] of scope.members.entries()) {
        const seen = of(scope, member);
        if (evaluate(rule.test, seen) === truth) {
          yield `第${place + 1}位成员${joined(findings(rule.test, seen, false))}`;
        }
      }
      break;
    default:
      throw new Error(`${rule.is} says nothing`);
  }
}

function comparison(rule, truth, scope) {
  const left = reading(rule.left, scope);
  const { phrase, denial } = rule.operator;
  if (truth === null) return `${left}，${phrase}${reading(rule.right, scope)}与否尚不能确定`;
  return `${left}，${truth ? phrase : denial}${reading(rule.right, scope, rule.left)}`;
}

/** Return the name and the value of *quantity*; a bare number bears no name. */
function reading(quantity, scope, beside = null) {
  const [low, high] = bounds(quantity, scope);
  const unit = unitOf(quantity) || (beside ? unitOf(beside) : "");
  if (quantity.is === "cases") {
    const branches = possible(quantity, scope);
    if (branches.length === 1) return reading(branches[0], scope);
  }
  const called = quantity.is === "number" ? "" : nameOf(quantity);
  return low === high ? `${called}${inUnit(low, unit)}${unit}` : `${called}${UNKNOWN}`;
}

/** Return the words for one answer to *fact*. */
export function answerIn(fact, value) {
  if (value === null || value === undefined) return UNKNOWN;
  if (value === true || value === false) return value ? "是" : "否";
  if (fact.kind === "amount") return `${inUnit(value, fact.unit)}${fact.unit}`;
  return fact.kind === "choice" ? fact.labels[value] : String(value);
}

function unitOf(quantity) {
  switch (quantity.is) {
    case "amount":
      return quantity.fact.unit;
    case "figure":
      return quantity.figure.unit;
    case "named":
      return quantity.unit;
    case "product":
    case "difference":
      return unitOf(quantity.parts[0]);
    case "cases":
      return unitOf(quantity.branches[0][1]);
    default:
      return "";
  }
}

/** Return what Chinese calls *quantity*. */
export function nameOf(quantity) {
  switch (quantity.is) {
    case "amount":
      return quantity.fact.label;
    case "figure":
      return quantity.figure.label;
    case "named":
      return quantity.label;
    case "number":
      return String(quantity.value / quantity.scale);
    case "members":
      return "家庭人口数";
    case "product":
      return quantity.parts.map(nameOf).join("×");
    case "difference":
      return `（${quantity.parts.map(nameOf).join("－")}）`;
    case "cases":
      return [
        ...quantity.branches.map(([when, branch]) => `${paraphrase(when)}时为${nameOf(branch)}`),
        ...(quantity.otherwise ? [`否则为${nameOf(quantity.otherwise)}`] : []),
      ].join("，");
    default:
      throw new Error(`${quantity.is} has no name`);
  }
}

/** Say what *rule* tests, from the tree alone. */
export function paraphrase(rule) {
  switch (rule.is) {
    case "yesNo":
      return rule.fact.label;
    case "compare": {
      const unit = rule.right.is === "number" ? unitOf(rule.left) : "";
      return `${nameOf(rule.left)}${rule.operator.symbol}${nameOf(rule.right)}${unit}`;
    }
    case "in": {
      const listed = rule.fact.options.filter(({ code }) => rule.options.has(code)).map(({ label }) => label);
      return `${rule.fact.label}为${listed.join("、")}`;
    }
    case "inForce":
      return `办理当日在${period(rule)}`;
    case "all":
      return rule.parts.map(bracketed).join("且");
    case "any":
      return rule.parts.map(bracketed).join("或");
    case "not":
      return `非${bracketed(rule.part)}`;
    case "anyMember":
      return `至少一名成员${bracketed(rule.test)}`;
    case "everyMember":
      return `每名成员${bracketed(rule.test)}`;
    case "group":
      return `${rule.label}（${paraphrase(rule.part)}）`;
    case "condition":
      return paraphrase(rule.part);
    default:
      throw new Error(`${rule.is} tests nothing`);
  }
}

const bracketed = (rule) =>
  ["yesNo", "compare", "in", "group"].includes(rule.is) ? paraphrase(rule) : `（${paraphrase(rule)}）`;

const period = ({ start, end }) => `${start}起${end === null ? "" : `，${end}前`}`;
