// Who qualifies where, to be looked at: a table whose bars are pictures of its numbers, by policy or by village.

import { el, replace } from "../dom.js";
import "./sheet.js";

const SVG = "http://www.w3.org/2000/svg";
const SHOWN = [
  ["eligible", "符合"],
  ["undetermined", "待核实"],
];
const WIDTH = 200;
const HEIGHT = 12;

/** Return the charts of a list's counts. */
export function charts({ places, policies }) {
  const names = places.map(nameOf);
  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
  // By policy of one village or of all; by village of one policy or of all.
  const views = {
    policy: {
      words: "按政策看",
      head: "政策",
      which: "哪个村",
      choices: ["全部", ...names],
      rows: (chosen) => policies.map((policy) => [`${policy.title}（${unitOf(policy)}）`, ...SHOWN.map(([verdict]) => (chosen ? policy[verdict][chosen - 1] : sum(policy[verdict])))]),
    },
    place: {
      words: "按村看",
      head: "村（社区）",
      which: "哪项政策",
      choices: ["全部（项次）", ...policies.map(({ title }) => title)],
      rows: (chosen) =>
        names.map((name, place) => {
          const counted = chosen ? [policies[chosen - 1]] : policies;
          return [name, ...SHOWN.map(([verdict]) => sum(counted.map((policy) => policy[verdict][place])))];
        }),
    },
  };
  const holder = el("div", {});
  const draw = (view, chosen = 0) => {
    const { head, which, choices, rows } = views[view];
    replace(
      holder,
      el(
        "div",
        { class: "options", role: "group", "aria-label": "怎样看" },
        Object.entries(views).map(([name, { words }]) => el("button", { type: "button", id: `view-${name}`, "aria-pressed": String(name === view), onclick: () => draw(name) }, words)),
      ),
      el("label", { for: "chart-which" }, which),
      el("select", { id: "chart-which", onchange: ({ target }) => draw(view, Number(target.value)) }, choices.map((words, number) => el("option", { value: number, selected: number === chosen }, words))),
      chart(head, `${head}：${choices[chosen]}`, rows(chosen)),
    );
  };
  draw("policy");
  return holder;
}

const unitOf = ({ subject }) => (subject === "household" ? "户" : "人");

const nameOf = ({ township, village }) => [township, village].filter(Boolean).join(" ") || "没有写明或合并的地方";

/** Return the chart of *rows*, [name, eligible, undetermined], the largest first. */
function chart(head, caption, rows) {
  const shown = rows.filter(([, ...numbers]) => numbers.some(Boolean)).sort(([, a, b], [, c, d]) => c - a || d - b);
  const most = Math.max(1, ...shown.map(([, ...numbers]) => numbers[0] + numbers[1]));
  const empty = rows.length - shown.length;
  return [
    el(
      "p",
      { class: "row", "aria-hidden": "true" },
      SHOWN.map(([verdict, words]) => el("span", { class: "row" }, key(verdict), words)),
    ),
    el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
      el(
        "table",
        { class: "chart" },
        el("caption", {}, caption),
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, head), SHOWN.map(([, words]) => el("th", { scope: "col", class: "number" }, words)))),
        el(
          "tbody",
          {},
          shown.map(([name, ...numbers]) =>
            el(
              "tr",
              {},
              el("th", { scope: "row" }, name, bar(numbers, most)),
              numbers.map((number) => el("td", { class: "number" }, number.toLocaleString("zh-CN"))),
            ),
          ),
        ),
      ),
    ),
    empty ? el("p", { class: "quiet" }, `另有${empty}项没有符合或待核实的，没有列出。`) : null,
  ];
}

const key = (verdict) => picture(HEIGHT, [[verdict, 0, HEIGHT]]);

/** Return a bar in two parts; whoever cannot see it has the numbers beside it. */
function bar(numbers, most) {
  let from = 0;
  const parts = numbers.map((number, place) => {
    const width = (WIDTH * number) / most;
    const part = [SHOWN[place][0], from, width];
    from += width;
    return part;
  });
  return picture(WIDTH, parts);
}

function picture(width, parts) {
  const drawn = shape("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, class: width === WIDTH ? "bar" : "key", preserveAspectRatio: "none", "aria-hidden": "true" });
  for (const [verdict, x, long] of parts) drawn.append(shape("rect", { class: `of-${verdict}`, x, width: long, height: HEIGHT }));
  return drawn;
}

function shape(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
