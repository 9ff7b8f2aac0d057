// What a policy answers for one subject: verdict, deciding conditions, what to ask.

import { evaluate, missing, of, read, truthOfReading } from "./evaluate.js";
import { formOf, singleFact } from "./form.js";
import { decide, truthOf } from "./outcome.js";
import { askedAs, factsOf } from "./pack.js";

export const verdictOf = (truth) => (truth === null ? "undetermined" : truth ? "eligible" : "ineligible");

const made = new WeakMap();

/** Return the decision of *policy* in *scope*; the few distinct ones are made once. */
export function decisionOf(policy, scope) {
  const form = formOf(policy.rule);
  const readings = form.leaves.map((leaf) => read(leaf, scope));
  if (!made.has(policy)) made.set(policy, new Map());
  const known = made.get(policy);
  const key = readings.join("");
  if (!known.has(key)) known.set(key, make(policy, form, readings));
  return known.get(key);
}

function make(policy, form, readings) {
  const outcome = decide(form, readings);
  const truths = readings.map(truthOfReading);
  const asks = new Map();
  const deeper = [];
  for (const place of outcome.open) {
    const fact = singleFact(form.leaves[place]);
    if (fact) {
      const asked = askedAs(fact);
      asks.set(asked, { fact: asked, personal: asked.entity === "person", alone: outcome.alone.has(place) });
    } else {
      deeper.push(form.leaves[place]);
    }
  }
  return {
    policy,
    verdict: verdictOf(outcome.truth),
    conditions: policy.rule.parts.filter(
      (part) => part.is === "condition" && truthOf(part, form, truths) === outcome.truth,
    ),
    asks: [...asks.values()],
    deeper,
    waiting: outcome.waiting.map((place) => form.leaves[place]),
    amountFacts: policy.amount && outcome.truth ? factsOf(policy.amount) : [],
  };
}

/** Return a question, { fact, member }: of the member at *position* or of the household, whichever it is about. */
export function questionAbout(fact, position) {
  const asked = askedAs(fact);
  return { fact: asked, member: asked.entity === "person" ? position : null };
}

/** Return what to ask to settle *decision*; *position* is the subject's, or null for a household. */
export function questionsOf(decision, position, scope) {
  const found = decision.asks.map(({ fact, personal }) => ({ fact, member: personal ? position : null }));
  for (const leaf of decision.deeper) found.push(...deeperQuestions(leaf, scope, position));
  return distinct(found);
}

export const questionKey = ({ fact, member }) => `${fact.name} ${member}`;

const distinct = (questions) => [...new Map(questions.map((asked) => [questionKey(asked), asked])).values()];

function* deeperQuestions(leaf, scope, position) {
  if (leaf.is !== "anyMember" && leaf.is !== "everyMember") {
    for (const item of missing(leaf, scope)) if (item.fact) yield questionAbout(item.fact, position);
    return;
  }
  const form = formOf(leaf.test);
  for (const [number, member] of scope.members.entries()) {
    const seen = of(scope, member);
    const outcome = decide(
      form,
      form.leaves.map((inner) => read(inner, seen)),
    );
    for (const place of outcome.open) {
      const fact = singleFact(form.leaves[place]);
      if (fact) yield questionAbout(fact, number);
      else yield* deeperQuestions(form.leaves[place], seen, number);
    }
  }
}

/** Return the figures that the verdict waits for. */
export function figuresOf(decision, scope) {
  const found = decision.waiting.flatMap((leaf) => [...missing(leaf, scope)]);
  return [...new Set(found.filter((item) => item.figure).map((item) => item.figure))];
}

/** Return every group through which the subject qualifies, where only one may count. */
export function identitiesOf(policy, scope) {
  const alternatives = policy.rule.parts.filter((part) => part.is === "condition" && part.part.is === "any");
  return alternatives
    .flatMap((part) => part.part.parts)
    .filter((part) => part.is === "group" && evaluate(part, scope) === true)
    .map((part) => part.label);
}
