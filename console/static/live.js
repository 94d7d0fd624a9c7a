// The live stream of change numbers, the freshness in the footer, and the clocks that tick on every page.
// Changes reach the page's own script as "huiying:change" on document: { number, topic, … }.

const BEIJING_OFFSET = 8 * 3600;
const SILENT_TOO_LONG = 40_000; // two and a half heartbeats

const body = document.body;
let serverAhead = Number(body.dataset.now) - Date.now() / 1000;
let newest = Number(body.dataset.changeNumber);
let heardAt = Date.now();
let lastUpdate = Number(body.dataset.now);
let stream = null;

export const now = () => Date.now() / 1000 + serverAhead;

const two = (number) => String(number).padStart(2, "0");

function timeOfDay(moment, seconds = false) {
  const day = Math.floor(moment + BEIJING_OFFSET) % 86400;
  const words = `${two(Math.floor(day / 3600))}:${two(Math.floor((day % 3600) / 60))}`;
  return seconds ? `${words}:${two(day % 60)}` : words;
}

function age(seconds) {
  const minutes = Math.max(0, Math.floor(seconds / 60));
  const days = Math.floor(minutes / 1440), hours = Math.floor(minutes / 60) % 24;
  if (days) return hours ? `${days}天${hours}时` : `${days}天`;
  return hours ? `${hours}时${two(minutes % 60)}分` : `${minutes}分`;
}

function remaining(due) {
  const minutes = Math.floor(Math.abs(due - now()) / 60);
  return `${due >= now() ? "剩" : "超"} ${Math.floor(minutes / 60)}:${two(minutes % 60)}`;
}

function tick() {
  for (const clock of document.querySelectorAll(".ck[data-due]")) {
    const due = Number(clock.dataset.due), starts = Number(clock.dataset.starts);
    const left = Math.max(0, Math.min(100, Math.round((100 * (due - now())) / Math.max(60, due - starts))));
    clock.querySelector(".t").textContent = remaining(due);
    clock.querySelector(".ckb rect")?.setAttribute("width", `${left}%`);
    clock.querySelector(".ckb line")?.setAttribute("x2", `${left}%`);
    const late = due < now();
    clock.classList.toggle("late", late);
    if (!clock.classList.contains("prov")) {
      clock.classList.toggle("near", !late && (due - now() < 1800 || (due - now()) * 4 < due - starts));
    }
  }
  for (const place of document.querySelectorAll("[data-since]")) place.textContent = age(now() - Number(place.dataset.since));
  for (const place of document.querySelectorAll("[data-clock]")) place.textContent = timeOfDay(now());
}

function sayFresh() {
  body.classList.remove("broken");
  for (const place of document.querySelectorAll("[data-live]")) {
    place.className = "live on";
    place.textContent = `实时，${timeOfDay(lastUpdate, true)} 更新`;
  }
}

function sayBroken() {
  body.classList.add("broken");
  for (const place of document.querySelectorAll("[data-live]")) {
    place.className = "live off";
    place.textContent = `连接中断，停在 ${timeOfDay(lastUpdate, true)}，正在重连`;
  }
}

function sayNotices(notices) {
  const place = document.querySelector("[data-notices]");
  const told = [...(place?.querySelectorAll("p:not([data-signed-out], [data-trouble])") ?? [])];
  if (!place || told.map((each) => each.textContent).join() === notices.join()) return;
  told.forEach((each) => each.remove());
  place.append(...notices.map((words) => Object.assign(document.createElement("p"), { textContent: words })));
}

function heard() {
  heardAt = Date.now();
  sayFresh();
}

function saySignedOut() {
  const place = document.querySelector("[data-notices]");
  if (!place || place.querySelector("[data-signed-out]")) return;
  const link = Object.assign(document.createElement("a"), { href: "/sign-in", target: "_blank", textContent: "在新标签页登录" });
  const words = document.createElement("p");
  words.dataset.signedOut = "";
  words.append("登录已经结束，本页不再更新，也办不成事。勾选和填写的内容都还在：请", link, "，再回到这里接着办。");
  place.prepend(words);
  stream?.close();
  body.classList.add("broken");
  for (const live of document.querySelectorAll("[data-live]")) {
    live.className = "live off";
    live.textContent = `登录已结束，停在 ${timeOfDay(lastUpdate, true)}`;
  }
}

// A stream that is refused tells no reason: it is asked for where every signed-in person may go.
async function askWhetherSignedIn() {
  const answer = await fetch("/me", { headers: { accept: "application/json" } }).catch(() => null);
  if (answer?.status === 401) saySignedOut();
}

document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.xhr.status === 401) saySignedOut();
});
document.addEventListener("huiying:signed-out", saySignedOut);

// Whoever signed in again elsewhere goes on here: the same person with the new session's token, anybody else anew.
async function comeBack() {
  const notice = document.querySelector("[data-signed-out]");
  if (!notice || document.hidden) return;
  const answer = await fetch("/me", { headers: { accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  if (fresh.dataset.visitor !== body.dataset.visitor) { location.reload(); return; }
  const headers = fresh.getAttribute("hx-headers");
  body.setAttribute("hx-headers", headers);
  for (const field of document.querySelectorAll("input[name=csrf]")) field.value = JSON.parse(headers)["X-CSRF-Token"];
  notice.remove();
  connect();
}
addEventListener("focus", comeBack);
document.addEventListener("visibilitychange", comeBack);

function changed(message) {
  const change = JSON.parse(message.data);
  newest = Math.max(newest, change.number);
  lastUpdate = now();
  heard();
  document.dispatchEvent(new CustomEvent("huiying:change", { detail: change }));
}

function connect() {
  stream?.close();
  stream = new EventSource(`/live?after=${newest}`);
  stream.addEventListener("change", changed);
  stream.addEventListener("pulse", (message) => {
    const facts = JSON.parse(message.data);
    serverAhead = facts.now - Date.now() / 1000;
    sayNotices(facts.notices);
    lastUpdate = now();
    heard();
  });
  stream.addEventListener("ended", askWhetherSignedIn);
  stream.addEventListener("behind", () => document.dispatchEvent(new CustomEvent("huiying:behind")));
  stream.addEventListener("error", () => {
    sayBroken();
    // The browser tries again by itself, except after an answer that is no stream.
    if (stream.readyState !== EventSource.CLOSED) return;
    askWhetherSignedIn();
    setTimeout(connect, 3000);
  });
}

setInterval(() => {
  tick();
  if (stream.readyState === EventSource.CLOSED && document.hidden) return;
  if (Date.now() - heardAt < SILENT_TOO_LONG) return;
  sayBroken();
  heardAt = Date.now();
  connect();
}, 5000);

// A browser allows one site six connections: pages without the queue give theirs back while nobody looks at them.
if (!document.getElementById("list")) {
  document.addEventListener("visibilitychange", () => {
    heardAt = Date.now();
    if (document.hidden) stream?.close();
    else connect();
  });
}

addEventListener("pagehide", () => stream?.close());
addEventListener("pageshow", (shown) => { if (shown.persisted) connect(); });
connect();
