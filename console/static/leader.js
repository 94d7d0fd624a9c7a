// The leader's page: nothing moves while one reads; what changed since is offered behind a button.

import "./live.js";

const offer = document.querySelector("[data-reload]");
const show = () => { offer.hidden = false; };
document.addEventListener("huiying:change", show);
document.addEventListener("huiying:behind", show);
offer.addEventListener("click", () => location.reload());
