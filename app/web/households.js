// The households on this device: what was entered of each, sealed, with a version that grows with every change.
//
// A household is { id, version, state, wire, names, unsure, saved, problem, conflict, follows }: *wire* is what the service
// is sent, *names* stay here, *unsure* are the questions answered with "不清楚"; *conflict* is what another device saved of
// it meanwhile, and *follows* the id of that, once a person has settled what is true.

import { current } from "./session.js";
import * as store from "./store.js";

const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("huimin") : null;

export const STATES = { draft: "未保存到服务", queued: "等待发送", saved: "已保存到服务", refused: "没有被接受", conflict: "别处也登记过，待选定" };

const placeOf = (name, id) => `${name} ${id}`;

/** Return a household of one member of whom nothing is known. */
export const blank = () => ({
  id: uuid(),
  version: 0,
  state: "draft",
  changed: new Date().toISOString(),
  wire: { members: [{ reference: "1" }] },
  names: {},
  unsure: [],
  saved: null,
  problem: null,
});

export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Return the household *id*, or undefined. */
export async function load(id) {
  const kept = await store.get("households", id);
  return kept && store.open(current().sealing, kept.sealed, placeOf("households", id));
}

/** Return all households, that which was changed last first. */
export async function list() {
  const kept = await store.all("households");
  const opened = await Promise.all(
    kept.map(([id, { sealed }]) => store.open(current().sealing, sealed, placeOf("households", id))),
  );
  return opened.sort((a, b) => (a.changed < b.changed ? 1 : -1));
}

/**
 * Keep *household*, which was read as version *household.version*; with *message*, put it into the outbox too.
 * Resolve to it as kept, or to null where another tab has kept another version meanwhile.
 */
export async function keep(household, message = null) {
  const { version } = household;
  const kept = { ...household, version: version + 1, changed: new Date().toISOString() };
  const { sealing } = current();
  const sealed = await store.seal(sealing, kept, placeOf("households", kept.id));
  const sealedMessage = message && (await store.seal(sealing, message, placeOf("outbox", kept.id)));
  const done = await store.write(
    ({ put }) => {
      put("households", kept.id, { version: kept.version, sealed });
      if (message) put("outbox", kept.id, { queued: Date.now(), sealed: sealedMessage });
    },
    ["households", kept.id, (there) => (there ? there.version : 0) === version],
  );
  if (!done) return null;
  announce(kept.id);
  return kept;
}

/** Remove a household from the device. */
export async function forget(id) {
  await store.write(({ remove }) => {
    remove("households", id);
    remove("outbox", id);
  });
  announce(id);
}

/** Return the message of the household *id* that waits to be sent, or undefined. */
export async function queued(id) {
  const kept = await store.get("outbox", id);
  return kept && store.open(current().sealing, kept.sealed, placeOf("outbox", id));
}

/** Return the messages that wait to be sent, the oldest first, as [household id, message]. */
export async function waiting() {
  const kept = (await store.all("outbox")).sort(([, a], [, b]) => a.queued - b.queued);
  return Promise.all(
    kept.map(async ([id, { sealed }]) => [id, await store.open(current().sealing, sealed, placeOf("outbox", id))]),
  );
}

/** Return how a household stands after an attempt to save it; what it followed stays until it is saved. */
const outcomeOf = ({ saved: before, follows }, saved, problem, conflict) => ({
  state: saved ? "saved" : conflict ? "conflict" : "refused",
  saved: saved || before,
  problem,
  conflict,
  follows: saved ? null : follows,
});

/** Return where two statements of a household differ: { member, key, here, elsewhere }; the key is null where one side lacks the member. */
export function compare(here, there) {
  const found = [];
  const facts = (one, other, member) => {
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
      if (key === "members" || (member && key === "reference")) continue;
      if (JSON.stringify(one[key]) !== JSON.stringify(other[key])) found.push({ member, key, here: one[key], elsewhere: other[key] });
    }
  };
  facts(here, there, null);
  const [mine, theirs] = [here, there].map(({ members }) => new Map(members.map((one) => [one.reference, one])));
  for (const reference of new Set([...mine.keys(), ...theirs.keys()])) {
    const [one, other] = [mine.get(reference), theirs.get(reference)];
    if (one && other) facts(one, other, reference);
    else found.push({ member: reference, key: null, here: one, elsewhere: other });
  }
  return found;
}

/** Note what became of the message *message* of the household *id*, unless the household was queued anew since. */
export async function settle(id, message, { saved = null, problem = null, conflict = null }) {
  for (;;) {
    const household = await load(id);
    if (!household) return;
    const same = household.sent === message.key;
    const outcome = same ? outcomeOf(household, saved, problem, conflict) : {};
    const kept = { ...household, ...outcome, version: household.version + 1 };
    const sealed = await store.seal(current().sealing, kept, placeOf("households", id));
    const done = await store.write(
      ({ put, remove }) => {
        put("households", id, { version: kept.version, sealed });
        if (same) remove("outbox", id);
      },
      ["households", id, (there) => Boolean(there) && there.version === household.version],
    );
    if (done) {
      announce(id);
      return;
    }
  }
}

// ── other tabs ──

const listeners = new Set();

function announce(id) {
  if (channel) channel.postMessage({ changed: id });
  for (const listener of listeners) listener(id);
}

if (channel) channel.onmessage = ({ data }) => listeners.forEach((listener) => listener(data.changed));

/** Call *listener* with the id of each household that changes, here or in another tab; return how to stop. */
export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
