// Kleene's three-valued logic: false < null < true, where null is unknown.
// "And" is the minimum of that order and "or" the maximum.

export function allTrue(truths) {
  let result = true;
  for (const truth of truths) {
    if (truth === false) return false;
    if (truth === null) result = null;
  }
  return result;
}

export function anyTrue(truths) {
  let result = false;
  for (const truth of truths) {
    if (truth === true) return true;
    if (truth === null) result = null;
  }
  return result;
}

export const negate = (truth) => (truth === null ? null : !truth);
