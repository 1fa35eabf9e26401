/** Connects the parts of the page that outlive a room with the open room. */
import "./back.js";
import { Connection } from "./connection.js";
import { Kept } from "./kept.js";
import { Notices } from "./notices.js";
import { Outboxes } from "./outboxes.js";
import { openRoom } from "./room/room.js";
import { SealedStorage } from "./sealed_storage.js";
import { Switch } from "./switch.js";
import { Tab } from "./tab.js";
import { Trouble } from "./trouble.js";
import { Unread } from "./unread.js";

/** How long reloading the page may take, in ms. */
const COMEBACK = 10_000;

// Pages of old messages are for browsers without JavaScript: here the list always reaches the newest message.
if (new URLSearchParams(location.search).has("before")) location.replace(location.pathname);
else start();

function start() {
  const { viewer, key } = document.body.dataset;
  const notices = new Notices(document.getElementById("notices"));
  const storage = new SealedStorage({ viewer, key });
  const tab = new Tab(viewer);
  const kept = (room, kind) => new Kept(storage, tab, `${room}/${kind}`);
  const outboxes = new Outboxes(storage, kept);
  const unread = new Unread();
  const connection = new Connection({
    status: document.getElementById("status"),
    trouble: new Trouble(document.getElementById("trouble"), { retry: () => location.reload() }),
    viewer,
    onOpen: () => {
      outboxes.flush(connection.line);
      rooms.retry();
    },
    onEnd: (reason) => {
      ended = reason;
      open?.close(reason);
      outboxes.end(reason);
    },
  });
  const app = { viewer, notices, kept, outboxes, connection, onUnread: () => unread.add() };
  /** The open room; undefined while it is being replaced. */
  let open;
  let ended;
  const rooms = new Switch({ viewer, notices, open: enter, close: exit });

  function enter(main) {
    open = openRoom(main, app);
    if (ended !== undefined) open.close(ended);
    connection.open(open.room, () => open.log.head);
    markViewer();
    if (tab.isNew) void open.inherit();
    document.querySelector("#sidebar:popover-open")?.hidePopover();
  }

  function exit() {
    connection.leave();
    open?.dispose();
    open = undefined;
  }

  /** The open room, if a fragment belongs to it. */
  function opened(room) {
    return room === open?.room ? open : undefined;
  }

  let toldOfRisk = false;
  outboxes.onChange = () => {
    open?.pending.draw();
    if (connection.line) outboxes.flush(connection.line);
    if (outboxes.isAtRisk && !toldOfRisk) {
      notices.show(
        "This browser has no storage left for unsent messages: do not close this page until they are sent",
        "warning",
      );
      toldOfRisk = true;
    }
  };
  tab.onRenamed = () => {
    outboxes.leaveToOther();
    open?.leaveToOther();
  };
  tab.onLeft = () => sendForOthers();

  /** Takes over unsent messages of closed pages, once it is clear that those are not being restored. */
  function sendForOthers() {
    setTimeout(() => outboxes.inherit(), COMEBACK);
  }

  htmx.registerExtension("chatterbox", {
    ...rooms.extension,
    handle_swap: (style, _target, fragment) => {
      const items = [...fragment.children];
      if (style === "log") open?.log.live(items.filter(({ dataset }) => dataset.room === open.room));
      else if (style === "earlier") open?.log.earlier(items);
      else return false;
      return [];
    },
    htmx_process_ack: (signal) => outboxes.settle(signal.getAttribute("nonce")),
    htmx_process_error: (signal) => {
      const detail = signal.content.textContent;
      if (!outboxes.refuse(signal.getAttribute("nonce"), detail, signal.getAttribute("code"))) notices.show(detail);
    },
    htmx_process_warning: (signal) => {
      // Never retried automatically: it is returned for editing.
      const detail = signal.content.textContent;
      if (!outboxes.refuse(signal.getAttribute("nonce"), detail, "language")) notices.show(detail, "warning");
    },
    htmx_process_blocked: (signal) => {
      notices.show(signal.content.textContent, "warning");
      connection.end("blocked");
    },
    htmx_process_seen: (signal) =>
      opened(signal.getAttribute("room"))?.seen.mark(signal.getAttribute("by"), Number(signal.getAttribute("seq"))),
    htmx_process_typing: (signal) =>
      opened(signal.getAttribute("room"))?.typing.start(signal.getAttribute("by"), signal.content.textContent),
    htmx_process_reload: (signal) => {
      if (opened(signal.getAttribute("room"))) location.reload();
    },
  });

  addEventListener("beforeunload", (event) => {
    if (outboxes.isAtRisk || open?.isAtRisk) event.preventDefault();
  });
  document.addEventListener("htmx:after:swap", markViewer);

  function markViewer() {
    document.querySelector(`#people [data-user="${viewer}"]`)?.classList.add("you");
  }

  enter(document.querySelector("main"));
  storage.prune();
  connection.start();
  // A restored page has its own messages, and other restored pages need theirs.
  if (tab.isNew) void outboxes.inherit();
  else sendForOthers();
  // Not needed immediately.
  void import("./glow.js");
}
