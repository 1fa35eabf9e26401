/** Every htmx attribute and element name of the app: the rest speaks of what they are for. */

/**
 * The element that keeps the WebSocket; what arrives is put into `target` by our own swap style (static/js/log.js). It
 * connects when our script says that it is ready to listen.
 */
export function liveConnection(url: string, target: string) {
  return { "hx-ws:connect": url, "hx-trigger": "chatterbox:ready", "hx-target": target, "hx-swap": "log" };
}

/** A link that brings more of the log, instead of the page it leads to without JavaScript. */
export function fetchesLog(url: string, target: string) {
  return { "hx-get": url, "hx-target": target, "hx-swap": "earlier" };
}

/** In a fragment: takes the place of the element with the same id. */
export const replaces = { "hx-swap-oob": "outerHTML" };

/** In a fragment: the same, if that element belongs to this room. A late one of another room finds no target. */
export function replacesIn(id: string, room: string) {
  return { "hx-swap-oob": `outerHTML:#${id}[data-room="${room}"]` };
}

/** Read by htmx when it starts. `noSwap`: an error page is no fragment. */
export function HtmxConfig() {
  const config = {
    history: false,
    includeIndicatorCSS: false,
    noSwap: [204, 304, "4xx", "5xx"],
    ws: { pauseOnBackground: false, reconnectMaxDelay: 15_000, reconnectJitter: 0.5 },
  };
  return <meta name="htmx-config" content={JSON.stringify(config)} />;
}

/** A fragment that carries a fact rather than something to see: `<hx-NAME …>`, handled by static/js/signals.js. */
export function Signal({ name, text, ...facts }: { name: string; text?: string; [fact: string]: unknown }) {
  const Tag = `hx-${name}` as "hx-signal";
  return <Tag {...facts}>{text}</Tag>;
}
