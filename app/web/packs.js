// The rule pack: fetched when there is a network, kept for when there is none.

import { getJson } from "./api.js";
import { prepare } from "./rules/pack.js";
import * as store from "./store.js";

const LATEST = "latest";
export const STALE_DAYS = 30;

let ready = null;

/** Return { pack, fetched }, the pack ready to screen with and the time of its fetching; null where there is none. */
export async function load() {
  if (ready) return ready;
  const kept = await store.get("packs", LATEST);
  if (kept) ready = { pack: prepare(kept.document), fetched: kept.fetched };
  return ready;
}

/** Ask the service for the pack; resolve to whether it is another than before, or null where nobody answered. */
export async function refresh() {
  let document;
  try {
    document = await getJson("v1/rulepack");
  } catch (error) {
    if (error.status === 401) throw error;
    return null;
  }
  const fetched = Date.now();
  const pack = prepare(document);
  const changed = !ready || ready.pack.policy_set !== pack.policy_set;
  ready = { pack: changed ? pack : ready.pack, fetched };
  await store.write(({ put }) => put("packs", LATEST, { document, fetched }));
  return changed;
}

/** Return how many days ago the pack was fetched. */
export const ageInDays = () => (ready ? Math.floor((Date.now() - ready.fetched) / 86400000) : null);
