// Lists of people: upload one, and those that were uploaded before.

import { CallError, call, getJson } from "../api.js";
import { el, replace } from "../dom.js";
import { uuid } from "../households.js";
import { may } from "../session.js";
import { busily, wordsOf } from "./busy.js";
import { download } from "./download.js";
import { moment, table } from "./table.js";

const PATIENCE = 30 * 60 * 1000;
const LISTED = 50;
const ENDINGS = [".csv", ".txt", ".xlsx", ".parquet"];

export async function page(main) {
  const found = [];
  const list = el("div", {});
  let next = `v1/batches?limit=${LISTED}`;
  const more = async () => {
    const part = await getJson(next.replace(/^\//, ""));
    found.push(...part.batches);
    ({ next } = part);
    replace(
      list,
      found.length ? table("以前的名单", ["上传时间", "筛查日期", "状态", "人数", "符合（项次）", "待核实（项次）"], found.map(row)) : el("p", { class: "quiet" }, "还没有上传过名单。"),
      next ? el("button", { type: "button", onclick: busily(more) }, "更早的") : null,
    );
  };
  await more();
  const done = found.filter(({ state }) => state === "done");
  replace(main, el("h1", {}, "名单筛查"), may("batches.create") ? uploading(done) : null, el("h2", {}, "以前的名单"), list);
  return null;
}

const row = ({ id, as_of: day, created_at: at, state_label: state, summary }) => [
  el("a", { href: `#/lists/${id}` }, moment(at)),
  day,
  state,
  ...(summary ? [summary.people, summary.verdicts.eligible, summary.verdicts.undetermined] : ["", "", ""]),
];

function uploading(done) {
  // The same list sent again after a lost answer is taken in once: as long as nothing in the form changes.
  let once = uuid();
  const file = el("input", { id: "list", type: "file", accept: ENDINGS.join(), required: true, "aria-describedby": "list-hint" });
  const day = el("input", { id: "as-of", type: "date" });
  const since = el(
    "select",
    { id: "since" },
    el("option", { value: "" }, "不比较"),
    done.map(({ id, as_of: earlier, created_at: at }) => el("option", { value: id }, `${moment(at)}上传，筛查日期${earlier}`)),
  );
  const said = el("p", { class: "fault", id: "list-fault", role: "alert" });
  const button = el("button", { class: "main", type: "submit" }, "上传并筛查");
  async function submit(event) {
    event.preventDefault();
    button.disabled = true;
    button.textContent = "正在上传……";
    said.textContent = "";
    const form = new FormData();
    if (day.value) form.append("as_of", day.value);
    if (since.value) form.append("since", since.value);
    // Under a name of ours: the file's own may be a person's.
    form.append("file", file.files[0], `list${endingOf(file.files[0])}`);
    try {
      const response = await call("v1/batches", { method: "POST", body: form, patience: PATIENCE, headers: { "Idempotency-Key": once } });
      location.hash = `#/lists/${(await response.json()).id}`;
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      said.textContent = wordsOf(error);
    } finally {
      button.disabled = false;
      button.textContent = "上传并筛查";
    }
  }
  const form = el(
    "form",
    { class: "card drop", onsubmit: submit, onchange: () => (once = uuid()) },
    el("label", { for: "list" }, "名单文件：选择，或拖到这里"),
    file,
    el("p", { class: "hint", id: "list-hint" }, "Excel（.xlsx）、CSV（UTF-8 或 GBK 编码都行）或 Parquet；一行一人，要有“户编号”列。建档立卡系统导出的表可以直接用。"),
    el(
      "div",
      { class: "fields" },
      el("div", {}, el("label", { for: "as-of" }, "筛查日期"), day, el("p", { class: "hint" }, "不填为今天。")),
      el("div", {}, el("label", { for: "since" }, "与以前的结果比较"), since, el("p", { class: "hint" }, "列出谁新增符合、谁不再符合、因为什么。")),
    ),
    said,
    el("div", { class: "row" }, button, download("v1/batches/template", "惠民筛查名单模板.xlsx", "下载空白模板")),
  );
  takeDrops(form, file, said);
  return form;
}

/** Let a file be dropped anywhere on *form*. */
function takeDrops(form, file, said) {
  const mark = (over) => form.classList.toggle("over", over);
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    mark(true);
  });
  form.addEventListener("dragleave", (event) => mark(form.contains(event.relatedTarget)));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    const { files } = event.dataTransfer;
    if (!files.length) return;
    if (files.length > 1 || !ENDINGS.includes(endingOf(files[0]))) {
      said.textContent = `请拖一个文件，以 ${ENDINGS.join("、")} 结尾。`;
      return;
    }
    said.textContent = "";
    file.files = files;
    file.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

const endingOf = ({ name }) => (/\.[a-z0-9]+$/i.exec(name) || [""])[0].toLowerCase();
