/** The page's own script: joins its parts. What it does not do, the server and htmx do. */
import { Announcer } from "./announcer.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { watchDays } from "./days.js";
import { Editor } from "./editor.js";
import { watchFolds } from "./fold.js";
import { Log } from "./log.js";
import { Notices } from "./notices.js";
import { Outbox } from "./outbox.js";
import { Pending } from "./pending.js";
import { Roving } from "./roving.js";
import { Scroll } from "./scroll.js";
import { Seen } from "./seen.js";
import { giveTools } from "./tools.js";
import { Typing } from "./typing.js";

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
  const outbox = new Outbox(`${viewer}/${room.dataset.room}`);
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
  const roving = new Roving(list, { scroll, leave: () => composer.focus() });
  const connection = new Connection(room, {
    status: document.getElementById("status"),
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
    editLast: () => editor.editLast(),
    onSend: () => scroll.toEnd(),
  });
  const editor = new Editor(room, { viewer, outbox, composer, notices });

  outbox.onChange = () => {
    pending.draw();
    connection.flush();
  };

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
      // Sent again it would be refused again, and count again.
      outbox.discard(signal.getAttribute("nonce"));
      notices.show(signal.content.textContent, "warning");
    },
    htmx_process_blocked: (signal) => {
      notices.show(signal.content.textContent, "warning");
      connection.end("blocked");
    },
    htmx_process_seen: (signal) => seen.mark(signal.getAttribute("by"), Number(signal.getAttribute("seq"))),
    htmx_process_typing: (signal) => typing.start(signal.getAttribute("by"), signal.content.textContent),
    htmx_process_reload: () => location.reload(),
  });

  // A form's fields on their way out: what must not be lost goes through the outbox.
  room.addEventListener("htmx:ws:before:message:outgoing", ({ detail }) => {
    detail.cancelled = true;
    outbox.add(detail.message.values);
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
  connection.start();
  // The page lives before these are there.
  void import("./glow.js");
  void import("./copy.js").then(({ copyMessages }) => copyMessages(list));
}
