// A rule taken apart: its distinct leaves, and which of them one answer settles together.

export const isLeaf = (node) => ["yesNo", "in", "compare", "inForce", "anyMember", "everyMember"].includes(node.is);

const forms = new WeakMap();

/** Return the form of *rule*: { rule, leaves, index, variables }, made once. */
export function formOf(rule) {
  if (!forms.has(rule)) forms.set(rule, takeApart(rule));
  return forms.get(rule);
}

function takeApart(rule) {
  const standing = [...leavesOf(rule)];
  const leaves = [...new Set(standing)];
  const index = new Map(leaves.map((leaf, place) => [leaf, place]));
  const byFact = new Map();
  leaves.forEach((leaf, place) => {
    const answer = answerTo(leaf) || place;
    byFact.set(answer, [...(byFact.get(answer) || []), place]);
  });
  const variables = [...byFact.values()].map((places) => ({
    leaves: places,
    rows: rowsOf(places.map((place) => leaves[place])),
    occurrences: standing.filter((leaf) => places.includes(index.get(leaf))).length,
  }));
  return { rule, leaves, index, variables };
}

function* leavesOf(rule) {
  if (rule.parts && (rule.is === "all" || rule.is === "any")) for (const part of rule.parts) yield* leavesOf(part);
  else if (["not", "group", "condition"].includes(rule.is)) yield* leavesOf(rule.part);
  else yield rule;
}

/** Return the one fact that settles *leaf* by itself, if it is so simple. */
export function singleFact(leaf) {
  if (leaf.is === "yesNo" || leaf.is === "in") return leaf.fact;
  if (leaf.is !== "compare" || leaf.left.is !== "amount" || leaf.right.is !== "number") return null;
  // An unknown amount is nothing or more: a comparison that this settles already is no question.
  return leaf.operator.apply(0, leaf.right.value) === leaf.operator.upward ? null : leaf.left.fact;
}

function answerTo(leaf) {
  if (leaf.is === "anyMember" || leaf.is === "everyMember") {
    const inner = isLeaf(leaf.test) ? singleFact(leaf.test) : null;
    return inner && `${leaf.is} ${inner.name}`;
  }
  const fact = singleFact(leaf);
  return fact && fact.name;
}

/** Return each combination of truths that one answer gives to *leaves*. */
function rowsOf(leaves) {
  const quantified = leaves[0].is === "anyMember" || leaves[0].is === "everyMember";
  const tests = leaves.map((leaf) => (quantified ? leaf.test : leaf));
  const fact = isLeaf(tests[0]) ? singleFact(tests[0]) : null;
  let rows;
  if (fact && fact.kind === "choice") {
    rows = fact.options.map(({ code }) => tests.map((test) => test.options.has(code)));
  } else if (fact && fact.kind === "amount") {
    const limits = new Set(tests.flatMap(({ right: { value } }) => [value - 1, value, value + 1]));
    const answers = [...limits].sort((a, b) => a - b).filter((answer) => answer >= 0);
    rows = answers.map((answer) => tests.map((test) => test.operator.apply(answer, test.right.value)));
  } else {
    rows = [leaves.map(() => true), leaves.map(() => false)];
  }
  if (quantified) {
    // Two members answer together what neither answers alone.
    const join = leaves[0].is === "anyMember" ? (a, b) => a || b : (a, b) => a && b;
    for (let n = 1; n < leaves.length; n += 1) {
      rows = distinct([...rows, ...rows.flatMap((a) => rows.map((b) => a.map((truth, i) => join(truth, b[i]))))]);
    }
  }
  return distinct(rows);
}

const distinct = (rows) => [...new Map(rows.map((row) => [String(row), row])).values()];
