// The rule pack: fetched when there is a network, kept for when there is none. Only what the service has signed is
// used: its public key is taken at the sign-in, and held against every pack from then on.

import { CallError, call, getJson } from "./api.js";
import { prepare } from "./rules/pack.js";
import * as store from "./store.js";

const LATEST = "latest";
const PIN = "key";
const STALE_DAYS = 30;
const DAY = 86400000;

let ready = null;
let refused = false;

/** Return { pack, fetched }, the pack ready to screen with and the time of its fetching; null where there is none. */
export async function load() {
  if (ready) return ready;
  const kept = await store.get("packs", LATEST);
  if (kept && (await isSigned(kept))) ready = { pack: prepare(JSON.parse(kept.text)), fetched: kept.fetched };
  return ready;
}

/**
 * Ask the service for the pack; resolve to whether another than before is used now.
 * At a sign-in, *anew*, its public key is taken as the one to trust from then on.
 */
export async function refresh(anew = false) {
  let fetched;
  try {
    if (anew || !(await store.get("packs", PIN))) {
      const key = await getJson("v1/rulepack/key");
      await store.write(({ put }) => put("packs", PIN, key));
    }
    const response = await call("v1/rulepack");
    fetched = { text: await response.text(), signature: response.headers.get("X-JWS-Signature"), fetched: Date.now() };
  } catch (error) {
    if (error.status === 401 || !(error instanceof CallError)) throw error;
    return false;
  }
  refused = !(await isSigned(fetched));
  if (refused) return false;
  const document = JSON.parse(fetched.text);
  const changed = !ready || ready.pack.policy_set !== document.policy_set;
  ready = { pack: changed ? prepare(document) : ready.pack, fetched: fetched.fetched };
  await store.write(({ put }) => put("packs", LATEST, fetched));
  return changed;
}

/** Tell whether a pack bears the signature of the key that was taken at the sign-in. */
async function isSigned({ text, signature }) {
  // On plain http browsers have no cryptography, and what comes over such a network cannot be trusted anyway.
  if (!store.canKeep) return true;
  const jwk = await store.get("packs", PIN);
  const [head, , mark] = (signature || "").split(".");
  try {
    const { alg, b64 } = JSON.parse(new TextDecoder().decode(bytesOf(head)));
    if (alg !== "ES256" || b64 !== false) return false;
    const key = await crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, bytesOf(mark), new TextEncoder().encode(`${head}.${text}`));
  } catch (error) {
    return false;
  }
}

const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

/** Return what has to be known before relying on what the pack says, as sentences. */
export function warnings() {
  const age = ready ? Math.floor((Date.now() - ready.fetched) / DAY) : 0;
  const said = [];
  if (refused) {
    const still = ready ? `仍按${dateOf(ready)}取得的政策筛查。` : "现在不能筛查。";
    said.push(`收到的政策内容核对不上服务的签名，可能被改动过，没有采用；${still}请告诉区里的管理员；确实换过服务的，重新登录后即可使用。`);
  } else if (!ready) {
    said.push("还没有取到政策内容：请在有网络的地方打开一次。");
  }
  if (age > STALE_DAYS) said.push(`政策内容是${age}天前取得的，可能已有变化：请在有网络的地方打开一次。`);
  return said;
}

/** Return on which day a pack was fetched. */
export const dateOf = ({ fetched }) => new Date(fetched).toLocaleDateString("zh-CN");
