// Ticks on rows, and the bar that does one thing with all of them. A tick remembers how its row stood when it was made.

const list = document.getElementById("list");
const bar = document.getElementById("several");
const said = document.getElementById("several-said");
const MOST = 100;
const ticks = new Map(); // alert id → how it stood

const rows = () => [...list.querySelectorAll(".strip")];
const rowOf = (alert) => rows().find((row) => row.dataset.alert === alert);

function mark() {
  for (const row of rows()) row.setAttribute("aria-checked", String(ticks.has(row.dataset.alert)));
  bar.querySelector("[data-ticked]").textContent = ticks.size;
  bar.hidden = ticks.size === 0 && !said.hasChildNodes();
  list.classList.toggle("ticking", !bar.hidden);
}

function tick(row) {
  if (!row) return;
  const { alert, stand } = row.dataset;
  if (!ticks.delete(alert) && ticks.size < MOST) ticks.set(alert, stand);
  said.replaceChildren();
  mark();
}

function tickEvery() {
  for (const row of rows().slice(0, MOST)) if (!ticks.has(row.dataset.alert)) ticks.set(row.dataset.alert, row.dataset.stand);
  mark();
}

function tickNone() {
  ticks.clear();
  said.replaceChildren();
  open("");
  mark();
}

function open(name) {
  for (const form of bar.querySelectorAll("[data-several]")) form.hidden = form.dataset.several !== name;
  bar.querySelector(`[data-several="${name}"] input[name=reason]`)?.focus();
}

// What was done is ticked no longer; what was refused stays ticked, as whoever ticked it sees it now.
function answered() {
  for (const line of said.querySelectorAll("[data-said]")) {
    const row = rowOf(line.dataset.said);
    if ("done" in line.dataset || !row) ticks.delete(line.dataset.said);
    else ticks.set(line.dataset.said, row.dataset.stand);
  }
  if (said.querySelector("[data-done]")) {
    for (const form of bar.querySelectorAll("form[data-several]")) form.reset();
    open("");
  }
  mark();
}

// The list was read anew: what is no longer in it is ticked no longer.
document.addEventListener("huiying:rows", () => {
  for (const alert of ticks.keys()) if (!rowOf(alert)) ticks.delete(alert);
  mark();
});
for (const swapped of ["htmx:afterSwap", "htmx:oobAfterSwap"]) document.addEventListener(swapped, mark);

bar.addEventListener("htmx:configRequest", ({ detail }) => {
  for (const [alert, stand] of ticks) detail.parameters[`row:${alert}`] = stand;
});
bar.addEventListener("htmx:afterSettle", answered);
bar.addEventListener("click", (click) => {
  const opener = click.target.closest("[data-several-open]");
  if (opener) open(opener.dataset.severalOpen);
  if (click.target.closest("[data-tick-every]")) tickEvery();
  if (click.target.closest("[data-tick-none]")) tickNone();
});
list.addEventListener("click", (click) => {
  if (!click.target.closest("[data-tick]")) return;
  click.stopPropagation();
  tick(click.target.closest(".strip"));
}, true);

document.addEventListener("huiying:key", (key) => {
  if (key.detail === " ") {
    key.preventDefault();
    tick(list.querySelector('.strip[aria-selected="true"]'));
  }
  if (key.detail !== "Escape" || bar.hidden) return;
  key.preventDefault();
  if (bar.querySelector("[data-several]:not([hidden])")) open("");
  else tickNone();
});
mark();
