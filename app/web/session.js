// Who is signed in on this device, and the key that seals what is kept here.

import * as store from "./store.js";

const WHO = "who";
const PLACE = "session";

let session = null;

/**
 * Return the session, { key, who, again, sealing, expired }, or null.
 * *again* is what gets another key when this one ends, where it came from a sign-on.
 */
export const current = () => session;

export const accessKey = () => (session ? session.key : "");

/** Take up the session of an earlier visit; resolve to it or to null. */
export async function resume() {
  const kept = await store.get("session", WHO);
  if (kept) {
    const { key, who, again } = await store.open(kept.sealing, kept.sealed, PLACE);
    session = { key, who, again, sealing: kept.sealing, expired: false };
  }
  return session;
}

/**
 * Sign in with *key*, which the service has accepted for *who*.
 * What the same client left on the device under an earlier key is taken over; another client's is not.
 */
export async function signIn(key, who, again = null) {
  const before = session;
  if (before && before.who.id !== who.id) await store.wipe();
  const sealing = store.canKeep ? await store.sealingKey(key) : null;
  const sealed = await store.seal(sealing, { key, who, again }, PLACE);
  const taken = [];
  if (before && before.who.id === who.id) {
    for (const name of ["households", "outbox"]) {
      for (const [id, value] of await store.all(name)) {
        const place = `${name} ${id}`;
        taken.push([name, id, { ...value, sealed: await store.seal(sealing, await store.open(before.sealing, value.sealed, place), place) }]);
      }
    }
  }
  await store.write(({ put }) => {
    put("session", WHO, { sealing, sealed });
    for (const [name, id, value] of taken) put(name, id, value);
  });
  session = { key, who, again, sealing, expired: false };
}

/** Note what the service says now of who this is: what one may do can have changed. */
export async function renew(who) {
  if (session && session.who.id === who.id) await change({ who });
}

/**
 * Take another key in place of *ended*, for the same user: the one that another tab has got by now, or what *get*
 * resolves to for what the sign-on gave to get another. Resolve to whether there is one.
 */
export async function renewed(ended, get) {
  const kept = await store.get("session", WHO);
  if (!session || !kept) return false;
  const { key, who, again } = await store.open(kept.sealing, kept.sealed, PLACE);
  if (who.id !== session.who.id) return false;
  if (key !== ended) Object.assign(session, { key, again, sealing: kept.sealing, expired: false });
  else await change({ ...(await get(again)), expired: false });
  return true;
}

async function change(what) {
  Object.assign(session, what);
  const { key, who, again, sealing } = session;
  const sealed = await store.seal(sealing, { key, who, again }, PLACE);
  await store.write(({ put }) => put("session", WHO, { sealing, sealed }));
}

/** Note that the service no longer accepts the key; what is kept stays until somebody signs in or out. */
export function expire() {
  if (session) session.expired = true;
}

/** Forget the user, and all that is kept here. */
export async function signOut() {
  session = null;
  await store.wipe();
}

export const may = (permission) => Boolean(session && (session.who.permissions || []).includes(permission));
