/* Check-ins that also work without a connection: what a device keeps of one is in waiting.js.
   Without this file the forms post as always. */

import { focusOn, say } from "./throughline.js";
import { NotTaken, Queue, SignInFirst, csrf } from "./waiting.js";

const place = document.getElementById("check-ins");
const words = place?.dataset ?? {};
const queue = new Queue({ kind: "check-ins", parts: ["student", "how", "met_at"], place });

/* ---- what the page shows */
function answered(form, text, undo) {
  const said = document.createElement("p");
  said.className = "row";
  said.dataset.answer = "";
  said.append(text);
  if (undo) {
    const back = document.createElement("button");
    back.type = "button";
    back.className = "button";
    back.dataset.kind = "quiet";
    back.dataset.size = "small";
    back.textContent = words.undo;
    back.addEventListener("click", async () => {
      const done = await fetch(undo, { method: "POST", headers: { "X-CSRFToken": csrf() }, redirect: "manual" });
      if (done.type !== "opaqueredirect" && !done.ok) return say(document.getElementById("live")?.dataset.fault, "fault");
      said.textContent = words.undone;
    });
    said.append(" ", back);
  }
  form.replaceWith(said);
  focusOn(said);
}

async function checkIn(form, button) {
  form.inert = true;
  const student = form.dataset.student;
  const note = form.elements.note?.value.trim() ?? "";
  const item = { key: form.dataset.key ||= crypto.randomUUID(), student, how: button.value, met_at: new Date().toISOString(), note };
  try {
    const answer = (await queue.send(await queue.whose(), [item])).get(item.key);
    if (answer.why) throw new Error(answer.why);
    answered(form, `${words.saved} ${button.textContent}`, answer.undo);
  } catch (error) {
    form.inert = false;
    if (error instanceof SignInFirst) return say(words.signIn, "fault");
    if (!(error instanceof TypeError || error instanceof NotTaken)) return say(error.message, "fault");
    try {
      await queue.keep(item);
    } catch {
      return say(words.notKept, "fault");
    }
    if (note) queue.line(words.noNote);
    answered(form, `${words.kept} ${button.textContent}`);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("form[data-check-in]");
  if (!form?.dataset.student || !event.submitter?.value || !place) return;
  event.preventDefault();
  checkIn(form, event.submitter);
}, true); // on the way down: a form inside the list's form never tells those above it

/* in the list the choices open under the name: two taps, no page to load */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-check-in-with]");
  const pattern = document.getElementById("check-in-form");
  if (!link || !pattern || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const row = link.closest("li");
  const opened = row.querySelector("form");
  if (opened) return opened.remove();
  row.querySelector("[data-answer]")?.remove();
  const form = pattern.content.firstElementChild.cloneNode(true);
  form.dataset.student = link.dataset.checkInWith;
  row.append(form);
  focusOn(form.querySelector("button"));
});

/* the page a device shows without a connection: which student, stands in its address */
const orphan = document.querySelector("form[data-student-from-address]");
const found = location.pathname.match(/^\/students\/([0-9a-f-]{36})\/check-in$/);
if (orphan && found) {
  orphan.dataset.student = found[1];
  orphan.hidden = false;
  document.querySelector("[data-without-student]").hidden = true;
}

if (place) {
  if (words.person && "serviceWorker" in navigator) navigator.serviceWorker.register(words.worker, { scope: "/" }).catch(() => {});
  queue.begin();
}
