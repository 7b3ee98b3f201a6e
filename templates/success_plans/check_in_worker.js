/* Keeps the check-in page for when there is no connection, and nothing about anybody: pages of students are never
   stored. Asks the network first, always; what is kept answers only when the network does not. */
const KEPT = "check-in-{{ version }}";
const FILES = {{ files|safe }};
const SHELLS = {{ shells|safe }};
const CHECK_IN = /^\/(?:students\/[0-9a-f-]{36}\/)?check-in$/;

self.addEventListener("install", (event) => {
  const kept = caches.open(KEPT).then((cache) =>
    Promise.all([...FILES, ...SHELLS].map((path) => cache.add(new Request(path, { credentials: "omit" })))));
  event.waitUntil(kept.then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) =>
    Promise.all(names.filter((name) => name.startsWith("check-in-") && name !== KEPT).map((name) => caches.delete(name))));
  event.waitUntil(old.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && CHECK_IN.test(url.pathname)) {
    const language = (self.navigator.language || "en").slice(0, 2);
    const shell = SHELLS.find((path) => path.endsWith(`=${language}`)) ?? SHELLS[0];
    event.respondWith(fetch(request).catch(async () => (await caches.match(shell)) ?? Response.error()));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(url.pathname)) ?? Response.error()));
  }
});
