// What is kept on the device: one IndexedDB, in which everything about people is sealed with a key that was made
// from the signed-in user's own. Signing out removes it all.
// Where the address is not secure (plain http), the browser has no cryptography: then nothing is kept at all.

const NAME = "huimin";
const STORES = ["session", "households", "outbox", "packs"];

export const canKeep = Boolean(globalThis.crypto && crypto.subtle && globalThis.indexedDB);

let opening = null;
const memory = new Map(STORES.map((store) => [store, new Map()]));

function database() {
  opening =
    opening ||
    new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => STORES.forEach((store) => request.result.createObjectStore(store));
      request.onsuccess = () => {
        // Another tab signs out: let go, or its deletion would wait for us.
        request.result.onversionchange = () => {
          request.result.close();
          opening = null;
        };
        resolve(request.result);
      };
      request.onerror = () => reject(request.error);
    });
  return opening;
}

async function transact(stores, mode, work) {
  const connection = await database();
  return new Promise((resolve, reject) => {
    const transaction = connection.transaction(stores, mode);
    let result;
    transaction.oncomplete = () => resolve(result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
    work((store) => transaction.objectStore(store), (value) => (result = value));
  });
}

/** Return what is kept under *key*, or undefined. */
export function get(store, key) {
  if (!canKeep) return Promise.resolve(memory.get(store).get(key));
  return transact([store], "readonly", (of, done) => {
    const request = of(store).get(key);
    request.onsuccess = () => done(request.result);
  });
}

/** Return everything in a store as [key, value] pairs. */
export function all(store) {
  if (!canKeep) return Promise.resolve([...memory.get(store)]);
  return transact([store], "readonly", (of, done) => {
    const found = [];
    done(found);
    of(store).openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      found.push([cursor.key, cursor.value]);
      cursor.continue();
    };
  });
}

/**
 * Change several things at once or none: *change* gets { put(store, key, value), remove(store, key) }.
 * With *expect*, [store, key, test], nothing is changed where test(what is there) is false; the result says which.
 */
export function write(change, expect = null) {
  if (!canKeep) {
    if (expect && !expect[2](memory.get(expect[0]).get(expect[1]))) return Promise.resolve(false);
    change({
      put: (store, key, value) => memory.get(store).set(key, value),
      remove: (store, key) => memory.get(store).delete(key),
    });
    return Promise.resolve(true);
  }
  return transact(STORES, "readwrite", (of, done) => {
    const go = () => {
      change({ put: (store, key, value) => of(store).put(value, key), remove: (store, key) => of(store).delete(key) });
      done(true);
    };
    if (!expect) return go();
    const [store, key, test] = expect;
    of(store).get(key).onsuccess = ({ target: { result } }) => (test(result) ? go() : done(false));
  });
}

/** Remove everything. */
export async function wipe() {
  for (const store of memory.values()) store.clear();
  if (!canKeep) return;
  if (opening) (await opening).close();
  opening = null;
  await new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = request.onerror = request.onblocked = resolve;
  });
}

// ── sealing ──

/** Return the sealing key that belongs to an access key; it cannot be taken out of the browser. */
export async function sealingKey(accessKey) {
  const bytes = new TextEncoder().encode(accessKey);
  const material = await crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: new TextEncoder().encode(NAME) };
  return crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** Return *value* sealed; *place* says where it belongs, so that it opens nowhere else. */
export async function seal(key, value, place) {
  if (!canKeep) return value;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = new TextEncoder().encode(JSON.stringify(value));
  const how = { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(place) };
  return { iv, data: await crypto.subtle.encrypt(how, key, data) };
}

/** Return what was sealed; reject where the key or the place is another. */
export async function open(key, sealed, place) {
  if (!canKeep) return sealed;
  const how = { name: "AES-GCM", iv: sealed.iv, additionalData: new TextEncoder().encode(place) };
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, key, sealed.data)));
}
