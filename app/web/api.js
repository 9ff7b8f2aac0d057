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
  throw await problemOf(response);
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
  const said = problem.detail || problem.title || `服务答复 ${response.status}，请稍后重试`;
  return new CallError(response.status, said, problem.errors || [], {
    after: Number(response.headers.get("Retry-After")) || 0,
    location: response.headers.get("Location"),
  });
}

export const getJson = async (path, options) => (await call(path, options)).json();

/** Send *value* as JSON. */
export function postJson(path, value, headers = {}) {
  const body = typeof value === "string" ? value : JSON.stringify(value);
  return call(path, { method: "POST", body, headers: { "Content-Type": "application/json", ...headers } });
}
