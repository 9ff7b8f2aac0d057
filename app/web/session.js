// Who is signed in on this device, and the key that seals what is kept here.

import * as store from "./store.js";

const WHO = "who";
const PLACE = "session";

let session = null;

/** Return the session, { key, who, sealing, expired }, or null. */
export const current = () => session;

export const accessKey = () => (session ? session.key : "");

/** Take up the session of an earlier visit; resolve to it or to null. */
export async function resume() {
  const kept = await store.get("session", WHO);
  if (kept) {
    const { key, who } = await store.open(kept.sealing, kept.sealed, PLACE);
    session = { key, who, sealing: kept.sealing, expired: false };
  }
  return session;
}

/**
 * Sign in with *key*, which the service has accepted for *who*.
 * What the same client left on the device under an earlier key is taken over; another client's is not.
 */
export async function signIn(key, who) {
  const before = session;
  if (before && before.who.id !== who.id) await store.wipe();
  const sealing = store.canKeep ? await store.sealingKey(key) : null;
  const sealed = await store.seal(sealing, { key, who }, PLACE);
  const again = [];
  if (before && before.who.id === who.id) {
    for (const name of ["households", "outbox"]) {
      for (const [id, value] of await store.all(name)) {
        const place = `${name} ${id}`;
        again.push([name, id, { ...value, sealed: await store.seal(sealing, await store.open(before.sealing, value.sealed, place), place) }]);
      }
    }
  }
  await store.write(({ put }) => {
    put("session", WHO, { sealing, sealed });
    for (const [name, id, value] of again) put(name, id, value);
  });
  session = { key, who, sealing, expired: false };
}

/** Note what the service says now of who this is: what one may do can have changed. */
export async function renew(who) {
  if (!session || session.who.id !== who.id) return;
  session.who = who;
  const { key, sealing } = session;
  const sealed = await store.seal(sealing, { key, who }, PLACE);
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
