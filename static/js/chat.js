/** The page's own script: joins its parts. What it does not do, the server and htmx do. */
import { Announcer } from "./announcer.js";
import "./back.js";
import { Composer } from "./composer.js";
import { Connection, leave } from "./connection.js";
import { watchDays } from "./days.js";
import { Editor } from "./editor.js";
import { watchFolds } from "./fold.js";
import { Kept } from "./kept.js";
import { Log } from "./log.js";
import { Notices } from "./notices.js";
import { Outbox } from "./outbox.js";
import { Pending } from "./pending.js";
import { Roving } from "./roving.js";
import { Scroll } from "./scroll.js";
import { SealedStorage } from "./sealed_storage.js";
import { Seen } from "./seen.js";
import { Tab } from "./tab.js";
import { giveTools } from "./tools.js";
import { Trouble } from "./trouble.js";
import { Typing } from "./typing.js";

/** How long a page may take to be loaded again, in ms. */
const COMEBACK = 10_000;

const room = document.querySelector("main[data-room]");

// A page of old messages is for browsers without JavaScript: here the list is always whole down to the newest.
if (new URLSearchParams(location.search).has("before")) location.replace("/");
else if (room) start(room);

function start(room) {
  const { viewer } = room.dataset;
  const list = document.getElementById("messages");
  const notices = new Notices(document.getElementById("notices"));
  const scroll = new Scroll(document.getElementById("scroller"), document.getElementById("to-latest"));
  const typing = new Typing(document.getElementById("typing"), viewer);
  const storage = new SealedStorage({ viewer, key: room.dataset.key });
  const tab = new Tab(viewer);
  const kept = (kind) => new Kept(storage, tab, `${room.dataset.room}/${kind}`);
  const outbox = new Outbox(kept("outbox"));
  const pending = new Pending(list, outbox, scroll);
  const log = new Log(list, {
    viewer,
    scroll,
    announcer: new Announcer(document.getElementById("announcer")),
    onDraw: () => roving.refresh(),
    onMessage: (item) => {
      typing.stop(item.dataset.author);
      seen.refresh();
      if (document.hidden && item.dataset.author !== viewer) countUnread();
    },
  });
  const trouble = new Trouble(document.getElementById("trouble"), { retry: () => location.reload() });
  const roving = new Roving(list, { scroll, leave: () => composer.focus() });
  const connection = new Connection(room, {
    status: document.getElementById("status"),
    trouble,
    log,
    outbox,
    onEnd: (reason) => {
      composer.close(reason);
      outbox.end(reason);
    },
  });
  const seen = new Seen(list, { viewer, scroll, connection });
  const composer = new Composer(document.getElementById("composer"), {
    connection,
    kept: kept("draft"),
    editLast: () => editor.editLast(),
    onSend: (command) => {
      outbox.add(command);
      scroll.toEnd();
    },
  });
  const editor = new Editor(room, { viewer, outbox, composer, notices, kept: kept("edit") });

  let toldOfRisk = false;
  outbox.onChange = () => {
    pending.draw();
    connection.flush();
    if (outbox.isAtRisk && !toldOfRisk) {
      notices.show(
        "This browser has no room to keep what is not sent yet: do not close this page before it is sent",
        "warning",
      );
      toldOfRisk = true;
    }
  };
  tab.onRenamed = () => {
    outbox.leaveToOther();
    composer.leaveToOther();
    editor.keep();
  };
  tab.onLeft = () => sendForOthers();

  /** Takes over all that closed pages have left. */
  async function inherit() {
    await outbox.inherit();
    await composer.inherit();
    await editor.inherit();
  }

  /** Only what waits to be sent, and only when it is clear that its own page does not come back by itself. */
  function sendForOthers() {
    setTimeout(() => outbox.inherit(), COMEBACK);
  }

  htmx.registerExtension("chatterbox", {
    handle_swap: (style, _target, fragment) => {
      if (style === "log") return log.live(fragment);
      if (style === "earlier") return log.earlier(fragment);
      return false;
    },
    htmx_process_ack: (signal) => outbox.settle(signal.getAttribute("nonce")),
    htmx_process_error: (signal) => {
      const nonce = signal.getAttribute("nonce");
      const detail = signal.content.textContent;
      if (nonce === null || !outbox.refuse(nonce, detail, signal.getAttribute("code"))) notices.show(detail);
    },
    htmx_process_warning: (signal) => {
      // Never sent again by itself: it comes back to be changed.
      const detail = signal.content.textContent;
      if (!outbox.refuse(signal.getAttribute("nonce"), detail, "language")) notices.show(detail, "warning");
    },
    htmx_process_blocked: (signal) => {
      notices.show(signal.content.textContent, "warning");
      connection.end("blocked");
    },
    htmx_process_seen: (signal) => seen.mark(signal.getAttribute("by"), Number(signal.getAttribute("seq"))),
    htmx_process_typing: (signal) => typing.start(signal.getAttribute("by"), signal.content.textContent),
    htmx_process_reload: () => location.reload(),
  });

  // What htmx asks for says whose page it is, and is told when that is not who is logged in.
  document.addEventListener("htmx:config:request", ({ detail }) => detail.ctx.request.headers["X-Viewer"] = viewer);
  document.addEventListener("htmx:after:request", ({ detail }) => {
    const { status, raw } = detail.ctx.response ?? {};
    if ([401, 409].includes(status) || raw?.redirected) leave();
  });
  addEventListener("beforeunload", (event) => {
    if (outbox.isAtRisk || composer.isAtRisk || !editor.keep()) event.preventDefault();
  });
  document.addEventListener("htmx:after:swap", markViewer);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) countUnread(0);
  });

  const title = document.title;
  let unread = 0;
  function countUnread(count = unread + 1) {
    unread = count;
    document.title = unread > 0 ? `(${unread}) ${title}` : title;
  }

  function markViewer() {
    document.querySelector(`#people [data-user="${viewer}"]`)?.classList.add("you");
  }

  scroll.onEnd = () => {
    log.catchUp();
    seen.refresh();
  };
  giveTools(list, viewer);
  watchFolds(list, scroll);
  watchDays(list);
  log.start();
  seen.start();
  pending.draw();
  markViewer();
  scroll.toEnd();
  composer.start();
  editor.start();
  storage.prune();
  connection.start();
  // A page that comes back has what it had; others that come back with it want theirs.
  if (tab.isNew) void inherit();
  else sendForOthers();
  // The page lives before these are there.
  void import("./glow.js");
  void import("./copy.js").then(({ copyMessages }) => copyMessages(list));
}
