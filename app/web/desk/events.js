// A stream of server-sent events, read with the user's key: the browser's own reader of them cannot send one.

import { CallError, call } from "../api.js";

/** Longer than the service is ever silent: it sends a sign of life every fifteen seconds. */
const SILENCE = 45000;

/** Yield { event, data } of the stream at *path* until it ends or *signal* aborts; a broken one raises CallError. */
export async function* events(path, signal) {
  const response = await call(path, { signal, headers: { Accept: "text/event-stream" } });
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await read(reader);
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split(/\r?\n\r?\n/);
      text = blocks.pop();
      for (const block of blocks) {
        const found = eventIn(block);
        if (found) yield found;
      }
    }
  } finally {
    reader.cancel().catch(() => null);
  }
}

async function read(reader) {
  let timer;
  const silent = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error("silent")), SILENCE);
  });
  try {
    return await Promise.race([reader.read(), silent]);
  } catch (error) {
    throw new CallError(0, "连不上服务，请检查网络");
  } finally {
    clearTimeout(timer);
  }
}

function eventIn(block) {
  const lines = block.split(/\r?\n/);
  const of = (name) => lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trim());
  const data = of("data");
  return data.length ? { event: of("event")[0] || "message", data: JSON.parse(data.join("\n")) } : null;
}
