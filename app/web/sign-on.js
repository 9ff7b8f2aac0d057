// Signing in with the district's own sign-on: authorization code with PKCE (RFC 7636), and the token renewed while it can be.

import { CallError } from "./api.js";
import { el, replace } from "./dom.js";
import { current, renewed } from "./session.js";
import { canKeep } from "./store.js";

const BEGUN = "huimin sign-on";
const PATIENCE = 15000;

const home = () => location.origin + location.pathname;

/** Put the way to the sign-on into *place*, and *enter* with the token that somebody brings back from there. */
export async function offer(place, how, enter) {
  const fault = el("p", { class: "fault", id: "sign-on-fault", role: "alert" });
  if (history.state?.signOn) {
    try {
      const { key, again } = await completed();
      await enter(key, again);
      return;
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      fault.textContent = error.status === 401 ? "统一身份认证给出的令牌没有被接受：请告知区里的管理员。" : error.message;
    }
  }
  replace(place, entrance(how), fault);
}

function entrance(how) {
  if (!canKeep) return el("p", { class: "notice" }, "要用统一身份认证登录，请用 https 的网址打开本页。");
  if (!how.authorization_endpoint) return el("p", { class: "notice" }, "统一身份认证暂时连不上，请稍后再试，或用密钥登录。");
  return el("p", {}, el("button", { class: "main", id: "sign-on", type: "button", onclick: () => begin(how) }, "统一身份认证登录"));
}

/** Leave the page for the sign-on, which sends the user back to it. */
async function begin(said) {
  const state = secret();
  const verifier = secret();
  sessionStorage.setItem(BEGUN, JSON.stringify({ said, state, verifier }));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  // Back in the fragment, which no server and no log gets to see.
  leaveFor(said.authorization_endpoint, {
    response_type: "code",
    response_mode: "fragment",
    client_id: said.client_id,
    redirect_uri: home(),
    scope: said.scope,
    state,
    code_challenge: written(digest),
    code_challenge_method: "S256",
  });
}

/** Note what the sign-on says on the way back, and take it out of the address. */
export function comeBack() {
  const given = location.hash.includes("state=") ? location.hash : location.search;
  history.replaceState({ signOn: Object.fromEntries(new URLSearchParams(given.slice(1))) }, "", `${home()}#/sign-in`);
}

/** Change what the sign-on gave on the way back for a token: { key, again }; reject with words for the user. */
async function completed() {
  const { state, code, iss } = history.state.signOn;
  history.replaceState(null, "");
  const begun = JSON.parse(sessionStorage.getItem(BEGUN) || "null");
  sessionStorage.removeItem(BEGUN);
  if (!begun || begun.state !== state || (iss && iss !== begun.said.issuer)) throw new CallError(0, "这次登录不是从本页开始的，请重新登录。");
  if (!code) throw new CallError(0, "统一身份认证没有同意登录，请重新登录。");
  const { said, verifier } = begun;
  return exchanged(said, { grant_type: "authorization_code", code, redirect_uri: home(), code_verifier: verifier });
}

/** Get another token for the signed-in user; resolve to whether there is one. Of several tabs, one asks. */
export async function again() {
  const { key } = current();
  try {
    return await alone(() => renewed(key, ({ said, refresh_token }) => exchanged(said, { grant_type: "refresh_token", refresh_token })));
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return false;
  }
}

const alone = (work) => (navigator.locks ? navigator.locks.request("huimin-sign-on", work) : work());

/** End the session at the sign-on too, as whoever uses this device next is somebody else; return whether one leaves. */
export function end({ said, id_token }) {
  if (!said.end_session_endpoint) return false;
  const hint = id_token ? { id_token_hint: id_token } : {};
  leaveFor(said.end_session_endpoint, { client_id: said.client_id, post_logout_redirect_uri: home(), ...hint });
  return true;
}

async function exchanged(said, form) {
  if (form.refresh_token === null) throw new CallError(0, "登录已过期，请重新登录。");
  let response;
  let given = {};
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), PATIENCE);
  try {
    response = await fetch(said.token_endpoint, {
      method: "POST",
      body: new URLSearchParams({ client_id: said.client_id, ...form }),
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: limit.signal,
    });
    given = await response.json();
  } catch (error) {
    throw new CallError(0, "连不上统一身份认证，请检查网络后重试。");
  } finally {
    clearTimeout(timer);
  }
  if (!response.ok || !given.access_token) throw new CallError(0, "统一身份认证没有给出令牌，请重新登录。");
  const { access_token: key, refresh_token = form.refresh_token || null, id_token = null } = given;
  return { key, again: { said, refresh_token, id_token } };
}

function leaveFor(address, parameters) {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  location.assign(url);
}

const secret = () => written(crypto.getRandomValues(new Uint8Array(32)));

const written = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=/g, "");
