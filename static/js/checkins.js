/* Check-ins that also work without a connection.
   What a device keeps of a check-in: the student's public id, the choice, when, and a key that makes sending it twice
   the same as once. No name, no note. It is encrypted with a key that cannot leave this browser and belongs to the one
   person who was signed in; signing out erases both, after a warning when something was not sent yet.
   Without this file the forms post as always. */

import { focusOn, say } from "./throughline.js";

const STORE = "throughline-check-ins";
const FLAG = "check-ins"; // in localStorage: how many wait; present from the first kept key until signing out
const place = document.getElementById("check-ins");
const words = place?.dataset ?? {};

/* ---- the store */
const asked = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

async function open() {
  const request = indexedDB.open(STORE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("keys", { keyPath: "person" });
    request.result.createObjectStore("waiting", { keyPath: "key" });
  };
  return asked(request);
}

async function inStore(names, mode, work) {
  const base = await open();
  try {
    const transaction = base.transaction(names, mode);
    const ended = new Promise((done, failed) => {
      transaction.oncomplete = done;
      transaction.onerror = transaction.onabort = () => failed(transaction.error);
    });
    const result = await work((name) => transaction.objectStore(name));
    await ended;
    return result;
  } finally {
    base.close();
  }
}

/** Whose queue this page may touch: who is signed in, or without a connection who was last. */
async function whose() {
  if (words.person) return words.person;
  const keys = await inStore(["keys"], "readonly", (store) => asked(store("keys").getAll()));
  return keys.length === 1 ? keys[0].person : "";
}

async function keyOf(person) {
  const kept = await inStore(["keys"], "readonly", (store) => asked(store("keys").get(person)));
  if (kept) return kept.secret;
  const secret = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await inStore(["keys"], "readwrite", async (store) => {
    // another tab may have been quicker: one key a person
    if (!(await asked(store("keys").get(person)))) await asked(store("keys").add({ person, secret }));
  });
  return (await inStore(["keys"], "readonly", (store) => asked(store("keys").get(person)))).secret;
}

const bound = (person, iv) => ({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(person) });

async function keep(item) {
  const person = await whose();
  if (!person) throw new Error("nobody");
  const secret = await keyOf(person);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const { student, how, met_at } = item;
  const text = new TextEncoder().encode(JSON.stringify({ student, how, met_at }));
  const data = await crypto.subtle.encrypt(bound(person, iv), secret, text);
  await inStore(["waiting"], "readwrite", (store) => asked(store("waiting").put({ key: item.key, person, iv, data })));
  await count();
}

const waitingOf = async (person) =>
  (await inStore(["waiting"], "readonly", (store) => asked(store("waiting").getAll()))).filter((one) => one.person === person);

async function count() {
  const person = await whose();
  const number = person ? (await waitingOf(person)).length : 0;
  localStorage.setItem(FLAG, String(number));
  showWaiting(number);
  return number;
}

/* ---- sending */
const cookie = (name) => document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";

class SignInFirst extends Error {}

/** Send items; answers by key. Throws when there is no connection (TypeError) or nobody is signed in (SignInFirst). */
async function send(person, items) {
  const answer = await fetch(words.sync, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") },
    body: JSON.stringify({ person, items }),
    credentials: "same-origin",
    redirect: "manual",
  });
  if (answer.status === 409 || answer.status === 403 || answer.type === "opaqueredirect") throw new SignInFirst();
  if (!answer.ok) throw new TypeError(String(answer.status));
  return new Map((await answer.json()).answers.map((one) => [one.key, one]));
}

/** Send what waits, once, whichever tab gets there first. */
async function flush() {
  if (!words.person || !navigator.onLine || !localStorage.getItem(FLAG)) return;
  await navigator.locks.request(STORE, async () => {
    const person = words.person;
    const kept = await waitingOf(person);
    if (!kept.length) return;
    const secret = await keyOf(person);
    const items = await Promise.all(kept.map(async (one) => {
      const text = await crypto.subtle.decrypt(bound(person, one.iv), secret, one.data);
      return { key: one.key, ...JSON.parse(new TextDecoder().decode(text)) };
    }));
    try {
      const answers = await send(person, items);
      await inStore(["waiting"], "readwrite", (store) => Promise.all([...answers.keys()].map((key) => asked(store("waiting").delete(key)))));
      for (const { why } of answers.values()) if (why) line(`${words.refused} ${why}`, "fault");
    } catch (error) {
      if (error instanceof SignInFirst) line(words.signIn, "fault");
      else if (!(error instanceof TypeError)) throw error;
    }
  });
  await count();
}

/* ---- what the page shows */
function line(text, kind = "") {
  const one = document.createElement("p");
  one.textContent = text;
  if (kind) one.dataset.kind = kind;
  place?.append(one);
}

function showWaiting(number) {
  if (!place) return;
  place.querySelector("[data-waits]")?.remove();
  if (!number) return;
  const one = document.createElement("p");
  one.dataset.waits = number;
  one.textContent = number === 1 ? words.waitingOne : words.waiting.replace("{n}", number);
  place.prepend(one);
}

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
      const done = await fetch(undo, { method: "POST", headers: { "X-CSRFToken": cookie("csrftoken") }, redirect: "manual" });
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
    const answer = (await send(await whose(), [item])).get(item.key);
    if (answer.why) throw new Error(answer.why);
    answered(form, `${words.saved} ${button.textContent}`, answer.undo);
  } catch (error) {
    form.inert = false;
    if (error instanceof SignInFirst) return say(words.signIn, "fault");
    if (!(error instanceof TypeError)) return say(error.message, "fault");
    try {
      await keep(item);
    } catch {
      return say(words.notKept, "fault");
    }
    if (note) line(words.noNote);
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

/* ---- signing out: say what was not sent, then erase */
export async function beforeSigningOut(form) {
  const person = await whose().catch(() => "");
  const number = person ? (await waitingOf(person).catch(() => [])).length : Number(localStorage.getItem(FLAG));
  const dialog = document.getElementById("not-sent");
  if (number && dialog) {
    const says = dialog.querySelector("p");
    says.textContent = number === 1 ? says.dataset.one : says.dataset.many.replace("{n}", number);
    dialog.returnValue = "";
    dialog.showModal();
    await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
    if (dialog.returnValue !== "out") return;
  }
  await erase();
  form.submit();
}

async function erase() {
  await new Promise((done) => {
    const request = indexedDB.deleteDatabase(STORE);
    request.onsuccess = request.onerror = request.onblocked = done;
  });
  localStorage.removeItem(FLAG);
}

if (place) {
  if (words.person && "serviceWorker" in navigator) navigator.serviceWorker.register(words.worker, { scope: "/" }).catch(() => {});
  if (words.person) whose().then(keyOf).then(count).then(flush).catch(() => {});
  else count().catch(() => {});
  addEventListener("online", () => flush().catch(() => {}));
}
