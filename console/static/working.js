// A pressed button shows that it works and cannot be pressed a second time; what did not get through is said.

const isHtmx = (form) => form.matches("[hx-post]");

function begin(form, button) {
  form.dataset.working = "";
  button?.setAttribute("aria-busy", "true");
}

function end(form) {
  delete form.dataset.working;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}

// In the capture phase: before htmx and the page's own scripts see it.
document.addEventListener("submit", (submit) => {
  const form = submit.target;
  if (form.dataset.working !== undefined) { submit.preventDefault(); submit.stopImmediatePropagation(); return; }
  if (form.method !== "post" && !isHtmx(form)) return;
  begin(form, submit.submitter ?? form.querySelector("[type=submit]"));
  if (!isHtmx(form)) setTimeout(() => { if (submit.defaultPrevented) end(form); });
}, true);

function sayTrouble(words) {
  const place = document.querySelector("[data-notices]");
  place.querySelector("[data-trouble]")?.remove();
  if (!words) return;
  const line = Object.assign(document.createElement("p"), { textContent: words });
  line.dataset.trouble = "";
  place.prepend(line);
}

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = detail.elt.closest?.("form");
  if (form) end(form);
  if (detail.successful) sayTrouble("");
});
document.addEventListener("htmx:sendError", () => {
  sayTrouble("没有办成：连不上服务器。填写和勾选的都还在，稍后再按一次。");
});
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.xhr.status !== 401) sayTrouble(`没有办成：服务器答复 ${detail.xhr.status}。填写和勾选的都还在，稍后再按一次。`);
});
addEventListener("pageshow", (shown) => {
  if (shown.persisted) document.querySelectorAll("form[data-working]").forEach(end);
});
