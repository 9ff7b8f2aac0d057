// Turns what a rule's leaves say into an answer. The parts that settle a rule are those that share its truth;
// an undetermined rule asks for a fact only if some answer to it, with answers to the other open facts, would
// settle the rule where leaving it open would not.

import { OPEN, WAITING, truthOfReading } from "./evaluate.js";
import { allTrue, anyTrue, negate } from "./kleene.js";

/** Return { truth, deciding, open, waiting, alone } of one reading per leaf; leaves by their place in the form. */
export function decide(form, readings) {
  const truths = readings.map(truthOfReading);
  const truth = truthOf(form.rule, form, truths);
  const deciding = new Set([...sharing(form.rule, form, truths)].map((leaf) => form.index.get(leaf)));
  if (truth !== null) return { truth, deciding, open: [], waiting: [], alone: new Set() };
  const unsettled = form.variables.filter((variable) =>
    variable.leaves.some((place) => truths[place] === null && deciding.has(place)),
  );
  const [asks, waits] = [OPEN, WAITING].map((reading) =>
    unsettled.filter((variable) => variable.leaves.some((place) => readings[place] === reading)),
  );
  const open = asks.filter((variable) => canMatter(variable, form, truths, asks));
  const waiting = waits.filter((variable) => canMatter(variable, form, truths, [...asks, ...waits]));
  const alone = open.filter((variable) => canSettle(variable, form, truths));
  const leaves = (variables) =>
    variables.flatMap((variable) => variable.leaves).filter((place) => truths[place] === null && deciding.has(place));
  return { truth, deciding, open: leaves(open), waiting: leaves(waiting), alone: new Set(leaves(alone)) };
}

/** Return the truth of *rule* from the truths of the form's leaves. */
export function truthOf(rule, form, truths) {
  switch (rule.is) {
    case "all":
      return allTrue(rule.parts.map((part) => truthOf(part, form, truths)));
    case "any":
      return anyTrue(rule.parts.map((part) => truthOf(part, form, truths)));
    case "not":
      return negate(truthOf(rule.part, form, truths));
    case "group":
    case "condition":
      return truthOf(rule.part, form, truths);
    default:
      return truths[form.index.get(rule)];
  }
}

function* sharing(rule, form, truths) {
  switch (rule.is) {
    case "all":
    case "any": {
      const whole = truthOf(rule, form, truths);
      for (const part of rule.parts) if (truthOf(part, form, truths) === whole) yield* sharing(part, form, truths);
      break;
    }
    case "not":
    case "group":
    case "condition":
      yield* sharing(rule.part, form, truths);
      break;
    default:
      yield rule;
  }
}

/** Whether one answer settles the rule with nothing else learned. */
function canSettle(variable, form, truths) {
  return variable.rows.some((row) => {
    const answered = [...truths];
    for (const [place, truth] of fresh(truths, variable, row)) answered[place] = truth;
    return truthOf(form.rule, form, answered) !== null;
  });
}

/** Return the leaves that an answer settles, leaving alone those settled before. */
const fresh = (truths, variable, row) =>
  variable.leaves.map((place, i) => [place, row[i]]).filter(([place]) => truths[place] === null);

// ── which answers can matter ──
//
// A pair is the truth of a node without and with the answer in question; a set of pairs (nine bits, ordered false,
// unknown, true) says which pairs the other open facts can bring about. Each fact that stands in the tree once
// varies freely; the few that stand more often are run through one by one.

const ORDER = [false, null, true];
const FREE = (1 << 0) | (1 << 4) | (1 << 8);
const MATTERS = (1 << 3) | (1 << 5); // unknown before, false or true after

const pair = (before, after) => 1 << (3 * ORDER.indexOf(before) + ORDER.indexOf(after));

function canMatter(variable, form, truths, free) {
  const others = free.filter((other) => other !== variable);
  const shared = others.filter((other) => other.occurrences > 1);
  const start = truths.map((truth) => pair(truth, truth));
  for (const other of others) if (other.occurrences === 1) start[other.leaves[0]] = FREE;
  for (const rows of product(shared.map((other) => [null, ...other.rows]))) {
    const pairs = [...start];
    rows.forEach((row, i) => {
      if (row) for (const [place, truth] of fresh(truths, shared[i], row)) pairs[place] = pair(truth, truth);
    });
    for (const row of variable.rows) {
      for (const [place, truth] of fresh(truths, variable, row)) pairs[place] = pair(null, truth);
      if (reachable(form.rule, form, pairs) & MATTERS) return true;
    }
  }
  return false;
}

function* product(lists) {
  if (!lists.length) {
    yield [];
    return;
  }
  const [first, ...rest] = lists;
  for (const item of first) for (const items of product(rest)) yield [item, ...items];
}

/** Return the set of pairs that *rule* can take. */
function reachable(rule, form, pairs) {
  switch (rule.is) {
    case "all":
    case "any": {
      const conjunction = rule.is === "all";
      return rule.parts.reduce(
        (result, part) => combined(conjunction, result, reachable(part, form, pairs)),
        pair(conjunction, conjunction),
      );
    }
    case "not":
      return negated(reachable(rule.part, form, pairs));
    case "group":
    case "condition":
      return reachable(rule.part, form, pairs);
    default:
      return pairs[form.index.get(rule)];
  }
}

const combinations = new Map();

function combined(conjunction, left, right) {
  const key = (conjunction ? 1 << 18 : 0) | (left << 9) | right;
  if (!combinations.has(key)) {
    const choose = conjunction ? Math.min : Math.max;
    let result = 0;
    for (let a = 0; a < 9; a += 1) {
      for (let b = 0; b < 9; b += 1) {
        if ((left >> a) & 1 && (right >> b) & 1) {
          result |= 1 << (3 * choose(Math.floor(a / 3), Math.floor(b / 3)) + choose(a % 3, b % 3));
        }
      }
    }
    combinations.set(key, result);
  }
  return combinations.get(key);
}

function negated(pairs) {
  let result = 0;
  for (let bit = 0; bit < 9; bit += 1) if ((pairs >> bit) & 1) result |= 1 << (8 - bit);
  return result;
}
