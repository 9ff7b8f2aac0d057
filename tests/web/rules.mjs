// Answers requests, a line of JSON each, with the page's own rules: the other half of test_rules.py.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

import { readHousehold } from "../../app/web/rules/door.js";
import { formOf } from "../../app/web/rules/form.js";
import { decide, truthOf } from "../../app/web/rules/outcome.js";
import { prepare } from "../../app/web/rules/pack.js";
import { screen } from "../../app/web/rules/screen.js";

const pack = prepare(JSON.parse(readFileSync(process.argv[2], "utf8")));
const truths = { 0: false, 1: true };

const answers = {
  screen: ({ profile, day, only }) => screen(pack, profile, day, only),

  door({ household, day, today }) {
    const { profile, faults } = readHousehold(pack, household, day, today);
    return faults.length ? { faults } : screen(pack, profile, day);
  },

  truths({ policy, vectors }) {
    const { rule } = pack.byCode.get(policy);
    const form = formOf(rule);
    const digit = (vector) => {
      const truth = truthOf(rule, form, [...vector].map((reading) => truths[reading] ?? null));
      return truth === null ? 2 : Number(truth);
    };
    return vectors.map(digit).join("");
  },

  outcomes({ policy, vectors }) {
    const form = formOf(pack.byCode.get(policy).rule);
    return vectors.map((vector) => {
      const outcome = decide(form, [...vector].map(Number));
      const sorted = (places) => [...places].sort((a, b) => a - b);
      return { ...outcome, deciding: sorted(outcome.deciding), alone: sorted(outcome.alone) };
    });
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { ask, ...request } = JSON.parse(line);
  console.log(JSON.stringify(answers[ask](request)));
}
