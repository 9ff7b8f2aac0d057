// The next day on which a verdict changes though no fact does: by a birthday, by a figure's new value, or by a
// policy coming into or going out of force. Only such days are looked at.

import { anniversary, completedYears } from "./days.js";
import { verdictOf } from "./decision.js";
import { evaluate } from "./evaluate.js";
import { factsOf, walk } from "./pack.js";

const YEARS = 2;
const notable = new WeakMap();

/** Return { date, verdict } of the first day after the scope's, within 24 months, with another verdict; or null. */
export function nextChange(policy, scope, verdict) {
  const last = anniversary(scope.day, YEARS, true);
  if (!notable.has(policy)) notable.set(policy, { days: fixedDays(policy.rule), ages: ageLimits(policy.rule) });
  const { days, ages } = notable.get(policy);
  const found = new Set(days.filter((day) => scope.day < day && day <= last));
  for (const [since, limits] of ages) {
    for (const person of scope.person ? [scope.person] : scope.members) {
      for (const day of birthdays(person[since.key], limits, scope.day, last)) found.add(day);
    }
  }
  for (const date of [...found].sort()) {
    const later = verdictOf(evaluate(policy.rule, { ...scope, day: date }));
    if (later !== verdict) return { date, verdict: later };
  }
  return null;
}

function fixedDays(rule) {
  const days = new Set();
  for (const node of walk(rule)) {
    if (node.is === "figure") for (const value of node.figure.values) days.add(value.from);
    if (node.is === "inForce") {
      days.add(node.start);
      if (node.end !== null) days.add(node.end);
    }
  }
  return [...days];
}

/** Return the dates that the rule counts years from, with the years that matter; null is all. */
function ageLimits(rule) {
  const limits = new Map();
  for (const node of walk(rule)) {
    if (node.is !== "compare") continue;
    for (const fact of factsOf(node).filter(({ since }) => since)) {
      if (node.left.fact !== fact || node.right.is !== "number") {
        limits.set(fact.since, null);
        continue;
      }
      if (!limits.has(fact.since)) limits.set(fact.since, new Set());
      const known = limits.get(fact.since);
      if (known) known.add(node.right.value).add(node.right.value + 1);
    }
  }
  return limits;
}

function* birthdays(born, limits, day, last) {
  if (!born) return;
  const age = completedYears(born, day);
  for (let years = age + 1; years <= age + YEARS; years += 1) {
    const birthday = anniversary(born, years);
    if (birthday <= last && (limits === null || limits.has(years))) yield birthday;
  }
}
