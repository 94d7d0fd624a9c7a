// The desk ticks everything that waits for its signature at once.

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-tick-all]")) return;
  const boxes = [...document.querySelectorAll('input[name="tick"]')];
  const every = boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = !every;
});
