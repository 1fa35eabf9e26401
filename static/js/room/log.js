import { dayLine, sweepDays } from "./days.js";
import { fold } from "./fold.js";
import { dayOf, momentOf, timeOf } from "../time.js";

/** Messages of one author within this time, in ms, form a group. */
const TOGETHER = 5 * 60 * 1000;

/** A list longer than KEPT_MAX is trimmed to KEPT while the reader is at the end. Scrolling up fetches the rest. */
const KEPT_MAX = 400;
const KEPT = 300;

/** Maximum rows while the reader is not at the end. Beyond that, returning to the end reloads the page. */
const DRAWN_MAX = 1500;

/** Larger batches are shown without a fade. */
const CALM = 3;

/**
 * A room's list of messages. A message, live or from a page of history, is inserted by `seq` and replaces the existing
 * one if its `rev` is higher. So fragments may arrive repeatedly and in any order.
 *
 * Live fragments are drawn once per animation frame.
 */
export class Log {
  #list;
  #viewer;
  #scroll;
  #announcer;
  #onMessage;
  #onDraw;
  #head;
  /** Live items waiting for the next frame. */
  #waiting = [];
  #frame = 0;
  /** Whether the newest messages are not drawn. */
  #isBehind = false;

  constructor(list, { signal, viewer, scroll, announcer, onMessage, onDraw }) {
    this.#list = list;
    this.#viewer = viewer;
    this.#scroll = scroll;
    this.#announcer = announcer;
    this.#onMessage = onMessage;
    this.#onDraw = onDraw;
    this.#head = Number(list.dataset.head);
    document.addEventListener("visibilitychange", () => this.#draw(), { signal });
    signal.addEventListener("abort", () => cancelAnimationFrame(this.#frame));
  }

  /** The highest `rev` that has arrived; a reconnect resumes after it. */
  get head() {
    return this.#head;
  }

  start() {
    const items = [...this.#messages()];
    for (const item of items) this.#arrange(item);
    fold(items);
    this.#onDraw();
  }

  /** Adds live items. */
  live(items) {
    for (const item of items) {
      item.remove();
      this.#waiting.push(item);
      if (item.dataset.rev !== undefined) this.#head = Math.max(this.#head, Number(item.dataset.rev));
    }
    // A hidden page has no animation frames.
    if (document.hidden) this.#draw();
    else if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  /** Adds a page of earlier messages. */
  earlier(fetched) {
    this.#scroll.hold(() => {
      const items = fetched.filter((item) => item.id.startsWith("message-"));
      for (const item of items) this.#take(item, false);
      fold(items.filter((item) => item.isConnected));
    });
    this.#onDraw();
  }

  /** Called when the reader reaches the end. If the newest messages are not drawn, reloads the page. */
  catchUp() {
    if (this.#isBehind) location.reload();
  }

  #draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const items = this.#waiting.splice(0);
    if (items.length === 0) return;
    this.#scroll.during(() => {
      const taken = [];
      for (const item of items) {
        if (item.id.startsWith("message-")) taken.push(this.#take(item, true, items.length <= CALM));
        else if (item.classList.contains("system")) this.#list.insertBefore(item, this.#firstPending());
      }
      this.#trim();
      fold(taken.filter((item) => item?.isConnected));
    });
    this.#onDraw();
  }

  /** Inserts or replaces a message. Returns the element that now shows it, if any. */
  #take(item, isLive, isCalm) {
    const known = document.getElementById(item.id);
    if (known && Number(known.dataset.rev) >= Number(item.dataset.rev)) return;
    if (item.hidden) return this.#remove(known);
    if (known) return this.#replace(known, item);
    const [first] = this.#messages();
    // An edit of a message that is not loaded: its page of history will contain the edit.
    if (isLive && first && Number(item.dataset.seq) < Number(first.dataset.seq)) return;
    const isFull = this.#list.children.length >= DRAWN_MAX && !this.#scroll.isAtEnd;
    // Once one message is omitted, all later ones are, so that the list has no gaps.
    if (isLive) this.#isBehind ||= isFull;
    if (!isLive || !this.#isBehind) {
      this.#list.insertBefore(item, this.#placeOf(Number(item.dataset.seq)));
      this.#arrange(item);
      this.#arrange(nextMessage(item));
      if (isLive && isCalm) item.classList.add("arrived");
    }
    if (!isLive) return item;
    if (item.dataset.author !== this.#viewer) {
      this.#scroll.announce();
      this.#announcer.say(item);
    }
    this.#onMessage(item);
    return item;
  }

  /** Keeps the element with its focus, tools and editor, and replaces the server's part. */
  #replace(known, item) {
    const hadFocus = known.contains(document.activeElement);
    for (const child of [...known.children]) if (!child.matches(".tools, .editor, .seen")) child.remove();
    known.prepend(...item.childNodes);
    known.dataset.rev = item.dataset.rev;
    if (hadFocus && !known.contains(document.activeElement)) known.focus({ preventScroll: true });
    this.#arrange(known);
    this.#onMessage(known);
    return known;
  }

  #remove(known) {
    if (!known) return;
    const next = nextMessage(known);
    this.#announcer.forget(known);
    const hadFocus = known.contains(document.activeElement);
    const heir = next ?? previousMessage(known) ?? document.getElementById("message");
    // Tells an open editor or dialog that the message is deleted, not merely trimmed.
    known.hidden = true;
    known.remove();
    sweepDays(this.#list);
    this.#arrange(next);
    if (hadFocus) heir.focus({ preventScroll: true });
  }

  /** The element before which a message with this `seq` belongs; usually null, for the end. */
  #placeOf(seq) {
    let place = this.#firstPending();
    for (
      let item = place?.previousElementSibling ?? this.#list.lastElementChild;
      item;
      item = item.previousElementSibling
    ) {
      if (item.classList.contains("pending")) continue;
      if (item.dataset.seq !== undefined) {
        if (Number(item.dataset.seq) < seq) break;
        place = item.previousElementSibling?.classList.contains("day") ? item.previousElementSibling : item;
      }
    }
    return place;
  }

  /** Pending messages are at the end. */
  #firstPending() {
    let first = null;
    for (
      let item = this.#list.lastElementChild;
      item?.classList.contains("pending");
      item = first.previousElementSibling
    ) {
      first = item;
    }
    return first;
  }

  *#messages() {
    for (const item of this.#list.children) if (item.dataset.seq !== undefined) yield item;
  }

  /** Adds what only the page knows: local time, "You", grouping and day lines. */
  #arrange(item) {
    if (!item) return;
    const time = item.querySelector("time");
    const at = new Date(time.dateTime);
    if (!time.title) {
      time.textContent = timeOf(at);
      time.title = momentOf(at);
      if (item.tabIndex !== 0) item.tabIndex = -1;
      if (item.dataset.author === this.#viewer) isMine(item.querySelector("b"));
      // The log is one Tab stop; the links of a message become stops while it has the focus.
      if (!item.contains(document.activeElement)) { for (const link of item.querySelectorAll("a")) link.tabIndex = -1; }
    }

    const before = previousMessage(item);
    const beforeAt = before && new Date(before.querySelector("time").dateTime);
    const newDay = !before || dayOf(beforeAt) !== dayOf(at);
    const line = item.previousElementSibling?.classList.contains("day") ? item.previousElementSibling : undefined;
    if (newDay && !line) item.before(dayLine(at));
    if (!newDay && line) line.remove();
    const follows = !newDay && item.previousElementSibling === before &&
      before.dataset.author === item.dataset.author &&
      at - beforeAt < TOGETHER;
    item.classList.toggle("follow", follows);
  }

  #trim() {
    if (!this.#scroll.isAtEnd || this.#list.children.length <= KEPT_MAX) return;
    const messages = [...this.#messages()];
    if (messages.length <= KEPT_MAX) return;
    const first = messages[messages.length - KEPT];
    const focused = document.activeElement;
    const hadFocus = this.#list.contains(focused);
    for (let item = this.#list.firstElementChild, next; item !== first; item = next) {
      next = item.nextElementSibling;
      // An open editor stays.
      if (!item.classList.contains("editing")) item.remove();
    }
    if (hadFocus && !focused.isConnected) first.focus({ preventScroll: true });
    this.#arrange(first);
    sweepDays(this.#list);
    const link = document.getElementById("earlier");
    for (const name of ["href", "hx-get"]) {
      link.setAttribute(name, link.getAttribute(name).replace(/before=\d+/, `before=${first.dataset.seq}`));
    }
    link.hidden = false;
  }
}

function isMine(name) {
  name.dataset.name = name.textContent;
  name.textContent = "You";
}

function previousMessage(item) {
  do item = item.previousElementSibling; while (item && item.dataset.seq === undefined);
  return item;
}

function nextMessage(item) {
  do item = item.nextElementSibling; while (item && item.dataset.seq === undefined);
  return item;
}
