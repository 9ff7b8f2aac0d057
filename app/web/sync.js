// Sends what waits, one tab at a time and each message once: the service knows a repeated message by its key.

import { CallError, getJson, postJson } from "./api.js";
import { compare, settle, uuid, waiting } from "./households.js";
import { current, expire } from "./session.js";

const LONGEST = 5 * 60 * 1000;

let timer = null;
let failures = 0;
let running = false;
const listeners = new Set();

/**
 * Return the message that saves a household: the request as text, the key that makes it count once, and the id of the
 * screening that it goes on from, by which the service tells whether another device was quicker. *before* is the
 * message in whose place it goes: the service may have heard that one.
 */
export const messageOf = (household, day, before) => ({
  key: uuid(),
  tried: before ? [...before.tried, JSON.parse(before.body).household] : [],
  follows: household.follows || (household.saved && household.saved.id) || "none",
  body: JSON.stringify({ as_of: day, household: household.wire }),
});

/** Call *listener* with { waiting, problem } after every attempt. */
export const onSync = (listener) => listeners.add(listener);

/** Send what waits now, and go on until nothing does. */
export async function sync() {
  clearTimeout(timer);
  const session = current();
  if (!session || session.expired || running) return;
  running = true;
  let again = 0;
  let problem = null;
  try {
    await alone(async () => {
      for (const [id, message] of await waiting()) await send(id, message);
    });
    failures = 0;
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    problem = error;
    if (error.status === 401) expire();
    else {
      failures += 1;
      again = Math.max(error.after * 1000, Math.min(LONGEST, 2 ** failures * 1000 * (0.5 + Math.random())));
    }
  } finally {
    running = false;
  }
  if (!current()) return;
  const left = (await waiting()).length;
  if (again && left) timer = setTimeout(sync, again);
  listeners.forEach((listener) => listener({ waiting: left, problem }));
}

// Two tabs that send the same would do no harm, but would do it twice.
const alone = (work) => (navigator.locks ? navigator.locks.request("huimin-sync", work) : work());

async function send(id, message) {
  try {
    const answer = await postJson("v1/screenings?detail=brief", message.body, { "Idempotency-Key": message.key, "Huimin-Follows": message.follows });
    await settle(id, message, { saved: { id: answer.id, at: new Date().toISOString(), answer: digest(answer) } });
  } catch (error) {
    if (!(error instanceof CallError) || error.passes || error.status === 401) throw error;
    if (error.status === 409 && error.location) {
      const there = await savedElsewhere(error.location);
      // What was tried before has arrived after all, only its answer has not.
      if (message.tried.some((wire) => !compare(wire, there.wire).length)) await send(id, { ...message, tried: [], follows: there.id });
      else await settle(id, message, { conflict: there });
      return;
    }
    // The service will never take it as it is: a person has to look.
    await settle(id, message, { problem: { message: error.message, errors: error.errors } });
  }
}

async function savedElsewhere(location) {
  const { id, created_at: at, household: wire } = await getJson(`${location.replace(/^\//, "")}/household`);
  return { id, at, wire };
}

/** Return the verdicts of an answer, to be compared with those found on the device. */
export const digest = (answer) => ({
  policy_set: answer.policy_set,
  verdicts: Object.fromEntries(
    answer.results
      .filter(({ verdict }) => verdict !== "ineligible")
      .map(({ policy, subject, verdict }) => [`${policy} ${subject.kind === "member" ? subject.position : ""}`, verdict]),
  ),
});
