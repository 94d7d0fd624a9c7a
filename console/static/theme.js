// Day and night colours. Runs before the page is drawn, so that a dark page never flashes white.
const remembered = (() => { try { return localStorage.getItem("theme"); } catch { return null; } })();
if (remembered === "dark" || remembered === "light") document.documentElement.dataset.theme = remembered;

document.addEventListener("click", (click) => {
  if (!(click.target instanceof Element) || !click.target.closest("[data-theme-toggle]")) return;
  const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  try { localStorage.setItem("theme", theme); } catch { /* private window: only this page changes */ }
});
