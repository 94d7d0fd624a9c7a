/* The desk's keys: a letter presses what bears it in data-key, Ctrl+Enter sends the finding, B ticks everything. */
const busy = (target) => target.closest("input, textarea, select") !== null;

const press = (element) => {
  if (element.matches("summary")) element.parentElement.toggleAttribute("open");
  else element.click();
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest("form[data-ctrl-enter]") ?? document.querySelector("form[data-ctrl-enter]");
    form?.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || busy(event.target)) return;
  const element = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!element) return;
  event.preventDefault();
  press(element);
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-tick-all]")) return;
  const boxes = [...document.querySelectorAll('input[name="tick"]')];
  const every = boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = !every;
});
