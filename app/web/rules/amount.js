// How much an eligible subject receives.

import { bounds, evaluate, missing } from "./evaluate.js";
import { askedAs, figureOn, scaleOf } from "./pack.js";

export const NO_SUM = { status: "none", value: null, unit: "", minimum: false, facts: [], figures: [], text: "文件未定金额" };

/** Return *exact* units as people write them: 20050 分 of 元/年 is 200.5. */
export const inUnit = (exact, unit) => exact / scaleOf(unit);

/** Return what the policy's entitlement comes to for the subject in *scope*. */
export function reckon(policy, scope) {
  if (!policy.amount) return NO_SUM;
  const chosen = branchOf(policy.amount, scope);
  const value = chosen.is === "figure" ? figureOn(chosen.figure, scope.day) : null;
  if (value) return fixed(value.exact, value.unit, value.minimum);
  if (["product", "difference", "number", "members", "amount"].includes(chosen.is)) {
    const [low, high] = bounds(chosen, scope);
    if (low === high) return fixed(Math.max(low, 0), policy.amount_unit, false);
  }
  const absent = [...missing(chosen, scope)];
  const facts = [...new Set(absent.filter((item) => item.fact).map((item) => item.fact))];
  const figures = [...new Set(absent.filter((item) => item.figure).map((item) => item.figure))];
  const unit = chosen.is === "figure" ? chosen.figure.unit : policy.amount_unit;
  const asked = facts.map((fact) => askedAs(fact).label).join("、");
  const text = facts.length ? `金额待核实${asked}后确定` : "金额待区定";
  return { status: "pending", value: null, unit, minimum: false, facts, figures, text };
}

function fixed(exact, unit, minimum) {
  const value = inUnit(exact, unit);
  const text = `${minimum ? "不低于" : ""}${value}${unit}`;
  return { status: "fixed", value, unit, minimum, facts: [], figures: [], text };
}

/** Return the branch of a schedule that applies, or the schedule where none is known to. */
function branchOf(quantity, scope) {
  if (quantity.is === "named") return branchOf(quantity.part, scope);
  if (quantity.is !== "cases") return quantity;
  for (const [when, branch] of quantity.branches) {
    const truth = evaluate(when, scope);
    if (truth === null) return quantity;
    if (truth) return branchOf(branch, scope);
  }
  return quantity.otherwise ? branchOf(quantity.otherwise, scope) : quantity;
}
