// The queue under the reader's hands: new rows wait behind a pill, changed rows change in place, keys act.

import "./live.js";

const LEVELS = { red: ["红色", 4], orange: ["橙色", 3], yellow: ["黄色", 2], blue: ["蓝色", 1] };
const list = document.getElementById("list");
const preview = document.getElementById("preview");
const plainTitle = document.title.replace(/^\(\d+\) /, "");
const waiting = new Map(); // alert id → level, for what is new
const dirty = new Set(); // alert ids whose rows changed
let selected = null; // alert id
let flushing = null;
let asked = 0;

const rows = () => [...list.querySelectorAll(".strip")];
const rowOf = (alert) => rows().find((row) => row.dataset.alert === alert);
const path = (id) => encodeURIComponent(id);
const narrow = () => matchMedia("(max-width: 700px)").matches;

// Selection ------------------------------------------------------------------------------------------------

function markSelected() {
  for (const row of rows()) row.setAttribute("aria-selected", String(row.dataset.alert === selected));
  list.setAttribute("aria-activedescendant", rowOf(selected)?.id ?? "");
}

function formIsOpen() {
  const form = preview.querySelector("[data-form]:not([hidden])");
  return Boolean(form) || (document.activeElement && preview.contains(document.activeElement) && document.activeElement.matches("select, input"));
}

async function showPreview() {
  const wanted = selected, turn = ++asked;
  const answer = await fetch(`/queue/preview/${path(wanted)}`);
  if (!answer.ok || turn !== asked) return;
  preview.innerHTML = await answer.text();
  htmx.process(preview);
}

let soon = null;
function select(row, { scroll = true } = {}) {
  if (!row) return;
  selected = row.dataset.alert;
  markSelected();
  if (scroll) row.scrollIntoView({ block: "nearest" });
  clearTimeout(soon);
  soon = setTimeout(showPreview, 60);
}

function step(by) {
  const all = rows();
  const place = all.findIndex((row) => row.dataset.alert === selected);
  select(all[Math.max(0, Math.min(all.length - 1, place + by))]);
}

function open(row) {
  const concern = row?.dataset.concern;
  location.assign(concern ? `/concerns/${path(concern)}` : "/sources");
}

// Changes --------------------------------------------------------------------------------------------------

function sayWaiting() {
  const pill = list.querySelector("[data-pill]");
  if (!pill) return;
  pill.hidden = waiting.size === 0;
  if (!waiting.size) { document.title = plainTitle; return; }
  if (waiting.has("behind")) {
    pill.querySelector("[data-pill-count]").textContent = "离开太久，列表已落后";
    pill.querySelector("[data-pill-level]").textContent = "更新";
    return;
  }
  const levels = [...waiting.values()].filter((level) => LEVELS[level]).sort((a, b) => LEVELS[b][1] - LEVELS[a][1]);
  const highest = levels[0];
  pill.querySelector("[data-pill-count]").textContent = `新到 ${waiting.size} 条`;
  pill.querySelector("[data-pill-level]").textContent = highest
    ? `其中 ${levels.filter((level) => level === highest).length} 条${LEVELS[highest][0]}` : "";
  document.title = `(${waiting.size}) ${plainTitle}`;
}

function sound() {
  // Browsers keep silent until the page was touched once; then red is heard once.
  const context = new AudioContext();
  const tone = context.createOscillator(), loudness = context.createGain();
  tone.frequency.value = 660;
  loudness.gain.setValueAtTime(0.12, context.currentTime);
  loudness.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.6);
  tone.connect(loudness).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + 0.6);
  tone.onended = () => context.close();
}

async function showWaiting() {
  const top = list.scrollTop;
  const answer = await fetch(`/queue/list?view=${path(list.dataset.view)}`);
  if (!answer.ok) return;
  list.innerHTML = await answer.text();
  htmx.process(list);
  list.scrollTop = top;
  waiting.clear();
  sayWaiting();
  if (rowOf(selected)) markSelected();
  else if (rows().length) select(rows()[0], { scroll: false });
}

function touch(alert, loudly) {
  if (loudly) dirty.add(alert);
  else if (!dirty.has(alert)) dirty.add(alert);
  if (loudly) rowOf(alert)?.setAttribute("data-loud", "");
  flushing ??= setTimeout(refreshRows, 600);
}

async function refreshRows() {
  flushing = null;
  const ids = [...dirty].filter((alert) => rowOf(alert)).slice(0, 60);
  dirty.clear();
  if (!ids.length) return;
  const answer = await fetch(`/queue/rows?${ids.map((alert) => `alert=${path(alert)}`).join("&")}`);
  if (!answer.ok) return;
  const fresh = document.createElement("template");
  fresh.innerHTML = await answer.text();
  for (const row of [...fresh.content.querySelectorAll(".strip")]) replaceRow(row);
  markSelected();
  if (ids.includes(selected) && !formIsOpen()) showPreview();
}

function replaceRow(row) {
  const old = rowOf(row.dataset.alert);
  if (!old) return;
  if (old.hasAttribute("data-loud")) {
    const tag = document.createElement("span");
    tag.className = "fresh";
    tag.textContent = "刚更新";
    row.querySelector("h3").append(tag);
    setTimeout(() => tag.remove(), 10_000);
  }
  old.replaceWith(row);
}

document.addEventListener("huiying:change", ({ detail: change }) => {
  if (change.topic === "alert-raised" && !rowOf(change.alert)) {
    waiting.set(change.alert, change.level);
    sayWaiting();
    if (change.level === "red") sound();
    return;
  }
  if (waiting.has(change.alert) && change.level) {
    waiting.set(change.alert, change.level);
    sayWaiting();
  }
  if (change.alert) touch(change.alert, change.topic !== "concern-changed");
  else if (change.concern) {
    for (const row of rows()) {
      if (row.dataset.concern === change.concern) touch(row.dataset.alert, change.topic !== "concern-changed");
    }
  }
});

// The stream cannot give everything that was missed: the whole list is asked for, behind the pill.
document.addEventListener("huiying:behind", () => { waiting.set("behind", ""); sayWaiting(); });

// Hands ----------------------------------------------------------------------------------------------------

list.addEventListener("click", (click) => {
  if (click.target.closest("[data-pill]")) { showWaiting(); return; }
  const row = click.target.closest(".strip");
  if (!row) return;
  if (narrow()) open(row);
  else select(row, { scroll: false });
});
list.addEventListener("dblclick", (click) => open(click.target.closest(".strip")));

function toggleForm(name, show) {
  for (const form of preview.querySelectorAll("[data-form]")) form.hidden = !(show && form.dataset.form === name);
  const form = preview.querySelector(`[data-form="${name}"]`);
  if (!show || !form) return;
  form.scrollIntoView({ block: "nearest" });
  form.querySelector("input:not([type=hidden])").focus();
}

preview.addEventListener("click", (click) => {
  const opener = click.target.closest("[data-form-open]");
  if (opener) toggleForm(opener.dataset.formOpen, true);
  if (click.target.closest("[data-form-close]")) toggleForm("", false);
});

document.addEventListener("htmx:afterSwap", () => markSelected());
document.addEventListener("htmx:oobAfterSwap", () => markSelected());

function escape(field) {
  field?.blur();
  toggleForm("", false);
  document.querySelector("[data-help]").hidden = true;
}

const MOVES = {
  j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
  Enter: () => open(rowOf(selected)), n: showWaiting,
  r: () => location.assign("/register"),
  t: () => location.assign("/log#call"), l: () => location.assign("/log"),
  "?": () => { const help = document.querySelector("[data-help]"); help.hidden = !help.hidden; },
};

document.addEventListener("keydown", (key) => {
  const field = key.target.closest?.("input, select, textarea");
  if (key.key === "Escape") { escape(field); return; }
  if (key.key === "Enter" && key.ctrlKey && field?.form) { field.form.requestSubmit(); return; }
  if (field || key.ctrlKey || key.altKey || key.metaKey) return;
  if (key.key === "Enter" && key.target.closest("button, a")) return;
  const move = MOVES[key.key] ?? MOVES[key.key.toLowerCase()];
  const button = preview.querySelector(`[data-key~="${CSS.escape(key.key.toUpperCase())}"]`);
  if (!move && !button) return;
  key.preventDefault();
  if (move) move();
  else button.click();
});

if (rows().length && !narrow()) {
  selected = preview.querySelector("[data-preview-of]")?.dataset.previewOf ?? rows()[0].dataset.alert;
  markSelected();
}
