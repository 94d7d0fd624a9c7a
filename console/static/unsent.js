// What is being written in a form that bears data-unsent is kept on the server, so that it survives a closed browser.

const PAUSE = 2000;

for (const form of document.querySelectorAll("form[data-unsent]")) {
  const says = form.querySelector("[data-unsent-says]");
  let waiting = null;
  let sending = new AbortController();
  let over = false;

  const keep = async () => {
    clearTimeout(waiting);
    waiting = null;
    const body = new URLSearchParams(new FormData(form));
    try {
      const answer = await fetch("/unsent", {
        method: "POST",
        body,
        keepalive: body.toString().length < 60000,
        signal: sending.signal,
        headers: { "X-CSRF-Token": body.get("csrf"), Accept: "application/json" },
      });
      const words = await answer.text();
      says.textContent = answer.ok ? `${words} 已留存，提交之前不算数` : JSON.parse(words).message;
    } catch (trouble) {
      if (!over) says.textContent = "现在连不上，文字还没有留存，请不要关闭本页";
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, PAUSE);
  });
  form.addEventListener("submit", () => {
    over = true;
    clearTimeout(waiting);
    waiting = null;
    sending.abort();
  });
  addEventListener("pagehide", () => { if (waiting && !over) keep(); });
}
