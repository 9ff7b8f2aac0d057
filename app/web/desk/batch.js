// One list: how far its screening is, what was set aside, its results, what has changed, its end.

import { CallError, call, getJson } from "../api.js";
import { el, replace, tell } from "../dom.js";
import { may } from "../session.js";
import { busily } from "./busy.js";
import { charts } from "./chart.js";
import { download } from "./download.js";
import { events } from "./events.js";
import { handover } from "./handover.js";
import { moment, table } from "./table.js";

const FORMATS = { xlsx: "Excel 工作簿（结果、各单位花名册、汇总）", csv: "CSV（原表加各项结论）", parquet: "Parquet（供程序使用）" };
const SHORT = { xlsx: "Excel", csv: "CSV", parquet: "Parquet" };
const REJECTS_SHOWN = 100;
const PAUSES = [1000, 30000];

export async function page(main, id) {
  const stopping = new AbortController();
  const draw = (batch) => {
    if (!stopping.signal.aborted) replace(main, parts(batch));
  };
  const batch = await getJson(`v1/batches/${id}`);
  draw(batch);
  if (!batch.ended_at) {
    follow(id, stopping.signal, batch, draw).catch((error) => {
      if (!(error instanceof CallError)) throw error;
      if (!stopping.signal.aborted) replace(main, el("p", { class: "bad" }, error.message), back());
    });
  }
  return () => stopping.abort();
}

/** Follow a list until it has ended; a stream that breaks off is taken up again. */
async function follow(id, signal, shown, draw) {
  for (let pause = PAUSES[0]; !signal.aborted; pause = Math.min(pause * 2, PAUSES[1])) {
    try {
      for await (const { event, data } of events(`v1/batches/${id}/events`, signal)) {
        [pause] = PAUSES;
        if (event === "end") return draw(data.state === "deleted" ? null : data);
        // While only the bar moves, only the bar is drawn: a button under the finger stays where it is.
        if (data.phase === shown.phase && data.state === shown.state && data.cancelling === shown.cancelling) move(data);
        else draw(data);
        shown = data;
      }
    } catch (error) {
      if (!(error instanceof CallError) || !error.passes) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return null;
}

const back = () => el("p", {}, el("a", { href: "#/lists" }, "回到全部名单"));

function parts(batch) {
  if (!batch) return [el("p", { class: "notice" }, "这份名单已删除。"), back()];
  const { summary, links } = batch;
  return [
    el("h1", {}, `名单筛查：${batch.state_label}`),
    el("p", { class: "quiet" }, `${moment(batch.created_at)}上传，筛查日期${batch.as_of}。`, batch.expires_at ? `${moment(batch.expires_at).split(" ")[0]}以后自动删除。` : ""),
    batch.ended_at ? null : going(batch),
    batch.error ? el("p", { class: "bad", role: "alert" }, batch.error) : null,
    summary ? overview(summary) : null,
    links.result ? results(summary, links) : null,
    links.changes ? changed(summary, links) : null,
    summary && summary.qualifying && may("batches.hand-over") ? handover(batch, relative(links.counts)) : null,
    summary && summary.rejected ? rejected(links, summary) : null,
    links.counts && summary.people ? pictures(links) : null,
    batch.ended_at && may("batches.delete") ? el("p", {}, el("button", { type: "button", onclick: remove(batch) }, "删除这份名单和结果")) : null,
    back(),
  ];
}

// ── on its way ──

function going(batch) {
  const label = batch.phase_label || batch.state_label;
  return el(
    "div",
    { class: "card" },
    el("p", { role: "status" }, `${label}……`),
    el("progress", { id: "progress", "aria-label": label, ...barOf(batch) }),
    el("p", { id: "progress-words" }, barWords(batch)),
    may("batches.delete") ? el("button", { type: "button", onclick: cancel(batch), disabled: batch.cancelling }, batch.cancelling ? "正在停下" : "取消") : null,
  );
}

const barOf = ({ progress: { done, rows } }) => (rows ? { max: rows, value: done } : {});

const barWords = ({ progress: { done, rows } }) => (rows ? `${done.toLocaleString("zh-CN")} / ${rows.toLocaleString("zh-CN")} 行` : "正在准备");

function move(batch) {
  const bar = document.getElementById("progress");
  if (!bar) return;
  Object.assign(bar, barOf(batch));
  document.getElementById("progress-words").textContent = barWords(batch);
}

const cancel = ({ id }) => busily(() => getJson(`v1/batches/${id}/cancel`, { method: "POST" }));

const remove = ({ id }) =>
  busily(async () => {
    if (!confirm("删除后不能恢复。确定删除上传的名单和全部结果吗？")) return;
    await call(`v1/batches/${id}`, { method: "DELETE" });
    tell("名单和结果已删除。");
    location.hash = "#/lists";
  });

// ── what came of it ──

function overview({ rows, households, people, rejected: aside, warnings, verdicts, unknown_columns: unknown, missing_columns: missing, notes }) {
  const count = (number) => number.toLocaleString("zh-CN");
  return el(
    "div",
    { class: "card" },
    el("h2", {}, "概要"),
    el("p", {}, `${count(rows)}行，${count(households)}户${count(people)}人；退回${count(aside)}行，提示${count(warnings)}处。`),
    el(
      "p",
      { class: "row" },
      [["eligible", "符合"], ["undetermined", "待核实"], ["ineligible", "不符合"]].map(([verdict, words]) => el("span", { class: `verdict ${verdict}` }, `${words} ${count(verdicts[verdict])}项次`)),
    ),
    unknown.length ? el("p", {}, `没有用到的列：${unknown.join("、")}`) : null,
    notes.map((said) => el("p", { class: "notice" }, said)),
    missing.length ? el("p", {}, `缺少的列（补上后待核实的会少）：${missing.join("、")}`) : null,
  );
}

const relative = (path) => path.replace(/^\//, "");

const files = (links, kind, words) => el("div", { class: "row" }, Object.entries(links).map(([form, path]) => download(relative(path), `${kind}.${form}`, words[form])));

function results({ not_made: refused }, links) {
  return el("div", { class: "card" }, el("h2", {}, "下载结果"), files(links.result, "结果", FORMATS), refused.map(({ message }) => el("p", { class: "notice" }, message)));
}

function changed({ changes }, links) {
  return el("div", { class: "card" }, el("h2", {}, "与上次相比"), el("p", { class: "lines" }, changes.text), files(links.changes, "变化", SHORT));
}

function pictures(links) {
  const place = el("div", {}, el("p", { class: "quiet" }, "正在取数……"));
  fill(place, async () => charts(await getJson(relative(links.counts))));
  return el("div", { class: "card" }, el("h2", {}, "各村各项政策"), place);
}

/** Put into *place* what *work* returns when it comes, or why it does not. */
const fill = (place, work) =>
  work().then(
    (...parts) => replace(place, ...parts),
    (error) => replace(place, el("p", { class: "bad" }, error instanceof CallError ? error.message : "没有取到，请重试。")),
  );

// ── what was set aside ──

function rejected(links, summary) {
  const path = relative(links.rejects);
  const list = el("div", {});
  const found = [];
  let next = `${path}?limit=${REJECTS_SHOWN}`;
  const more = async () => {
    const part = await getJson(next);
    found.push(...part.rejects);
    next = part.next && relative(part.next);
    return [
      table("退回的行", ["原表行号", "列", "怎么改"], found.map(({ row, column, message }) => [row, column || "整行", message])),
      next ? el("button", { type: "button", onclick: () => fill(list, more) }, "再看一些") : null,
    ];
  };
  fill(list, more);
  return el(
    "div",
    { class: "card" },
    el("h2", {}, `退回的行（${summary.rejected.toLocaleString("zh-CN")}行）`),
    el("p", { class: "quiet" }, "这些行没有筛查，其余的行不受影响。按说明改好原表后，重新上传即可。"),
    list,
    el("p", {}, download(`${path}?format=csv`, "退回行.csv", "下载退回行（CSV）")),
  );
}
