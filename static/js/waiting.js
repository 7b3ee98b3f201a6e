/* What a device keeps while there is no connection: public ids, a choice, a moment and a key that makes sending it
   twice the same as once. No name, no words, no file. It is encrypted with a key that cannot leave this browser and
   belongs to the one person who was signed in; signing out erases what is theirs, after a warning when something was
   not sent. What a colleague left on a shared device stays until they sign in here again. One store for each kind of thing: check-ins (checkins.js), observations (observations.js). */

const KINDS = { "check-ins": "throughline-check-ins", observations: "throughline-observations" };

const WHO = "waiting-person"; // in localStorage: who was signed in last, for the page without a connection
const SLICE = 100; // items in one request; the server takes 200

const asked = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

const cookie = (name) => document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";

/** The token that says a request comes from our own page. */
export const csrf = () => cookie("csrftoken");

/** Nobody is signed in, or somebody else than whose queue this is. */
export class SignInFirst extends Error {}

/** The server answered, and did not take it: sending the same again would change nothing. */
export class NotTaken extends Error {}

/** One kind of thing that may wait. `parts`: the fields that are kept; `place`: the element that says what waits. */
export class Queue {
  constructor({ kind, parts, place }) {
    this.store = KINDS[kind];
    this.flag = kind; // in localStorage: how many wait, of anybody; present from the first kept key until signing out
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
    return localStorage.getItem(WHO) ?? "";
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
    await this.inStore(["keys", "waiting"], "readwrite", async (store) => {
      // another tab may have signed out meanwhile: without the key nobody could ever read it
      if (!(await asked(store("keys").get(person)))) throw new Error("signed out");
      await asked(store("waiting").put({ key: item.key, person, iv, data }));
    });
    await this.count();
  }

  async all() {
    return this.inStore(["waiting"], "readonly", (store) => asked(store("waiting").getAll()));
  }

  async waitingOf(person) {
    return (await this.all()).filter((one) => one.person === person);
  }

  async count() {
    const person = await this.whose();
    const all = await this.all();
    const mine = all.filter((one) => one.person === person).length;
    localStorage.setItem(this.flag, String(all.length));
    this.showWaiting(mine, all.length - mine);
    return mine;
  }

  /** Send items; answers by key. Throws when there is no connection (TypeError), nobody is signed in (SignInFirst) or
      the server did not take them (NotTaken). */
  async send(person, items) {
    const answer = await fetch(this.words.sync, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() },
      body: JSON.stringify({ person, items }),
      credentials: "same-origin",
      redirect: "manual",
    });
    if (answer.status === 409 || answer.status === 403 || answer.type === "opaqueredirect") throw new SignInFirst();
    if (answer.status >= 400 && answer.status < 500) throw new NotTaken(this.words.notTaken);
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
      try {
        for (let from = 0; from < kept.length; from += SLICE) await this.flushSome(person, secret, kept.slice(from, from + SLICE));
      } catch (error) {
        if (error instanceof SignInFirst) this.line(this.words.signIn, "fault");
        else if (error instanceof NotTaken) this.line(error.message, "fault");
        else if (!(error instanceof TypeError)) throw error;
      }
    });
    await this.count();
  }

  async forget(keys) {
    await this.inStore(["waiting"], "readwrite", (store) => Promise.all(keys.map((key) => asked(store("waiting").delete(key)))));
  }

  /** One entry as it was kept, null where it cannot be read: its key is gone, and holding it would help nobody. */
  async read(person, secret, one) {
    try {
      const text = await crypto.subtle.decrypt(this.bound(person, one.iv), secret, one.data);
      return { key: one.key, ...JSON.parse(new TextDecoder().decode(text)) };
    } catch {
      return null;
    }
  }

  /** One request: what is answered is kept no longer; what was refused is told, with the moment it was of. What cannot
      be read is told and let go, and holds up nothing else. */
  async flushSome(person, secret, kept) {
    const read = await Promise.all(kept.map((one) => this.read(person, secret, one)));
    const lost = kept.filter((_one, at) => !read[at]).map((one) => one.key);
    await this.forget(lost);
    for (const _key of lost) this.line(`${this.words.refused} ${this.words.unread}`, "fault");
    const items = read.filter(Boolean);
    if (!items.length) return;
    const answers = await this.send(person, items);
    await this.forget([...answers.keys()]);
    for (const item of items) {
      const why = answers.get(item.key)?.why;
      if (why) this.line(`${this.words.refused} ${this.moment(item)} ${why}`, "fault");
    }
  }

  moment(item) {
    const at = new Date(item.met_at ?? item.seen_at ?? NaN);
    return Number.isNaN(at.getTime()) ? "" : `${at.toLocaleString(document.documentElement.lang || undefined, { dateStyle: "medium", timeStyle: "short" })}.`;
  }

  line(text, kind = "") {
    const one = document.createElement("p");
    one.textContent = text;
    if (kind) one.dataset.kind = kind;
    this.place?.append(one);
  }

  showWaiting(mine, others) {
    if (!this.place) return;
    for (const old of this.place.querySelectorAll("[data-waits], [data-others-wait]")) old.remove();
    if (others) this.first(this.words.others, "othersWait", others);
    if (mine) this.first(mine === 1 ? this.words.waitingOne : this.words.waiting.replace("{n}", mine), "waits", mine);
  }

  first(text, name, number) {
    const one = document.createElement("p");
    one.dataset[name] = number;
    one.textContent = text;
    this.place.prepend(one);
  }

  /** Where somebody is signed in: have a key ready, say what waits, and send it now and whenever the connection is back. */
  begin() {
    if (!this.place) return;
    if (this.words.person) localStorage.setItem(WHO, this.words.person);
    if (this.words.person) this.whose().then((person) => this.keyOf(person)).then(() => this.count()).then(() => this.flush()).catch(() => {});
    else this.count().catch(() => {});
    addEventListener("online", () => this.flush().catch(() => {}));
  }
}

/* ---- signing out: say what was not sent, then erase what is theirs who signs out; a colleague's entries stay */
export async function beforeSigningOut(form) {
  const dialog = document.getElementById("not-sent");
  const person = dialog?.dataset.person ?? "";
  const queues = Object.keys(KINDS).map((kind) => new Queue({ kind, parts: [] }));
  const number = (await Promise.all(queues.map((queue) => queue.waitingOf(person)))).reduce((sum, mine) => sum + mine.length, 0);
  if (number && dialog) {
    const says = dialog.querySelector("p");
    says.textContent = number === 1 ? says.dataset.one : says.dataset.many.replace("{n}", number);
    dialog.returnValue = "";
    dialog.showModal();
    await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
    if (dialog.returnValue !== "out") return;
  }
  await Promise.all(queues.map((queue) => erase(queue, person)));
  localStorage.removeItem(WHO);
  form.submit();
}

async function erase(queue, person) {
  const left = await queue.inStore(["keys", "waiting"], "readwrite", async (store) => {
    // read in here: nothing is kept between reading and erasing
    const all = await asked(store("waiting").getAll());
    const mine = all.filter((one) => one.person === person);
    await Promise.all([asked(store("keys").delete(person)), ...mine.map(({ key }) => asked(store("waiting").delete(key)))]);
    return all.length - mine.length;
  });
  if (left) return localStorage.setItem(queue.flag, String(left));
  await new Promise((done) => {
    const request = indexedDB.deleteDatabase(queue.store);
    request.onsuccess = request.onerror = request.onblocked = done;
  });
  localStorage.removeItem(queue.flag);
}
