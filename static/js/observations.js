/* Observations that also work without a connection (ADR 7). A device keeps ids, a level, where and when; never a name,
   a word or a file: those stay on the open page, which says so. Without this file the form posts as always. */

import { focusOn, say } from "./throughline.js";
import { Queue } from "./waiting.js";

const place = document.getElementById("observations");
const words = place?.dataset ?? {};
const queue = new Queue({ kind: "observations", parts: ["student", "competency", "level", "context", "seen_at"], place });

const typed = (form) => Boolean(form.elements.note.value.trim() || form.elements.shows?.value.trim())
  || [...form.querySelectorAll("input[type=file]")].some((one) => one.files.length);

async function keepHere(form) {
  const fields = form.elements;
  if (!fields.competency.value) return say(words.needed, "fault");
  if (typed(form)) { // the words are what matters: nothing is kept of it but on this page
    queue.line(words.stays);
    return say(words.stays);
  }
  try {
    await queue.keep({
      key: fields.key.value,
      student: form.dataset.student,
      competency: fields.competency.value,
      level: new FormData(form).get("level") ?? "",
      context: fields.context.value,
      seen_at: new Date().toISOString(),
    });
  } catch {
    return say(words.notKept, "fault");
  }
  const said = document.createElement("p");
  said.dataset.answer = "";
  said.textContent = words.kept;
  form.hidden = true;
  form.before(said);
  focusOn(said);
}

/** Whether the school can be reached now: a phone often believes it is online where nothing gets through. */
async function reachable() {
  if (!navigator.onLine) return false;
  try {
    await fetch(words.ping, { cache: "no-store", signal: AbortSignal.timeout(4000) });
    return true;
  } catch {
    return false;
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.("form[data-observation]");
  if (!form || !place || event.submitter?.formMethod === "get") return;
  event.preventDefault();
  if (await reachable()) form.submit();
  else keepHere(form);
}, true);

queue.begin();
