// Questions to the server go straight there: the service worker need not be awake for them.
self.addEventListener("install", (event) => {
  if (!event.addRoutes || !self.URLPattern) return;
  const condition = { urlPattern: new URLPattern({ pathname: "/api/*" }) };
  event.waitUntil(event.addRoutes({ condition, source: "network" }));
});
