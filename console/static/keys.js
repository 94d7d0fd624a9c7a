// The one mechanism of keys. A page's own script may take a key first ("huiying:key", cancelable: taking it is
// preventDefault); else a key presses whatever visible element bears it in data-key. `?` opens the list of the page's keys.

const FIELD = "input, select, textarea, [contenteditable]";
const dialog = document.querySelector("[data-keys]");

const taken = (name) => !document.dispatchEvent(new CustomEvent("huiying:key", { cancelable: true, detail: name }));

function bearerOf(name) {
  const bears = (element) => element.dataset.key.toUpperCase().split(" ").includes(name.toUpperCase());
  const found = [...document.querySelectorAll("[data-key]")].filter((element) => bears(element) && element.checkVisibility());
  return found.find((element) => element.closest("[data-keys-first]")) ?? found[0];
}

function press(element) {
  element.click();
  if (element.matches("summary")) element.parentElement.querySelector("input:not([type=hidden]), select, textarea")?.focus();
}

function send(field) {
  const form = field?.form ?? document.querySelector("form[data-ctrl-enter]");
  form?.requestSubmit();
}

document.addEventListener("keydown", (key) => {
  if (key.defaultPrevented || key.isComposing || document.querySelector("dialog[open]")) return;
  const field = key.target.closest?.(FIELD);
  if (key.key === "Enter" && (key.ctrlKey || key.metaKey)) { send(field); return; }
  if (key.key === "Escape") {
    field?.blur();
    for (const box of document.querySelectorAll("details.vbar[open]")) box.open = false;
    taken("Escape");
    return;
  }
  if (field || key.ctrlKey || key.altKey || key.metaKey) return;
  if ((key.key === "Enter" || key.key === " ") && key.target.closest?.("button, a, summary")) return;
  if (key.key === "?") { key.preventDefault(); dialog.showModal(); return; }
  if (taken(key.key)) { key.preventDefault(); return; }
  const bearer = bearerOf(key.key === " " ? "空格" : key.key);
  if (!bearer) return;
  key.preventDefault();
  press(bearer);
});

document.addEventListener("click", (click) => {
  if (click.target.closest?.("[data-keys-open]")) dialog.showModal();
});
