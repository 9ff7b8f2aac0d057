// A household as the rules on this device see it today.

import { today } from "../rules/days.js";
import { readHousehold } from "../rules/door.js";
import { screen } from "../rules/screen.js";

/** Return { profile, faults, answer }; the answer is null where something is to be corrected first. */
export function screened(pack, household) {
  const day = today();
  const { profile, faults } = readHousehold(pack, household.wire, day);
  return { profile, faults, day, answer: faults.length ? null : screen(pack, profile, day) };
}

/** Return what a household is called on this device. */
export function headOf({ wire, names }) {
  const named = wire.members.map(({ reference }) => names[reference]).filter(Boolean);
  const who = named.length ? `${named[0]}家` : wire.reference ? `户编号 ${wire.reference}` : "未填户编号";
  return `${who}（${wire.members.length}人）`;
}

/** Return what a member is called on this device. */
export const memberName = ({ names }, reference) => names[reference] || `成员${reference}`;
