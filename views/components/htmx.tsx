/** All htmx attributes and element names of the app. Other views use the helpers by purpose. */

/**
 * On `<body>`: the WebSocket, which outlives switches between rooms. Incoming HTML is inserted by the swap style `log`
 * (static/js/chat.js). Connects when the script is ready.
 */
export function liveConnection(url: string) {
  return {
    "hx-ws:connect": url,
    "hx-trigger": "chatterbox:ready",
    "hx-target": "#messages",
    "hx-swap": "log",
    // Requests of back and forward are made by the body; the newest replaces earlier ones.
    "hx-sync": "this:replace",
  };
}

/** On `<main>`: the element replaced by links to rooms, back and forward. */
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

/** Inside `<main>`: an element with an id that is preserved when the room is switched. */
export const outlivesRoom = { "hx-preserve": "" };

/** On a link: inserts earlier messages instead of following it. */
export function fetchesLog(url: string, target: string) {
  return { "hx-get": url, "hx-target": target, "hx-swap": "earlier" };
}

/** In a fragment: replaces the element with the same id. */
export const replaces = { "hx-swap-oob": "outerHTML" };

/**
 * In a fragment: the same, only if that element belongs to this room. A late fragment of another room finds no target.
 */
export function replacesIn(id: string, room: string) {
  return { "hx-swap-oob": `outerHTML:#${id}[data-room="${room}"]` };
}

/** On the `<body>` of a page that listens for change notifications and inserts nothing (static/js/admin.js). */
export function hearsNews(url: string) {
  return { "hx-ws:connect": url, "hx-swap": "none" };
}

/**
 * On an element: refetches the page, at most once a second, and replaces the content of the elements with these ids.
 */
export function keepsFresh(url: string, ids: readonly string[]) {
  return {
    "hx-get": url,
    "hx-trigger": "chatterbox:news throttle:1s, every 10s, visibilitychange from:document",
    "hx-swap": "none",
    "hx-select-oob": ids.map((id) => `#${id}:innerHTML`).join(),
  };
}

/** Read by htmx at startup. `noSwap`: error pages are not fragments. */
export function HtmxConfig({ history }: { history: boolean }) {
  const config = {
    history,
    includeIndicatorCSS: false,
    noSwap: [204, 304, "4xx", "5xx"],
    ws: { pauseOnBackground: false, reconnectMaxDelay: 15_000, reconnectJitter: 0.5 },
  };
  return <meta name="htmx-config" content={JSON.stringify(config)} />;
}

/** A fragment that carries data instead of content: `<hx-NAME …>`, handled by static/js/chat.js. */
export function Signal({ name, text, ...facts }: { name: string; text?: string; [fact: string]: unknown }) {
  const Tag = `hx-${name}` as "hx-signal";
  return <Tag {...facts}>{text}</Tag>;
}
