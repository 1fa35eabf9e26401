import { Announcer } from "./announcer.js";
import { Composer } from "./composer.js";
import { watchDays } from "./days.js";
import { Editor } from "./editor.js";
import { watchFolds } from "./fold.js";
import { Log } from "./log.js";
import { Pending } from "./pending.js";
import { Roving } from "./roving.js";
import { Scroll } from "./scroll.js";
import { Seen } from "./seen.js";
import { giveTools } from "./tools.js";
import { Typing } from "./typing.js";

/**
 * Activates a rendered room. Its modules register listeners, observers and timers with one signal, which `dispose`
 * aborts. What outlives the room (connection, outboxes, storage) is in `app`.
 */
export function openRoom(main, app) {
  const { viewer, notices } = app;
  const { room } = main.dataset;
  const end = new AbortController();
  const { signal } = end;
  const part = (id) => main.querySelector(`#${id}`);
  const kept = (kind) => app.kept(room, kind);
  const list = part("messages");
  const outbox = app.outboxes.open(room);

  const scroll = new Scroll(part("scroller"), part("to-latest"), { signal, onJump: () => composer.focus() });
  const typing = new Typing(part("typing"), { signal, viewer });
  const pending = new Pending(list, { signal, outbox, scroll });
  const log = new Log(list, {
    signal,
    viewer,
    scroll,
    announcer: new Announcer(part("announcer"), { signal }),
    onDraw: () => roving.refresh(),
    onMessage: (item) => {
      typing.stop(item.dataset.author);
      seen.refresh();
      if (item.dataset.author !== viewer) app.onUnread();
    },
  });
  const roving = new Roving(list, { signal, scroll, leave: () => composer.focus() });
  const seen = new Seen(list, {
    signal,
    viewer,
    scroll,
    report: (id) => app.connection.signal({ type: "seen", room, id }),
  });
  const composer = new Composer(part("composer"), {
    signal,
    kept: kept("draft"),
    type: () => app.connection.signal({ type: "typing", room }),
    editLast: () => editor.editLast(),
    onSend: (command, failed) => {
      outbox.add(command, failed);
      scroll.toEnd();
    },
  });
  const editor = new Editor(main, { signal, viewer, outbox, composer, notices, kept: kept("edit") });

  scroll.onEnd = () => {
    log.catchUp();
    seen.refresh();
  };
  giveTools(list, { signal, viewer });
  watchFolds(list, { signal, scroll });
  watchDays(list, signal);
  log.start();
  seen.start();
  scroll.toEnd();
  composer.start();
  editor.start();
  // Last: an edit whose message is not on the page has just become pending.
  pending.draw();
  // Not needed immediately.
  void import("./copy.js").then(({ copyMessages }) => copyMessages(list, signal));

  return {
    /** Its slug. */
    room,
    log,
    seen,
    typing,
    pending,
    /** Whether closing the page would lose text. */
    get isAtRisk() {
      return composer.isAtRisk || !editor.keep();
    },
    /** Disables sending, with the reason. */
    close(reason) {
      composer.close(reason);
    },
    /** Takes over drafts and edits of closed pages in this room. */
    async inherit() {
      await composer.inherit();
      await editor.inherit();
    },
    /** Gives up drafts: this page is a copy of another one. */
    leaveToOther() {
      composer.leaveToOther();
      editor.keep();
    },
    dispose() {
      end.abort();
      app.outboxes.close(room);
    },
  };
}
