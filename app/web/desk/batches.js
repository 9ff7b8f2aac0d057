// Lists of people: upload one, watch it being screened, see what was set aside, fetch the results.

import { CallError, call, getJson } from "../api.js";
import { el, replace, tell } from "../dom.js";

const FORMATS = { xlsx: "Excel 工作簿（含花名册、汇总、待核实）", csv: "CSV（原表加各项结论）", parquet: "Parquet（供程序使用）" };
const UPLOAD_PATIENCE = 30 * 60 * 1000;
const REJECTS_SHOWN = 200;

export async function page(main, id) {
  if (id) return one(main, id);
  const listed = await getJson("v1/batches?limit=50");
  const done = listed.batches.filter(({ state }) => state === "done");
  replace(
    main,
    el("h1", {}, "名单筛查"),
    uploading(done),
    el("h2", {}, "以前的名单"),
    listed.batches.length
      ? el("div", { class: "scroll" }, table(["名单", "筛查日期", "状态", "人数", "符合", "待核实"], listed.batches.map(row)))
      : el("p", { class: "quiet" }, "还没有上传过名单。"),
  );
  return null;
}

const row = ({ id, as_of, created_at, state_label, summary }) => [
  el("a", { href: `#/lists/${id}` }, new Date(created_at).toLocaleString("zh-CN")),
  as_of,
  state_label,
  summary ? summary.people : "",
  summary ? summary.verdicts.eligible : "",
  summary ? summary.verdicts.undetermined : "",
];

/** Return a table; numbers stand on the right. */
export const table = (heads, rows) =>
  el(
    "table",
    {},
    el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, rows.map((cells) => el("tr", {}, cells.map((cell) => el("td", { class: typeof cell === "number" ? "number" : null }, cell === null ? "" : cell.nodeType ? cell : String(cell)))))),
  );

// ── uploading ──

function uploading(done) {
  const file = el("input", { id: "list", type: "file", accept: ".csv,.txt,.xlsx,.parquet", required: true });
  const day = el("input", { id: "as-of", type: "date" });
  const since = el(
    "select",
    { id: "since" },
    el("option", { value: "" }, "不比较"),
    done.map(({ id, as_of, created_at }) => el("option", { value: id }, `${new Date(created_at).toLocaleString("zh-CN")}（筛查日期 ${as_of}）`)),
  );
  const said = el("p", { class: "fault", role: "alert" });
  const button = el("button", { class: "main", type: "submit" }, "上传并筛查");
  async function submit(event) {
    event.preventDefault();
    button.disabled = true;
    said.textContent = "";
    const form = new FormData();
    if (day.value) form.append("as_of", day.value);
    if (since.value) form.append("since", since.value);
    // Under a name of ours: the file's own may be a person's.
    form.append("file", file.files[0], `list${/\.[a-z]+$/i.exec(file.files[0].name) || ""}`);
    try {
      const response = await call("v1/batches", { method: "POST", body: form, patience: UPLOAD_PATIENCE });
      location.hash = `#/lists/${(await response.json()).id}`;
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      said.textContent = [error.message, ...error.errors.map(({ message }) => message)].join(" ");
    } finally {
      button.disabled = false;
    }
  }
  return el(
    "form",
    { class: "card", onsubmit: submit },
    el("label", { for: "list" }, "名单文件"),
    file,
    el("p", { class: "hint" }, "CSV（UTF-8 或 GBK）、Excel（.xlsx）、Parquet；一行一人，要有“户编号”列。建档立卡系统导出的表可以直接用。", " ", download("v1/batches/template", "惠民筛查名单模板.xlsx", "下载空白模板")),
    el("div", { class: "fields" }, el("div", {}, el("label", { for: "as-of" }, "筛查日期（不填为今天）"), day), el("div", {}, el("label", { for: "since" }, "与以前的结果比较"), since)),
    said,
    el("div", { class: "row" }, button),
  );
}

/** Return a button that fetches a file with the user's key and saves it. */
function download(path, name, words) {
  async function fetchIt({ target }) {
    target.disabled = true;
    try {
      const response = await call(path, { patience: UPLOAD_PATIENCE, headers: { Accept: "*/*" } });
      const address = URL.createObjectURL(await response.blob());
      const link = el("a", { href: address, download: nameIn(response) || name });
      document.body.append(link);
      link.click();
      link.remove();
      setTimeout(() => URL.revokeObjectURL(address), 60000);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      tell(error.message, "bad");
    } finally {
      target.disabled = false;
    }
  }
  return el("button", { type: "button", onclick: fetchIt }, words);
}

function nameIn(response) {
  const found = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") || "");
  return found && decodeURIComponent(found[1]);
}

// ── one list ──

async function one(main, id) {
  const stopping = new AbortController();
  const draw = async (batch) => replace(main, ...(await parts(batch)));
  const batch = await getJson(`v1/batches/${id}`);
  await draw(batch);
  if (!batch.ended_at) {
    follow(id, stopping.signal, draw).catch((error) => {
      if (error instanceof CallError && !stopping.signal.aborted) tell("进度暂时取不到，请稍后刷新。", "bad");
    });
  }
  return () => stopping.abort();
}

/** Read the stream of progress; a broken one is taken up again. */
async function follow(id, signal, draw) {
  for (let pause = 1000; !signal.aborted; pause = Math.min(pause * 2, 30000)) {
    try {
      for await (const { event, data } of events(`v1/batches/${id}/events`, signal)) {
        await draw(event === "end" && data.state === "deleted" ? null : data);
        if (event === "end") return;
        pause = 1000;
      }
    } catch (error) {
      if (!(error instanceof CallError) || !error.passes) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Yield the events of a stream; the browser's own reader of them cannot send a key. */
async function* events(path, signal) {
  const response = await call(path, { signal, headers: { Accept: "text/event-stream" } });
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    let part;
    try {
      part = await reader.read();
    } catch (error) {
      throw new CallError(0, "连不上服务，请检查网络");
    }
    if (part.done) return;
    text += decoder.decode(part.value, { stream: true });
    const blocks = text.split(/\r?\n\r?\n/);
    text = blocks.pop();
    for (const block of blocks) {
      const lines = block.split(/\r?\n/);
      const of = (name) => lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trim());
      if (of("data").length) yield { event: of("event")[0] || "message", data: JSON.parse(of("data").join("\n")) };
    }
  }
}

async function parts(batch) {
  const back = el("p", {}, el("a", { href: "#/lists" }, "回到全部名单"));
  if (!batch) return [el("p", { class: "notice" }, "这份名单已删除。"), back];
  const { summary, links, progress } = batch;
  return [
    el("h1", {}, `名单筛查：${batch.state_label}`),
    el("p", { class: "quiet" }, `上传于 ${new Date(batch.created_at).toLocaleString("zh-CN")}，筛查日期 ${batch.as_of}`),
    batch.ended_at
      ? null
      : el(
          "div",
          { class: "card", role: "status" },
          el("label", { for: "progress" }, batch.phase_label || "排队中"),
          el("progress", { id: "progress", max: progress.rows || null, value: progress.rows ? progress.done : undefined }),
          el("p", {}, progress.rows ? `${progress.done} / ${progress.rows} 行` : "正在准备"),
          el("button", { type: "button", onclick: () => end(batch, "cancel"), disabled: batch.cancelling }, batch.cancelling ? "正在停下" : "取消"),
        ),
    batch.error ? el("p", { class: "bad" }, batch.error) : null,
    summary ? overview(summary) : null,
    links.result
      ? el("div", { class: "card" }, el("h2", {}, "下载结果"), el("div", { class: "row" }, Object.entries(links.result).map(([form, path]) => download(path.slice(1), `结果.${form}`, FORMATS[form]))), (summary.not_made || []).map(({ message }) => el("p", { class: "notice" }, message)))
      : null,
    links.changes
      ? el("div", { class: "card" }, el("h2", {}, "与上次相比"), el("p", {}, summary.changes.text), el("div", { class: "row" }, Object.entries(links.changes).map(([form, path]) => download(path.slice(1), `变化.${form}`, `变化清单（${form}）`))))
      : null,
    summary && summary.rejected ? await rejected(links) : null,
    batch.ended_at ? el("div", { class: "row" }, el("button", { type: "button", onclick: () => end(batch, "delete") }, "删除这份名单和结果")) : null,
    batch.expires_at ? el("p", { class: "quiet" }, `${new Date(batch.expires_at).toLocaleDateString("zh-CN")}以后自动删除。`) : null,
    back,
  ];
}

function overview({ rows, households, people, rejected: aside, warnings, verdicts, unknown_columns: unknown, missing_columns: missing }) {
  const total = verdicts.eligible + verdicts.undetermined + verdicts.ineligible;
  return el(
    "div",
    { class: "card" },
    el("h2", {}, "概要"),
    el("p", {}, `${rows}行，${households}户${people}人；退回${aside}行，提示${warnings}处。`),
    el("div", { class: "scroll" }, table(["结果", "项次", "比例"], [
      ["符合", verdicts.eligible, bar(verdicts.eligible, total, "eligible")],
      ["待核实", verdicts.undetermined, bar(verdicts.undetermined, total, "undetermined")],
      ["不符合", verdicts.ineligible, bar(verdicts.ineligible, total, "ineligible")],
    ])),
    unknown.length ? el("p", {}, `没有用到的列：${unknown.join("、")}`) : null,
    missing.length ? el("p", {}, `缺少的列（补上后待核实的会少）：${missing.join("、")}`) : null,
  );
}

const SVG = "http://www.w3.org/2000/svg";

/** Return a bar with its share in words beside it. */
export function bar(count, total, kind) {
  const share = total ? count / total : 0;
  const picture = document.createElementNS(SVG, "svg");
  const part = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ viewBox: "0 0 100 10", width: "100", height: "10", "aria-hidden": "true", class: `bar ${kind}` })) picture.setAttribute(name, value);
  for (const [name, value] of Object.entries({ width: (100 * share).toFixed(1), height: "10", rx: "2" })) part.setAttribute(name, value);
  picture.append(part);
  return el("span", { class: "row" }, picture, `${(100 * share).toFixed(1)}%`);
}

async function rejected(links) {
  const path = links.rejects.slice(1);
  const { rejects, next } = await getJson(`${path}?limit=${REJECTS_SHOWN}`);
  return el(
    "div",
    { class: "card" },
    el("h2", {}, "退回的行"),
    el("p", { class: "quiet" }, "这些行没有筛查。按说明改好原表后，可以重新上传。", next ? `只列前${rejects.length}条，全部见下载。` : ""),
    el("div", { class: "scroll" }, table(["原表行号", "列", "怎么改"], rejects.map(({ row: line, column, message }) => [line, column, message]))),
    el("div", { class: "row" }, download(`${path}?format=csv`, "退回行.csv", "下载全部退回行（CSV）")),
  );
}

async function end({ id }, how) {
  if (how === "delete" && !confirm("删除后不能恢复。确定删除上传的名单和全部结果吗？")) return;
  try {
    await (how === "delete" ? call(`v1/batches/${id}`, { method: "DELETE" }) : call(`v1/batches/${id}/cancel`, { method: "POST" }));
    if (how === "delete") location.hash = "#/lists";
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    tell(error.message, "bad");
  }
}
