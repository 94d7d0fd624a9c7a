// The search field of every page: "/" opens it, Esc closes it and gives the focus back.

const panel = document.querySelector("[data-seek]");
const field = panel?.querySelector("input[name=words]");
let before = null;

function open() {
  const own = document.querySelector(".find input[type=search][name=words]");
  if (own && location.pathname === "/posts") { own.focus(); own.select(); return; }
  before = document.activeElement;
  panel.hidden = false;
  field.focus();
  field.select();
}

function close() {
  panel.hidden = true;
  before?.focus?.();
}

// In the capture phase: a page's own keys are not meant for this field.
document.addEventListener("keydown", (key) => {
  if (!panel || document.querySelector("dialog[open]")) return;
  if (!panel.hidden && key.key === "Escape") { key.preventDefault(); key.stopPropagation(); close(); return; }
  if (key.key !== "/" || key.ctrlKey || key.altKey || key.metaKey) return;
  if (key.target.closest?.("input, select, textarea")) return;
  key.preventDefault();
  key.stopPropagation();
  open();
}, true);

panel?.addEventListener("focusout", (left) => { if (left.relatedTarget && !panel.contains(left.relatedTarget)) panel.hidden = true; });
