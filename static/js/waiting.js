/* What a device keeps while there is no connection: public ids, a choice, a moment and a key that makes sending it
   twice the same as once. No name, no words, no file. It is encrypted with a key that cannot leave this browser and
   belongs to the one person who was signed in; signing out erases both, after a warning when something was not sent.
   One store for each kind of thing: check-ins (checkins.js), observations (observations.js). */

const KINDS = { "check-ins": "throughline-check-ins", observations: "throughline-observations" };

const asked = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

const cookie = (name) => document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";

/** The token that says a request comes from our own page. */
export const csrf = () => cookie("csrftoken");

/** Nobody is signed in, or somebody else than whose queue this is. */
export class SignInFirst extends Error {}

/** One kind of thing that may wait. `parts`: the fields that are kept; `place`: the element that says what waits. */
export class Queue {
  constructor({ kind, parts, place }) {
    this.store = KINDS[kind];
    this.flag = kind; // in localStorage: how many wait; present from the first kept key until signing out
    this.parts = parts;
    this.place = place;
    this.words = place?.dataset ?? {};
  }

  async open() {
    const request = indexedDB.open(this.store, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("keys", { keyPath: "person" });
      request.result.createObjectStore("waiting", { keyPath: "key" });
    };
    return asked(request);
  }

  async inStore(names, mode, work) {
    const base = await this.open();
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
  async whose() {
    if (this.words.person) return this.words.person;
    const keys = await this.inStore(["keys"], "readonly", (store) => asked(store("keys").getAll()));
    return keys.length === 1 ? keys[0].person : "";
  }

  async keyOf(person) {
    const kept = await this.inStore(["keys"], "readonly", (store) => asked(store("keys").get(person)));
    if (kept) return kept.secret;
    const secret = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await this.inStore(["keys"], "readwrite", async (store) => {
      // another tab may have been quicker: one key a person
      if (!(await asked(store("keys").get(person)))) await asked(store("keys").add({ person, secret }));
    });
    return (await this.inStore(["keys"], "readonly", (store) => asked(store("keys").get(person)))).secret;
  }

  bound(person, iv) {
    return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(person) };
  }

  async keep(item) {
    const person = await this.whose();
    if (!person) throw new Error("nobody");
    const secret = await this.keyOf(person);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const kept = Object.fromEntries(this.parts.map((part) => [part, item[part]]));
    const data = await crypto.subtle.encrypt(this.bound(person, iv), secret, new TextEncoder().encode(JSON.stringify(kept)));
    await this.inStore(["waiting"], "readwrite", (store) => asked(store("waiting").put({ key: item.key, person, iv, data })));
    await this.count();
  }

  async waitingOf(person) {
    const all = await this.inStore(["waiting"], "readonly", (store) => asked(store("waiting").getAll()));
    return all.filter((one) => one.person === person);
  }

  async count() {
    const person = await this.whose();
    const number = person ? (await this.waitingOf(person)).length : 0;
    localStorage.setItem(this.flag, String(number));
    this.showWaiting(number);
    return number;
  }

  /** Send items; answers by key. Throws when there is no connection (TypeError) or nobody is signed in (SignInFirst). */
  async send(person, items) {
    const answer = await fetch(this.words.sync, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() },
      body: JSON.stringify({ person, items }),
      credentials: "same-origin",
      redirect: "manual",
    });
    if (answer.status === 409 || answer.status === 403 || answer.type === "opaqueredirect") throw new SignInFirst();
    if (!answer.ok) throw new TypeError(String(answer.status));
    return new Map((await answer.json()).answers.map((one) => [one.key, one]));
  }

  /** Send what waits, once, whichever tab gets there first. */
  async flush() {
    const { person } = this.words;
    if (!person || !navigator.onLine || !localStorage.getItem(this.flag)) return;
    await navigator.locks.request(this.store, async () => {
      const kept = await this.waitingOf(person);
      if (!kept.length) return;
      const secret = await this.keyOf(person);
      const items = await Promise.all(kept.map(async (one) => {
        const text = await crypto.subtle.decrypt(this.bound(person, one.iv), secret, one.data);
        return { key: one.key, ...JSON.parse(new TextDecoder().decode(text)) };
      }));
      try {
        const answers = await this.send(person, items);
        await this.inStore(["waiting"], "readwrite", (store) => Promise.all([...answers.keys()].map((key) => asked(store("waiting").delete(key)))));
        for (const { why } of answers.values()) if (why) this.line(`${this.words.refused} ${why}`, "fault");
      } catch (error) {
        if (error instanceof SignInFirst) this.line(this.words.signIn, "fault");
        else if (!(error instanceof TypeError)) throw error;
      }
    });
    await this.count();
  }

  line(text, kind = "") {
    const one = document.createElement("p");
    one.textContent = text;
    if (kind) one.dataset.kind = kind;
    this.place?.append(one);
  }

  showWaiting(number) {
    if (!this.place) return;
    this.place.querySelector("[data-waits]")?.remove();
    if (!number) return;
    const one = document.createElement("p");
    one.dataset.waits = number;
    one.textContent = number === 1 ? this.words.waitingOne : this.words.waiting.replace("{n}", number);
    this.place.prepend(one);
  }

  /** Where somebody is signed in: have a key ready, say what waits, and send it now and whenever the connection is back. */
  begin() {
    if (!this.place) return;
    if (this.words.person) this.whose().then((person) => this.keyOf(person)).then(() => this.count()).then(() => this.flush()).catch(() => {});
    else this.count().catch(() => {});
    addEventListener("online", () => this.flush().catch(() => {}));
  }
}

/* ---- signing out: say what was not sent, then erase */
export async function beforeSigningOut(form) {
  const number = Object.keys(KINDS).reduce((sum, kind) => sum + Number(localStorage.getItem(kind)), 0);
  const dialog = document.getElementById("not-sent");
  if (number && dialog) {
    const says = dialog.querySelector("p");
    says.textContent = number === 1 ? says.dataset.one : says.dataset.many.replace("{n}", number);
    dialog.returnValue = "";
    dialog.showModal();
    await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
    if (dialog.returnValue !== "out") return;
  }
  await Promise.all(Object.keys(KINDS).map(erase));
  form.submit();
}

async function erase(kind) {
  await new Promise((done) => {
    const request = indexedDB.deleteDatabase(KINDS[kind]);
    request.onsuccess = request.onerror = request.onblocked = done;
  });
  localStorage.removeItem(kind);
}
