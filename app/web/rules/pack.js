// A rule pack made ready: names become what they name, and equal parts of rules become one object.

const OPERATORS = {
  "≥": { apply: (a, b) => a >= b, upward: true },
  ">": { apply: (a, b) => a > b, upward: true },
  "≤": { apply: (a, b) => a <= b, upward: false },
  "<": { apply: (a, b) => a < b, upward: false },
};
export const FORMAT = 1;

/** Return the pack ready to screen with; throw where it is of a format that this reader does not know. */
export function prepare(pack) {
  if (pack.format !== FORMAT) throw new Error("unknown format of the rule pack");
  const facts = new Map(pack.facts.map((fact) => [fact.fact, { ...fact, name: fact.fact, scale: scaleOf(fact.unit) }]));
  for (const fact of facts.values()) {
    fact.since = fact.since && facts.get(fact.since);
    fact.labels = Object.fromEntries(fact.options.map((option) => [option.code, option.label]));
  }
  const units = new Map(pack.units.map((unit) => [unit.code, unit]));
  const figures = new Map(
    Object.entries(pack.figures).map(([key, figure]) => [
      key,
      { ...figure, key, values: [...figure.values].sort((a, b) => (a.from < b.from ? -1 : 1)) },
    ]),
  );
  const clauses = pack.clauses.map(({ source, ...clause }) => ({ ...pack.sources[source], ...clause }));
  const grow = grower({ pack, clauses, facts, figures });
  const policies = pack.policies.map((policy) => ({
    ...policy,
    clause: clauses[policy.clause],
    rule: grow(policy.rule),
    amount: policy.amount && grow(policy.amount),
    already: policy.already && grow(policy.already),
    section: { number: policy.section, ...pack.sections[policy.section] },
    conflicts: policy.conflicts.map((conflict) => ({ ...conflict, clause: clauses[conflict.clause] })),
  }));
  return { ...pack, facts, units, figures, policies, byCode: new Map(policies.map((policy) => [policy.code, policy])) };
}

/** Return the unit a price is counted in: 100 of them make one 元; everything else is counted as it is. */
export const scaleOf = (unit) => (unit.startsWith("元") ? 100 : 1);

/** Return the fact that is asked for when *fact* is unknown: an age is asked for as a birth date. */
export const askedAs = (fact) => fact.since || fact;

/** Return the value of a figure on *day*, or null. */
export function figureOn(figure, day) {
  let found = null;
  for (const value of figure.values) if (value.from <= day) found = value;
  return found;
}

/** Return the name that a unit bears on *day*. */
export function nameOn(unit, day) {
  let name = unit.name_in_source;
  for (const [start, later] of [...unit.renamed].sort()) if (start <= day) name = later;
  return name;
}

// ── trees ──

function grower({ pack, clauses, facts, figures }) {
  const grown = new Map();
  const grow = (document) => {
    const key = JSON.stringify(document);
    if (!grown.has(key)) grown.set(key, Object.freeze(node(document)));
    return grown.get(key);
  };
  const node = (document) => {
    if ("all" in document) return { is: "all", parts: document.all.map(grow) };
    if ("any" in document) return { is: "any", parts: document.any.map(grow) };
    if ("not" in document) return { is: "not", part: grow(document.not) };
    if ("group" in document) {
      const { label, test } = pack.groups[document.group];
      return { is: "group", label, part: grow(test) };
    }
    if ("condition" in document) {
      const clause = clauses[document.clause];
      return { is: "condition", label: document.condition, part: grow(document.test), clause };
    }
    if ("any_member" in document) return { is: "anyMember", test: grow(document.any_member) };
    if ("every_member" in document) return { is: "everyMember", test: grow(document.every_member) };
    if ("in" in document) return { is: "in", fact: facts.get(document.fact), options: new Set(document.in) };
    if ("fact" in document) {
      const fact = facts.get(document.fact);
      return { is: fact.kind === "amount" ? "amount" : "yesNo", fact };
    }
    if ("in_force" in document) return { is: "inForce", start: document.in_force[0], end: document.in_force[1] };
    if ("compare" in document) {
      const [left, right] = document.of.map(grow);
      const symbol = document.compare;
      return { is: "compare", operator: { symbol, ...OPERATORS[symbol], ...pack.operators[symbol] }, left, right };
    }
    if ("number" in document) return { is: "number", value: document.number, scale: document.scale };
    if ("members" in document) return { is: "members" };
    if ("figure" in document) return { is: "figure", figure: figures.get(document.figure) };
    if ("product" in document) return { is: "product", parts: document.product.map(grow) };
    if ("difference" in document) return { is: "difference", parts: document.difference.map(grow) };
    if ("cases" in document) {
      const branches = document.cases.map(([when, value]) => [grow(when), grow(value)]);
      return { is: "cases", branches, otherwise: document.otherwise && grow(document.otherwise) };
    }
    if ("named" in document) {
      return { is: "named", label: document.named, unit: document.unit, part: grow(document.quantity) };
    }
    throw new Error("unknown node in the rule pack");
  };
  return grow;
}

/** Return the nodes directly below *node*. */
export function children(node) {
  switch (node.is) {
    case "all":
    case "any":
    case "product":
    case "difference":
      return node.parts;
    case "not":
    case "group":
    case "condition":
    case "named":
      return [node.part];
    case "anyMember":
    case "everyMember":
      return [node.test];
    case "compare":
      return [node.left, node.right];
    case "cases":
      return [...node.branches.flat(), ...(node.otherwise ? [node.otherwise] : [])];
    default:
      return [];
  }
}

/** Yield *node* and everything below it, depth first. */
export function* walk(node) {
  yield node;
  for (const child of children(node)) yield* walk(child);
}

/** Return the facts that *node* reads, each once. */
export function factsOf(node) {
  const found = new Set();
  for (const part of walk(node)) if (part.fact) found.add(part.fact);
  return [...found];
}
