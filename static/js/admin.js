/**
 * Keeps parts of an administrators' page up to date: htmx fetches the page every few seconds, and immediately when the
 * socket reports a message or a change of the users online. See `keepsFresh` in views/components/htmx.tsx.
 */

/** Close codes after which the page must be loaded again: the session has ended, the account is blocked. */
const FINAL = [4401, 4403];

/** Fragments that make the page stale: messages and the users online. */
const CHANGES = /data-rev=|id="people"/;

const { viewer } = document.body.dataset;
const main = document.querySelector("main");
const toggle = document.getElementById("live");

if (toggle) {
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    toggle.setAttribute("aria-pressed", isOn() ? "false" : "true");
    refresh();
  });
}

htmx.registerExtension("chatterbox", {
  htmx_ws_before_message_incoming: (_element, { message }) => {
    if (CHANGES.test(message.data)) refresh();
    // The fragments themselves are not shown.
    return false;
  },
  htmx_ws_close: (_element, { code }) => {
    if (FINAL.includes(code)) location.reload();
  },
  htmx_config_request: (_element, { ctx }) => {
    if (document.hidden || !isOn()) return false;
    ctx.request.headers["X-Viewer"] = viewer;
  },
  htmx_after_request: (_element, { ctx }) => {
    const { status, raw } = ctx.response;
    // Logged out, or another user is logged in by now.
    if (!raw.redirected && ![401, 403, 409].includes(status)) return;
    location.reload();
    return false;
  },
  htmx_before_swap: (_element, { tasks }) => {
    for (let at = tasks.length; at-- > 0;) {
      const { target, fragment } = tasks[at];
      if (!needsUpdate(target, fragment.firstElementChild)) tasks.splice(at, 1);
    }
  },
});

function isOn() {
  return toggle?.getAttribute("aria-pressed") !== "false";
}

function refresh() {
  htmx.trigger(main, "chatterbox:news");
}

/** Whether a part may be replaced: it has changed, and the user is not busy in it. Marks its new rows. */
function needsUpdate(part, fresh) {
  if (!fresh || part.innerHTML === fresh.innerHTML) return false;
  if (part.contains(document.activeElement) || part.querySelector("details[open]")) return false;
  const known = new Set([...part.querySelectorAll("[id]")].map(({ id }) => id));
  for (const row of fresh.querySelectorAll("tbody > [id]")) row.classList.toggle("arrived", !known.has(row.id));
  return true;
}
