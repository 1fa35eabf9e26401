/**
 * Keeps what an administrator looks at up to date. The chat's own socket says who is online and that something was said;
 * the parts of the page marked `data-live` are then fetched anew, as the server draws them.
 */

/** The server speaks at least every 9 s; a connection that has been silent for longer than this is dead, in ms. */
const SILENCE = 20_000;

/** Between two looks when the socket says nothing, for what it does not tell, and between two at the most, in ms. */
const LOOK = 10_000;
const PACE = 1000;

/** Closing codes that say that coming back is of no use. */
const FINAL = [4401, 4403];

const main = document.querySelector("main[data-socket]");
const toggle = document.getElementById("live");

let socket;
let heard = 0;
let failures = 0;
let lookedAt = 0;
let timer;

if (main) {
  connect();
  setInterval(watch, 5000);
  setInterval(look, LOOK);
  addEventListener("online", connect);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) soon();
  });
}

if (toggle) {
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    toggle.setAttribute("aria-pressed", isOn() ? "false" : "true");
    soon();
  });
}

function isOn() {
  return toggle?.getAttribute("aria-pressed") !== "false";
}

function connect() {
  if (socket && socket.readyState <= WebSocket.OPEN) return;
  const url = new URL(main.dataset.socket, location.origin.replace(/^http/, "ws"));
  url.searchParams.set("viewer", main.dataset.viewer);
  const mine = socket = new WebSocket(url);
  heard = Date.now();
  mine.onmessage = ({ data }) => {
    if (mine !== socket) return;
    heard = Date.now();
    failures = 0;
    read(data);
  };
  mine.onclose = ({ code }) => {
    if (mine !== socket) return;
    socket = undefined;
    if (FINAL.includes(code)) location.reload();
    else setTimeout(connect, Math.min(30_000, 500 * 2 ** failures++) * (0.5 + Math.random()));
  };
}

/** Ends a line that has been silent for too long: TCP may take many minutes to notice. */
function watch() {
  if (!socket || Date.now() - heard <= SILENCE) return;
  socket.close();
  socket = undefined;
  connect();
}

function read(frame) {
  const fragments = new DOMParser().parseFromString(frame, "text/html");
  const count = fragments.getElementById("online-count")?.textContent;
  const online = document.getElementById("online");
  if (online && count !== undefined && online.textContent !== count) online.textContent = count;
  if (fragments.querySelector("[data-rev]")) soon();
}

/** Looks as soon as the pace allows. */
function soon() {
  clearTimeout(timer);
  timer = setTimeout(look, Math.max(100, lookedAt + PACE - Date.now()));
}

async function look() {
  if (document.hidden || !isOn()) return;
  lookedAt = Date.now();
  const headers = { Accept: "text/html", "X-Viewer": main.dataset.viewer };
  const response = await fetch(location.href, { headers }).catch(() => undefined);
  if (!response) return;
  // Logged out, or somebody else is logged in by now.
  if (response.redirected || [401, 403, 409].includes(response.status)) return location.reload();
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) replace(part, fresh.getElementById(part.id));
}

/** Takes nothing away from under somebody's hands. */
function replace(part, fresh) {
  if (!fresh || part.innerHTML === fresh.innerHTML) return;
  if (part.contains(document.activeElement) || part.querySelector("details[open]")) return;
  const known = new Set([...part.querySelectorAll("[id]")].map(({ id }) => id));
  for (const row of fresh.querySelectorAll("tbody > [id]")) row.classList.toggle("arrived", !known.has(row.id));
  part.replaceChildren(...fresh.childNodes);
}
