// The service worker: the program's files are kept, so that the page opens without a network.
// The service writes the two lines below: a new version of any file makes a new version of this one.
const VERSION = "";
const FILES = [];

const CACHE = `huimin-${VERSION}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: "no-cache" })))));
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith("huimin-") && name !== CACHE).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

// Only the program's own files: whatever holds people's data never passes through here.
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = new URL(request.url).pathname.slice(new URL(self.registration.scope).pathname.length);
  if (request.method !== "GET" || !FILES.includes(path || "./")) return;
  event.respondWith(
    caches
      .open(CACHE)
      .then((cache) => cache.match(path || "./"))
      .then((kept) => kept || fetch(request)),
  );
});
