// A household and a day in, the answer out: the same as the service gives, in the same shape.

import { NO_SUM, reckon } from "./amount.js";
import { decisionOf, figuresOf, identitiesOf, questionAbout, questionKey, questionsOf } from "./decision.js";
import { evaluate } from "./evaluate.js";
import { finding } from "./explain.js";
import { nextChange } from "./horizon.js";
import { nameOn } from "./pack.js";

const ORDER = ["eligible", "undetermined", "ineligible"];

/** Return the answer for *profile*, { reference, references, household, members, warnings }, on *day*. */
export function screen(pack, profile, day, only = null) {
  const screening = new Screening(pack, profile, day, only);
  return {
    id: null,
    as_of: day,
    release: pack.release,
    policy_set: pack.policy_set,
    notice: pack.notice,
    household: { reference: profile.reference },
    warnings: profile.warnings,
    results: screening.results.map((result) => screening.describe(result)),
    questions: screening.questions(),
  };
}

class Screening {
  constructor(pack, profile, day, only) {
    Object.assign(this, { pack, profile, day });
    const wanted = pack.policies.filter(({ code }) => !only || only.includes(code));
    const decide = (policies, scope) => policies.map((policy) => decisionOf(policy, scope));
    this.scopes = [null, ...profile.members].map((person) => ({
      day,
      household: profile.household,
      members: profile.members,
      person,
    }));
    // Of all policies: conflicts name others than those asked for.
    const [whole, each] = ["household", "person"].map((subject) => pack.policies.filter((p) => p.subject === subject));
    this.decisions = this.scopes.map((scope) => decide(scope.person ? each : whole, scope));
    const subjects = this.decisions.map((decisions, place) => ({
      position: place ? place - 1 : null,
      scope: this.scopes[place],
      decisions: decisions.filter(({ policy }) => wanted.includes(policy)),
    }));
    this.subjects = subjects;
    this.results = ORDER.flatMap((verdict) =>
      subjects.flatMap(({ position, scope, decisions }) =>
        decisions.filter((d) => d.verdict === verdict).map((decision) => ({ decision, position, scope })),
      ),
    );
  }

  /** Return what could change a result: its verdict, or the amount of an award. */
  asks({ decision, position, scope }) {
    if (decision.verdict === "undetermined") return questionsOf(decision, position, scope);
    if (decision.verdict === "ineligible" || !decision.policy.amount) return [];
    return reckon(decision.policy, scope).facts.map((fact) => questionAbout(fact, position));
  }

  questions() {
    // Kept apart, as each orders its own: by the first policy that asks.
    const [settles, amounts, alone] = [new Map(), new Map(), new Map()];
    const note = (bearing, question, item) => {
      const key = questionKey(question);
      if (!bearing.has(key)) bearing.set(key, { question, items: [] });
      bearing.get(key).items.push(item);
    };
    for (const { position, scope, decisions } of this.subjects) {
      for (const decision of decisions) {
        const bearing = decision.verdict === "eligible" ? amounts : settles;
        for (const question of this.asks({ decision, position, scope })) note(bearing, question, decision.policy.code);
        for (const ask of decision.asks) {
          if (ask.alone) note(alone, { fact: ask.fact, member: ask.personal ? position : null }, 1);
        }
      }
    }
    const count = (bearing, key) => (bearing.has(key) ? bearing.get(key).items.length : 0);
    const ranked = [...settles.keys()].sort(
      (a, b) => count(settles, b) - count(settles, a) || count(alone, b) - count(alone, a),
    );
    const codes = (bearing, key) => [...new Set(bearing.has(key) ? bearing.get(key).items : [])];
    return [...ranked, ...[...amounts.keys()].filter((key) => !settles.has(key))].map((key) => {
      const { fact, member } = (settles.get(key) || amounts.get(key)).question;
      return {
        fact: fact.name,
        label: fact.label,
        kind: fact.kind,
        unit: fact.unit,
        hint: fact.hint,
        options: fact.options,
        member: this.referenceOf(member),
        could_settle: codes(settles, key),
        sets_amount: codes(amounts, key),
      };
    });
  }

  referenceOf(member) {
    return member === null ? null : this.profile.references[member];
  }

  describe(result) {
    const { decision, position, scope } = result;
    const { policy, verdict } = decision;
    const ineligible = verdict === "ineligible";
    const sum = ineligible ? NO_SUM : reckon(policy, scope);
    const figures = verdict === "undetermined" ? figuresOf(decision, scope) : sum.figures;
    const { status, value, unit, minimum, text } = sum;
    return {
      subject:
        position === null
          ? { kind: "household" }
          : { kind: "member", reference: this.referenceOf(position), position },
      policy: policy.code,
      title: policy.title,
      kind: policy.kind,
      force: policy.force,
      verdict,
      already_receiving: policy.already ? evaluate(policy.already, scope) : false,
      amount: { status, value, unit, minimum, text: ineligible ? "" : text },
      handling_unit: this.unit(policy.handling_unit),
      lead_units: policy.section.lead_units.map((code) => this.unit(code)),
      cooperating_units: policy.section.cooperating_units.map((code) => this.unit(code)),
      reasons: decision.conditions.map((condition) => ({
        condition: condition.label,
        verdict,
        finding: finding(condition.part, scope),
        citation: citation(condition.clause),
      })),
      missing_facts: this.asks(result).map(({ fact, member }) => ({
        fact: fact.name,
        label: fact.label,
        member: this.referenceOf(member),
      })),
      missing_figures: figures.map((figure) => ({
        figure: figure.key,
        label: figure.label,
        unit: figure.unit,
        supplied_by: figure.supplied_by,
      })),
      identities: policy.one_identity && !ineligible ? identitiesOf(policy, scope) : [],
      conflicts: ineligible ? [] : this.conflicts(policy, position),
      next: {
        steps: ineligible ? [] : policy.steps,
        materials: ineligible ? [] : policy.materials,
        where: ineligible ? "" : policy.where,
      },
      changes_on: nextChange(policy, scope, verdict),
    };
  }

  unit(code) {
    const unit = this.pack.units.get(code);
    return { code, name: nameOn(unit, this.day), name_in_source: unit.name_in_source };
  }

  conflicts(policy, position) {
    return policy.conflicts
      .filter((conflict) => this.isInReach(conflict.policy, position))
      .map(({ policy: other, rule, text }) => ({ policy: other, rule, text }));
  }

  /** Whether a benefit is open to the subject: to the member, its household, or any of its members. */
  isInReach(code, position) {
    const ofHousehold = this.pack.byCode.get(code).subject === "household";
    const places = ofHousehold ? [0] : position === null ? this.decisions.keys() : [position + 1];
    return [...places].some((place) =>
      this.decisions[place].some(({ policy, verdict }) => policy.code === code && verdict !== "ineligible"),
    );
  }
}

/** Return a clause as answers show it. */
export const citation = ({ document, number, clause, quote, gist }) => ({
  document: document || null,
  number: number || null,
  clause: clause || null,
  quote: quote || null,
  gist: gist || null,
});

