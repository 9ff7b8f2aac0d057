// A table that is no wider than the page: one that is scrolls inside its own frame, by keyboard too. A broad one is a
// list of rows on a phone (desk.css).

import { el } from "../dom.js";
import "./sheet.js";

/** Return a table of *rows* under *heads*; numbers stand on the right, and *caption* says what it is of. */
export const table = (caption, heads, rows) =>
  el(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el(
      "table",
      { class: heads.length > 3 ? "broad" : null },
      el("thead", {}, el("tr", {}, heads.map((head, place) => el("th", { scope: "col", class: rows.length && typeof rows[0][place] === "number" ? "number" : null }, head)))),
      el("tbody", {}, rows.map((cells) => el("tr", {}, cells.map((cell, place) => el("td", { class: typeof cell === "number" ? "number" : null, "data-head": heads[place] }, shown(cell)))))),
    ),
  );

const shown = (cell) => (typeof cell === "number" ? cell.toLocaleString("zh-CN") : cell);

/** Return which township a code is of, and the code itself where it says more. */
export function placeWords(code, townships) {
  const township = townships[code.slice(0, 9)];
  return township ? `${township}${code.length > 9 ? ` ${code}` : ""}` : code;
}

/** Return a moment such as "2026-11-25T09:30:00+08:00" as people write it; nothing where there is none. */
export const moment = (text) => (text ? new Date(text).toLocaleString("zh-CN", { dateStyle: "short", timeStyle: "short" }) : "");
