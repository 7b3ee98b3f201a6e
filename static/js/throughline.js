/* What every page gains from JavaScript. Nothing depends on it: forms post, links lead, without it.
   - says aloud what a swap changed, and moves the focus to where the change happened
   - says plainly when something was not saved, and keeps what was typed
   - switches light and contrast in place (the cookie is the server's, so the next page comes right at once)
   Other modules may import `say` and `focusOn` from here. */

const live = document.getElementById("live");
const SHOWN_FOR = 9000;
let hiding = 0;

/** Say one sentence: seen at the foot of the page, read aloud politely. kind "fault" stays until the next one. */
export function say(sentence, kind = "") {
  if (!live || !sentence) return;
  const line = document.createElement("p");
  line.textContent = sentence;
  if (kind) line.dataset.kind = kind;
  live.replaceChildren(line);
  clearTimeout(hiding);
  if (kind !== "fault") hiding = setTimeout(() => live.replaceChildren(), SHOWN_FOR);
}

live?.addEventListener("click", () => live.replaceChildren()); // what it covers on a phone can be reached by a tap

/** Put the focus on an element that may not be focusable by itself, without leaving a tab stop behind. */
export function focusOn(element) {
  if (!element.hasAttribute("tabindex") && element.tabIndex < 0) {
    element.setAttribute("tabindex", "-1");
    element.addEventListener("blur", () => element.removeAttribute("tabindex"), { once: true });
  }
  element.focus({ preventScroll: false });
}

const isPoll = (element) => element?.matches?.("[data-poll]");
let askedFrom = null; // the element that was focused when the last request of a person left

/* ---- htmx: before */
document.body.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, target } = event.detail;
  if (isPoll(elt) && document.hidden) {
    event.preventDefault(); // nobody is looking
    return;
  }
  if (isPoll(elt)) return;
  askedFrom = document.activeElement;
  target?.setAttribute("aria-busy", "true");
  (elt.matches("form") ? event.detail.requestConfig?.triggeringEvent?.submitter : elt)?.setAttribute("aria-busy", "true");
});

/* a poll must not pull the page from under somebody's hands */
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { requestConfig, target } = event.detail;
  if (!isPoll(requestConfig?.elt) || !target) return;
  const held = document.activeElement;
  const writing = held?.matches?.("input:not([type=button], [type=submit]), textarea, select") && target.contains(held);
  if (writing || target.querySelector("details[open] :focus, dialog[open]")) event.detail.shouldSwap = false;
});

/* ---- htmx: after */
document.body.addEventListener("htmx:afterRequest", (event) => {
  const { elt, target } = event.detail;
  target?.removeAttribute("aria-busy");
  elt?.removeAttribute("aria-busy");
  elt?.querySelectorAll?.("[aria-busy]").forEach((one) => one.removeAttribute("aria-busy"));
});

document.body.addEventListener("htmx:afterSettle", (event) => {
  const arrived = event.detail.elt;
  if (!arrived?.isConnected) return;
  const words = arrived.dataset?.say ?? arrived.querySelector?.("[data-say]")?.dataset.say;
  if (words) say(words);
  if (isPoll(event.detail.requestConfig?.elt)) return;
  const wanted = arrived.matches?.("[data-focus]") ? arrived : arrived.querySelector?.("[data-focus]");
  if (wanted) return focusOn(wanted);
  // the pressed button went away with the swap: stay where it was
  if (askedFrom && !askedFrom.isConnected && document.activeElement === document.body) {
    const again = askedFrom.id && document.getElementById(askedFrom.id);
    focusOn(again || arrived.querySelector?.("h1, h2, h3, h4, legend") || arrived);
  }
});

/* HX-Trigger: {"say": "Saved"} from any view */
document.body.addEventListener("say", (event) => say(event.detail?.value ?? event.detail));

/* ---- not saved: say so, keep everything */
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.body.addEventListener(name, (event) => {
    if (isPoll(event.detail.requestConfig?.elt ?? event.detail.elt)) return;
    say(navigator.onLine ? live?.dataset.fault : live?.dataset.offline, "fault");
  });
}
addEventListener("offline", () => say(live?.dataset.offline, "fault"));
addEventListener("online", () => say(live?.dataset.online));

/* ---- an error summary that came with the page takes the focus, and its links lead into the field */
const arrivedWithPage = document.querySelector("main [data-focus]");
if (arrivedWithPage) focusOn(arrivedWithPage);
document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".error-summary a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  field.scrollIntoView({ block: "center" });
  focusOn(field.matches("input, select, textarea, button") ? field : field.querySelector("input, select, textarea") ?? field);
});

/* messages of a full page load are read aloud by screen readers only when they change: say them once */
const told = [...document.querySelectorAll("#messages > *")].map((one) => one.textContent.trim()).join(" ");
if (told && live) {
  const line = document.createElement("p");
  line.className = "visually-hidden";
  line.textContent = told;
  setTimeout(() => live.append(line), 400);
}

/* ---- light and contrast, in place */
document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.("form[data-look]");
  const button = event.submitter;
  if (!form || !button) return;
  event.preventDefault();
  const root = document.documentElement;
  if (button.value === "device") delete root.dataset[button.name];
  else root.dataset[button.name] = button.value;
  for (const other of form.querySelectorAll(`[name="${button.name}"]`)) {
    other.setAttribute("aria-pressed", String(other === button));
  }
  const body = new FormData(form);
  body.set(button.name, button.value);
  try {
    await fetch(form.action, { method: "POST", body, redirect: "manual", credentials: "same-origin" });
  } catch {
    say(live?.dataset.offline, "fault");
  }
});

/* what waits on this device is warned of, and erased, before somebody signs out (waiting.js) */
document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.('form[action$="/logout/"]');
  if (!form || !["check-ins", "observations"].some((kind) => localStorage.getItem(kind) !== null)) return;
  event.preventDefault();
  (await import("./waiting.js")).beforeSigningOut(form);
});

/* the menu closes by Escape and by a click elsewhere */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector(".menu[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll(".menu[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

/* print buttons: without JavaScript they stay hidden (see [data-print] in throughline.css) */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

/* what only those without JavaScript need: buttons beside a list that sends itself */
function hideWithoutScript(root) {
  for (const one of root.querySelectorAll?.("[data-without-script]") ?? []) one.hidden = true;
}
hideWithoutScript(document);
document.body.addEventListener("htmx:load", (event) => hideWithoutScript(event.detail.elt));
