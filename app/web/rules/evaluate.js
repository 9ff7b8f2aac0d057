// Reads a rule for one household: the truth of a proposition, the bounds of a quantity, what is missing.
// A scope is { day, household, members, person }: facts by key, null where nobody knows, money in 分.

import { completedYears } from "./days.js";
import { allTrue, anyTrue, negate } from "./kleene.js";
import { figureOn } from "./pack.js";

export const FALSE = 0;
export const TRUE = 1;
export const OPEN = 2;
export const WAITING = 3;

/** Return the truth of a reading of one leaf. */
export const truthOfReading = (reading) => (reading > TRUE ? null : reading === TRUE);

export const of = (scope, person) => ({ ...scope, person });

/** Return the value of *fact*, or null; ages are reckoned on the day. */
export function valueOf(fact, scope) {
  const facts = fact.entity === "household" ? scope.household : scope.person;
  if (fact.since) {
    const start = known(facts[fact.since.key]);
    if (start !== null) return completedYears(start, scope.day);
  }
  return known(facts[fact.key]);
}

const known = (value) => (value === undefined ? null : value);

export function evaluate(rule, scope) {
  switch (rule.is) {
    case "yesNo":
      return valueOf(rule.fact, scope);
    case "in": {
      const chosen = valueOf(rule.fact, scope);
      return chosen === null ? null : rule.options.has(chosen);
    }
    case "compare":
      return compare(rule.operator, bounds(rule.left, scope), bounds(rule.right, scope));
    case "inForce":
      return rule.start <= scope.day && (rule.end === null || scope.day < rule.end);
    case "all":
      return allTrue(each(rule.parts, (part) => evaluate(part, scope)));
    case "any":
      return anyTrue(each(rule.parts, (part) => evaluate(part, scope)));
    case "not":
      return negate(evaluate(rule.part, scope));
    case "anyMember":
      return anyTrue(each(scope.members, (member) => evaluate(rule.test, of(scope, member))));
    case "everyMember":
      return allTrue(each(scope.members, (member) => evaluate(rule.test, of(scope, member))));
    case "group":
    case "condition":
      return evaluate(rule.part, scope);
    default:
      throw new Error(`${rule.is} has no truth`);
  }
}

// Lazily, so that what settles a rule ends the reading.
function* each(items, read) {
  for (const item of items) yield read(item);
}

function compare(operator, [leftLow, leftHigh], [rightLow, rightHigh]) {
  let [least, most] = [
    [leftLow, rightHigh],
    [leftHigh, rightLow],
  ];
  if (!operator.upward) [least, most] = [most, least];
  if (operator.apply(...least)) return true;
  return operator.apply(...most) ? null : false;
}

/** Return the least and the greatest that *quantity* can be. */
export function bounds(quantity, scope) {
  switch (quantity.is) {
    case "amount":
      return exactly(valueOf(quantity.fact, scope));
    case "figure": {
      const value = figureOn(quantity.figure, scope.day);
      return exactly(value && value.exact);
    }
    case "number":
      return [quantity.value, quantity.value];
    case "members":
      return [scope.members.length, scope.members.length];
    case "product": {
      const [left, right] = quantity.parts.map((part) => bounds(part, scope));
      // Nothing times without limit is nothing.
      const corners = left.flatMap((a) => right.map((b) => (a && b ? a * b : 0)));
      return [Math.min(...corners), Math.max(...corners)];
    }
    case "difference": {
      const [[low, high], [less, more]] = quantity.parts.map((part) => bounds(part, scope));
      return [low - more, high - less];
    }
    case "cases": {
      const found = possible(quantity, scope).map((branch) => bounds(branch, scope));
      if (!found.length) return [-Infinity, Infinity];
      return [Math.min(...found.map(([low]) => low)), Math.max(...found.map(([, high]) => high))];
    }
    case "named":
      return bounds(quantity.part, scope);
    default:
      throw new Error(`${quantity.is} has no bounds`);
  }
}

const exactly = (value) => (value === null ? [0, Infinity] : [value, value]);

/** Return the branches of a schedule that may apply; none where even that is unknown. */
export function possible(quantity, scope) {
  const branches = [];
  for (const [when, branch] of quantity.branches) {
    const truth = evaluate(when, scope);
    if (truth !== false) branches.push(branch);
    if (truth === true) return branches;
  }
  return quantity.otherwise ? [...branches, quantity.otherwise] : [];
}

/** Yield the facts and figures without which *rule* cannot be read, as { fact } or { figure }. */
export function* missing(rule, scope) {
  switch (rule.is) {
    case "yesNo":
    case "amount":
    case "in":
      if (valueOf(rule.fact, scope) === null) yield { fact: rule.fact };
      break;
    case "figure":
      if (figureOn(rule.figure, scope.day) === null) yield { figure: rule.figure };
      break;
    case "compare":
      if (evaluate(rule, scope) === null) {
        yield* missing(rule.left, scope);
        yield* missing(rule.right, scope);
      }
      break;
    case "product":
    case "difference":
    case "all":
    case "any":
      for (const part of rule.parts) yield* missing(part, scope);
      break;
    case "cases":
      for (const [when] of rule.branches) {
        const truth = evaluate(when, scope);
        if (truth === null) yield* missing(when, scope);
        else if (truth) break;
      }
      for (const branch of possible(rule, scope)) yield* missing(branch, scope);
      break;
    case "named":
    case "not":
    case "group":
    case "condition":
      yield* missing(rule.part, scope);
      break;
    case "anyMember":
    case "everyMember":
      for (const member of scope.members) {
        const seen = of(scope, member);
        if (evaluate(rule.test, seen) === null) yield* missing(rule.test, seen);
      }
      break;
    default:
  }
}

/** Return the reading of one leaf. */
export function read(leaf, scope) {
  const truth = evaluate(leaf, scope);
  if (truth !== null) return truth ? TRUE : FALSE;
  const absent = [...missing(leaf, scope)];
  const waits = leaf.is === "compare" ? absent.some((item) => item.figure) : !absent.some((item) => item.fact);
  return waits ? WAITING : OPEN;
}
