// The queue under the reader's hands: new rows wait behind a pill, changed rows change in place, keys act.

const LEVELS = { red: ["红色", 4], orange: ["橙色", 3], yellow: ["黄色", 2], blue: ["蓝色", 1] };
const BATCH = 600; // milliseconds in which changes are gathered before the server is asked once
const AT_ONCE = 100; // rows in one question
const MOST_WAITING = 2000;
const PLACE = "queue-place";
const list = document.getElementById("list");
const preview = document.getElementById("preview");
const plainTitle = document.title.replace(/^\(\d+\) /, "");
const narrowed = "narrowed" in list.dataset;
const waiting = new Map(); // alert id → level, for what is new in this list
const elsewhere = new Map(); // the same for what is new and hidden by the filter
const arrived = new Map(); // the same for what is yet to be asked about
const dirty = new Set(); // alert ids whose rows changed
let selected = null; // alert id
let shown = ""; // how many rows were asked for, where it was more than usual
let asked = 0;

const rows = () => [...list.querySelectorAll(".strip")];
const rowOf = (alert) => rows().find((row) => row.dataset.alert === alert);
const path = (id) => encodeURIComponent(id);
const narrow = () => matchMedia("(max-width: 700px)").matches;
const aWhile = () => new Promise((later) => { setTimeout(later, 3000); });
const timeOfDay = () => new Date().toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai", hour12: false });

async function ask(address) {
  if (document.querySelector("[data-signed-out]")) return null;
  const answer = await fetch(address).catch(() => null);
  if (answer?.status === 401) document.dispatchEvent(new Event("huiying:signed-out"));
  return answer?.ok ? answer : null;
}

// Selection ------------------------------------------------------------------------------------------------

function markSelected() {
  for (const row of rows()) row.setAttribute("aria-selected", String(row.dataset.alert === selected));
  list.setAttribute("aria-activedescendant", rowOf(selected)?.id ?? "");
}

function formIsOpen() {
  const form = preview.querySelector("[data-form]:not([hidden])");
  return Boolean(form) || (document.activeElement && preview.contains(document.activeElement) && document.activeElement.matches("select, input"));
}

function sayInPreview(title, words, retry) {
  const box = document.createElement("div");
  box.className = "none";
  box.setAttribute("role", "status");
  box.append(Object.assign(document.createElement("b"), { textContent: title }), words);
  if (retry) {
    const again = Object.assign(document.createElement("button"), { type: "button", className: "btn sm", textContent: "重试" });
    again.addEventListener("click", showPreview);
    box.append(document.createElement("br"), again);
  }
  preview.replaceChildren(box);
}

async function showPreview() {
  const wanted = selected, turn = ++asked;
  const slow = setTimeout(() => { if (turn === asked) sayInPreview("正在取这一项…", "", false); }, 1000);
  const answer = await ask(`/queue/preview/${path(wanted)}`);
  const text = await answer?.text();
  clearTimeout(slow);
  if (turn !== asked) return;
  if (!answer) { sayInPreview("这一项现在取不到", `${timeOfDay()} 没有取到，列表不受影响。`, true); return; }
  preview.innerHTML = text;
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

// What is new ----------------------------------------------------------------------------------------------

const words = (news, many) => `${news.size >= MOST_WAITING ? `${MOST_WAITING} 条以上` : `${news.size} 条`}${many}`;

function highestOf(news) {
  const levels = [...news.values()].filter((level) => LEVELS[level]).sort((a, b) => LEVELS[b][1] - LEVELS[a][1]);
  return levels.length ? `其中 ${levels.filter((level) => level === levels[0]).length} 条${LEVELS[levels[0]][0]}` : "";
}

function sayTitle() {
  const all = [...waiting.values(), ...elsewhere.values()];
  const red = all.filter((level) => level === "red").length;
  document.title = all.length ? `(${all.length}${red ? `，红色 ${red}` : ""}) ${plainTitle}` : plainTitle;
}

function sayWaiting() {
  const pill = list.querySelector("[data-pill]");
  if (!pill) return;
  const say = (part, text) => { pill.querySelector(`[data-pill-${part}]`).textContent = text; };
  pill.hidden = waiting.size + elsewhere.size === 0;
  sayTitle();
  if (waiting.has("behind")) { say("count", "离开太久，列表已落后"); say("level", "更新"); say("hidden", ""); return; }
  say("count", waiting.size ? `新到 ${words(waiting, "")}` : "");
  say("level", highestOf(waiting));
  const red = elsewhere.size && [...elsewhere.values()].includes("red") ? `，${highestOf(elsewhere)}` : "";
  say("hidden", elsewhere.size ? `另有 ${words(elsewhere, "新到不在本筛选内")}${red}` : "");
}

function remember(news, alert, level) {
  if (news.size < MOST_WAITING || news.has(alert)) news.set(alert, level);
}

async function sortArrived() {
  const some = [...arrived].slice(0, AT_ONCE);
  const answer = await ask(`/queue/among?${list.dataset.query}&${some.map(([alert]) => `alert=${path(alert)}`).join("&")}`);
  if (!answer) { await aWhile(); return; }
  const here = new Set(await answer.json());
  for (const [alert, level] of some) {
    arrived.delete(alert);
    remember(here.has(alert) ? waiting : elsewhere, alert, level);
  }
  sayWaiting();
}

function welcome(change) {
  if (change.level === "red") document.dispatchEvent(new Event("huiying:red"));
  if (narrowed) { remember(arrived, change.alert, change.level); flushSoon(); return; }
  remember(waiting, change.alert, change.level);
  sayWaiting();
}

function sayListTrouble(said) {
  list.querySelector("[data-list-trouble]")?.remove();
  if (!said) return;
  const line = Object.assign(document.createElement("p"), { className: "note warn", textContent: said });
  line.dataset.listTrouble = "";
  line.setAttribute("role", "alert");
  const again = Object.assign(document.createElement("button"), { type: "button", className: "btn sm", textContent: "重试" });
  again.dataset.again = "";
  line.append(" ", again);
  list.querySelector(".ghead").after(line);
}

let reading = false;
async function showWaiting() {
  if (reading) return;
  reading = true;
  const slow = setTimeout(() => list.setAttribute("aria-busy", "true"), 1000);
  const answer = await ask(`/queue/list?${list.dataset.query}${shown}`);
  const text = await answer?.text();
  clearTimeout(slow);
  list.removeAttribute("aria-busy");
  reading = false;
  if (!answer) { sayListTrouble(`${timeOfDay()} 没有取到最新列表，下面是原来的。`); return; }
  const top = list.scrollTop;
  list.innerHTML = text;
  htmx.process(list);
  list.scrollTop = top;
  for (const news of [waiting, elsewhere, arrived]) news.clear();
  sayWaiting();
  document.dispatchEvent(new Event("huiying:rows"));
  if (rowOf(selected)) markSelected();
  else if (rows().length) select(rows()[0], { scroll: false });
}

// What changed ---------------------------------------------------------------------------------------------

let flushing = null;
function flushSoon() {
  flushing ??= setTimeout(async () => {
    await refreshRows();
    if (arrived.size) await sortArrived();
    flushing = null;
    if (dirty.size || arrived.size) flushSoon();
  }, BATCH);
}

function touch(row, loudly) {
  if (!row) return;
  dirty.add(row.dataset.alert);
  if (loudly) row.setAttribute("data-loud", "");
  flushSoon();
}

async function refreshRows() {
  const ids = [...dirty].filter(rowOf).slice(0, AT_ONCE);
  const answer = ids.length ? await ask(`/queue/rows?${ids.map((alert) => `alert=${path(alert)}`).join("&")}`) : null;
  if (ids.length && !answer) { await aWhile(); return; }
  const fresh = document.createElement("template");
  fresh.innerHTML = (await answer?.text()) ?? "";
  for (const alert of [...dirty]) if (ids.includes(alert) || !rowOf(alert)) dirty.delete(alert);
  if (!ids.length) return;
  for (const row of [...fresh.content.querySelectorAll(".strip")]) replaceRow(row);
  markSelected();
  document.dispatchEvent(new Event("huiying:rows"));
  if (ids.includes(selected) && !formIsOpen()) showPreview();
}

function replaceRow(row) {
  const old = rowOf(row.dataset.alert);
  if (!old) return;
  if (old.hasAttribute("data-loud")) {
    const tag = document.createElement("span");
    tag.className = "fresh";
    tag.textContent = "刚更新";
    row.querySelector(".tt").append(tag);
    setTimeout(() => tag.remove(), 10_000);
  }
  old.replaceWith(row);
}

document.addEventListener("huiying:change", ({ detail: change }) => {
  const row = change.alert ? rowOf(change.alert) : null;
  if (change.topic === "alert-raised" && !row) { welcome(change); return; }
  for (const news of [waiting, elsewhere, arrived]) {
    if (!news.has(change.alert) || !change.level) continue;
    if (change.level === "red" && news.get(change.alert) !== "red") document.dispatchEvent(new Event("huiying:red"));
    news.set(change.alert, change.level);
    sayWaiting();
  }
  const loudly = change.topic !== "concern-changed";
  if (row && change.level === "red" && row.dataset.level !== "red") document.dispatchEvent(new Event("huiying:red"));
  if (row) touch(row, loudly);
  else if (!change.alert && change.concern) rows().filter((each) => each.dataset.concern === change.concern).forEach((each) => touch(each, loudly));
});

// The stream cannot give everything that was missed: the whole list is asked for, behind the pill.
document.addEventListener("huiying:behind", () => { waiting.set("behind", ""); sayWaiting(); });

// Hands ----------------------------------------------------------------------------------------------------

list.addEventListener("click", (click) => {
  if (click.target.closest("[data-pill], [data-again]")) { showWaiting(); return; }
  const more = click.target.closest("[data-more]");
  if (more) { shown = `&rows=${more.dataset.more}`; showWaiting(); return; }
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

document.addEventListener("htmx:afterSwap", markSelected);
document.addEventListener("htmx:oobAfterSwap", markSelected);

const MOVES = {
  j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
  Enter: () => open(rowOf(selected)), n: showWaiting, Escape: () => toggleForm("", false),
};

document.addEventListener("huiying:key", (key) => {
  const move = MOVES[key.detail] ?? MOVES[key.detail.toLowerCase()];
  if (!move || key.defaultPrevented) return;
  key.preventDefault();
  move();
});

// The place ------------------------------------------------------------------------------------------------

addEventListener("pagehide", () => {
  const place = { address: location.pathname + location.search, alert: selected, top: list.scrollTop };
  try { sessionStorage.setItem(PLACE, JSON.stringify(place)); } catch { /* private window: the place is not kept */ }
});

function placeBefore() {
  try {
    const place = JSON.parse(sessionStorage.getItem(PLACE));
    return place?.address === location.pathname + location.search ? place : null;
  } catch { return null; }
}

if (rows().length && !narrow()) {
  const first = preview.querySelector("[data-preview-of]")?.dataset.previewOf ?? rows()[0].dataset.alert;
  const place = placeBefore();
  selected = place && rowOf(place.alert) ? place.alert : first;
  markSelected();
  if (place) list.scrollTop = place.top;
  if (selected !== first) showPreview();
}
