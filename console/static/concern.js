// The page of one concern: nothing moves while one reads; what changed is offered behind a button.

const concern = document.querySelector("[data-concern]").dataset.concern;
const offer = document.querySelector("[data-reload]");

// On a phone the chart is wider than the screen; what is newest stands at its right end.
const chart = document.querySelector("#volume .pad");
if (chart) chart.scrollLeft = chart.scrollWidth;

document.addEventListener("huiying:change", ({ detail: change }) => {
  if (change.concern === concern) offer.hidden = false;
});
document.addEventListener("huiying:behind", () => { offer.hidden = false; });
offer.addEventListener("click", () => location.reload());

function openFix(name) {
  const form = document.querySelector(`[data-fix="${name}"]`);
  if (!form) return;
  form.open = true;
  form.scrollIntoView({ block: "center" });
  form.querySelector("input:not([type=hidden])").focus();
}
document.querySelector('[data-key="M"]')?.addEventListener("click", (click) => { click.preventDefault(); openFix("merge"); });
if (location.hash === "#merge") openFix("merge");

// Back to the queue as it was left: its filters, its row, its scroll.
function queueAddress() {
  try { return JSON.parse(sessionStorage.getItem("queue-place"))?.address ?? "/"; } catch { return "/"; }
}
const back = document.querySelector("[data-back]");
back.href = queueAddress();

document.addEventListener("huiying:key", (key) => {
  if (key.detail !== "Escape" || document.querySelector("[data-fix][open]:focus-within")) return;
  key.preventDefault();
  location.assign(back.href);
});
