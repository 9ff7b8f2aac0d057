// A file fetched with the user's key and saved: a plain link could not send one.

import { CallError, call } from "../api.js";
import { el, tell } from "../dom.js";
import { freed } from "./busy.js";

const PATIENCE = 30 * 60 * 1000;

/** Return a button that fetches *path* and saves it under the name that the service gives it, or *name*. */
export function download(path, name, words) {
  async function fetchIt({ currentTarget: button }) {
    button.disabled = true;
    button.textContent = "正在下载……";
    try {
      const response = await call(path, { patience: PATIENCE, headers: { Accept: "*/*" } });
      save(await response.blob(), nameIn(response) || name);
    } catch (error) {
      // The answer may break off while it is read.
      tell(error instanceof CallError ? error.message : "下载中断，请重试。", "bad");
    } finally {
      freed(button);
      button.textContent = words;
    }
  }
  return el("button", { type: "button", onclick: fetchIt }, words);
}

/** Return a button that hands the file at *path* to another program of the device; nothing where it cannot. */
export function share(path, name, title) {
  if (!navigator.canShare) return null;
  async function shareIt({ currentTarget: button }) {
    button.disabled = true;
    try {
      const blob = await (await call(path, { patience: PATIENCE, headers: { Accept: "*/*" } })).blob();
      const files = [new File([blob], name, { type: blob.type })];
      if (navigator.canShare({ files })) await navigator.share({ files, title });
      else save(blob, name);
    } catch (error) {
      // Whoever closes the device's own dialog has not failed.
      if (error.name !== "AbortError") tell(error instanceof CallError ? error.message : "没有分享成，请先下载。", "bad");
    } finally {
      freed(button);
    }
  }
  return el("button", { type: "button", onclick: shareIt }, "分享告知单");
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = el("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

function nameIn(response) {
  const found = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") || "");
  return found && decodeURIComponent(found[1]);
}
