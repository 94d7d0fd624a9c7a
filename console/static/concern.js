// The page of one concern: nothing moves while one reads; what changed is offered behind a button.

import "./live.js";

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
  form.open = true;
  form.scrollIntoView({ block: "center" });
  form.querySelector("input:not([type=hidden])").focus();
}
document.querySelector('[data-key="M"]')?.addEventListener("click", (click) => { click.preventDefault(); openFix("merge"); });

document.addEventListener("keydown", (key) => {
  if (key.target.closest?.("input, select, textarea") || key.ctrlKey || key.altKey || key.metaKey) return;
  if (key.key === "Escape") location.assign("/");
  if (key.key.toLowerCase() === "n" && !offer.hidden) location.reload();
  const button = document.querySelector(`[data-key="${CSS.escape(key.key.toUpperCase())}"]`);
  if (button) { key.preventDefault(); button.click(); }
});
