// Red is heard, at most once in ten seconds and only where it is not muted; the choice is remembered in this browser.

const SILENCE = 10_000;
const button = document.querySelector("[data-sound]");
let soundedAt = -SILENCE;

const muted = () => { try { return localStorage.getItem("sound") === "off"; } catch { return false; } };

function say() {
  // Browsers keep silent until the page was touched once.
  const awake = navigator.userActivation?.hasBeenActive ?? true;
  button.setAttribute("aria-pressed", String(!muted()));
  button.textContent = muted() ? "红色提示已静音" : awake ? "红色提示有声" : "点一下本页，红色提示才有声";
}

function sound() {
  if (muted() || performance.now() - soundedAt < SILENCE) return;
  soundedAt = performance.now();
  button.dataset.sounded = Number(button.dataset.sounded ?? 0) + 1;
  const context = new AudioContext();
  const tone = context.createOscillator(), loudness = context.createGain();
  tone.frequency.value = 660;
  loudness.gain.setValueAtTime(0.12, context.currentTime);
  loudness.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.6);
  tone.connect(loudness).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + 0.6);
  setTimeout(() => context.close(), 2000);
}

button.addEventListener("click", () => {
  try { localStorage.setItem("sound", muted() ? "on" : "off"); } catch { /* private window: nothing is remembered */ }
  say();
});
for (const touch of ["pointerup", "keyup"]) document.addEventListener(touch, say, { once: true });
document.addEventListener("huiying:red", sound);
say();
