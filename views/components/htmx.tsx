/** Every htmx attribute and element name of the app. The other views name what they are for. */

/**
 * On `<body>`: keeps the WebSocket, whichever room is open. What arrives is inserted by our own swap style, `log`
 * (static/js/chat.js). It connects when the script is ready to listen.
 */
export function liveConnection(url: string) {
  return {
    "hx-ws:connect": url,
    "hx-trigger": "chatterbox:ready",
    "hx-target": "#messages",
    "hx-swap": "log",
    // Back and forward are requests of the body: the newest one wins.
    "hx-sync": "this:replace",
  };
}

/** On `<main>`: what a link to a room, back and forward replace. */
export const holdsRoom = { "hx-history-elt": "" };

/** On a link to a room: replaces `<main>` and keeps the socket (static/js/switch.js). */
export function opensRoom(url: string) {
  return {
    "hx-get": url,
    "hx-target": "main",
    "hx-select": "main",
    "hx-swap": "outerSync",
    "hx-push-url": "true",
    "hx-sync": "body:replace",
  };
}

/** Inside `<main>`: an element with an id that outlives a switch of the room. */
export const outlivesRoom = { "hx-preserve": "" };

/** On a link: fetches earlier messages instead of the page it leads to without JavaScript. */
export function fetchesLog(url: string, target: string) {
  return { "hx-get": url, "hx-target": target, "hx-swap": "earlier" };
}

/** In a fragment: replaces the element with the same id. */
export const replaces = { "hx-swap-oob": "outerHTML" };

/** In a fragment: the same, if that element belongs to this room. A late one of another room finds no target. */
export function replacesIn(id: string, room: string) {
  return { "hx-swap-oob": `outerHTML:#${id}[data-room="${room}"]` };
}

/** On the `<body>` of a page that wants to know when something happens, and shows nothing of it (static/js/admin.js). */
export function hearsNews(url: string) {
  return { "hx-ws:connect": url, "hx-swap": "none" };
}

/** On an element: fetches the page again, at most once a second, and replaces what is in the elements with these ids. */
export function keepsFresh(url: string, ids: readonly string[]) {
  return {
    "hx-get": url,
    "hx-trigger": "chatterbox:news throttle:1s, every 10s, visibilitychange from:document",
    "hx-swap": "none",
    "hx-select-oob": ids.map((id) => `#${id}:innerHTML`).join(),
  };
}

/** Read by htmx when it starts. `noSwap`: an error page is not a fragment. */
export function HtmxConfig({ history }: { history: boolean }) {
  const config = {
    history,
    includeIndicatorCSS: false,
    noSwap: [204, 304, "4xx", "5xx"],
    ws: { pauseOnBackground: false, reconnectMaxDelay: 15_000, reconnectJitter: 0.5 },
  };
  return <meta name="htmx-config" content={JSON.stringify(config)} />;
}

/** A fragment that carries a fact rather than something to see: `<hx-NAME …>`, handled by static/js/chat.js. */
export function Signal({ name, text, ...facts }: { name: string; text?: string; [fact: string]: unknown }) {
  const Tag = `hx-${name}` as "hx-signal";
  return <Tag {...facts}>{text}</Tag>;
}
