// Calls to the service: the key of the signed-in user, a time limit, errors as the service words them.

import { accessKey, current } from "./session.js";

const PATIENCE = 20000;

/** An answer that is no success: *status* (0 where there was no answer), *message*, *errors*, *after* (seconds), *location*. */
export class CallError extends Error {
  constructor(status, message, errors = [], { after = 0, location = null } = {}) {
    super(message);
    Object.assign(this, { status, errors, after, location });
  }

  /** Whether the same call may succeed later. */
  get passes() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** Call the service; resolve to the response, reject with CallError. A key that ended is replaced where a sign-on does. */
export async function call(path, options = {}) {
  let response = await ask(path, options);
  if (response.status === 401 && current()?.again && !options.headers?.Authorization) {
    const { again } = await import("./sign-on.js");
    if (await again()) response = await ask(path, options);
  }
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (response.status === 401 && !options.headers?.Authorization) {
    problem.message = wordsFor(401);
    dispatchEvent(new Event("sign-in-ended"));
  }
  throw problem;
}

async function ask(path, { method = "GET", body, headers = {}, patience = PATIENCE, signal }) {
  const key = accessKey();
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), patience);
  if (signal) signal.addEventListener("abort", () => limit.abort());
  try {
    return await fetch(path, {
      method,
      body,
      headers: { Accept: "application/json", ...(key ? { Authorization: `Bearer ${key}` } : {}), ...headers },
      signal: limit.signal,
      cache: "no-cache",
      credentials: "omit",
    });
  } catch (error) {
    throw new CallError(0, "连不上服务，请检查网络");
  } finally {
    clearTimeout(timer);
  }
}

async function problemOf(response) {
  let problem = {};
  try {
    problem = await response.json();
  } catch (error) {
    // A proxy's page, or nothing.
  }
  const own = response.status === 500 || !problem.detail;
  const said = own ? wordsFor(response.status, problem.request_id) : problem.detail;
  return new CallError(response.status, said, problem.errors || [], {
    after: Number(response.headers.get("Retry-After")) || 0,
    location: response.headers.get("Location"),
  });
}

/** Return what to do about an answer that does not say so itself in words for a cadre. */
function wordsFor(status, id) {
  if (status === 401) return "登录已过期，请重新登录。";
  if (status === 413) return "内容太大，请分成几份。";
  if (status === 429) return "请求太多，请稍后重试。";
  if (status < 500) return "没有被接受，请核对后重试；仍不行的，请告诉区里的管理员。";
  return `服务暂时不能用，请稍后重试。${id ? `仍不行的，请把请求编号 ${id} 告诉区里的管理员。` : ""}`;
}

export const getJson = async (path, options) => (await call(path, options)).json();

/** Send *value* as JSON, resolve to the answer: one that nobody reads would keep its connection busy. */
export function postJson(path, value, headers = {}) {
  const body = typeof value === "string" ? value : JSON.stringify(value);
  return getJson(path, { method: "POST", body, headers: { "Content-Type": "application/json", ...headers } });
}
