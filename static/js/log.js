import { dayLine, sweepDays } from "./days.js";
import { fold } from "./fold.js";
import { dayOf, momentOf, timeOf } from "./time.js";

/** Messages of one person within this time of each other, in ms, stand together. */
const TOGETHER = 5 * 60 * 1000;

/** More messages than this are cut to fewer while the reader is at the end: the rest are one scroll away. */
const KEPT_MAX = 400;
const KEPT = 300;

/** While somebody reads back, no more than this many rows are drawn; the way to the end is then a fresh page. */
const DRAWN_MAX = 1500;

/** More at once than these come without a fade. */
const CALM = 3;

/**
 * The list of messages. What arrives, live or as a page of history, is put in its place by `seq`; what is there already is
 * replaced if the newcomer's `rev` is higher. So it does not matter how often, or in which order, anything comes.
 *
 * What comes live is drawn once a frame, however many fragments it came in.
 */
export class Log {
  #list;
  #viewer;
  #scroll;
  #announcer;
  #onMessage;
  #onDraw;
  #head;
  /** Live items that wait for the next frame. */
  #waiting = [];
  #frame = 0;
  /** Not drawn down to the newest. */
  #isBehind = false;

  constructor(list, { viewer, scroll, announcer, onMessage, onDraw }) {
    this.#list = list;
    this.#viewer = viewer;
    this.#scroll = scroll;
    this.#announcer = announcer;
    this.#onMessage = onMessage;
    this.#onDraw = onDraw;
    this.#head = Number(list.dataset.head);
    document.addEventListener("visibilitychange", () => this.#draw());
  }

  /** The highest `rev` that has arrived: a reconnect asks for what came after it. */
  get head() {
    return this.#head;
  }

  start() {
    const items = [...this.#messages()];
    for (const item of items) this.#arrange(item);
    fold(items);
    this.#onDraw();
  }

  /** Takes a live fragment. */
  live(fragment) {
    for (const item of [...fragment.children]) {
      item.remove();
      this.#waiting.push(item);
      if (item.dataset.rev !== undefined) this.#head = Math.max(this.#head, Number(item.dataset.rev));
    }
    // A hidden page has no frames.
    if (document.hidden) this.#draw();
    else if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
    return [];
  }

  /** Takes a page of earlier messages. */
  earlier(fragment) {
    this.#scroll.hold(() => {
      const items = [...fragment.children].filter((item) => item.id.startsWith("message-"));
      for (const item of items) this.#take(item, false);
      fold(items.filter((item) => item.isConnected));
    });
    this.#onDraw();
    return [];
  }

  /** The reader is at the end: if that is not drawn, a fresh page has it. */
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

  /** Returns the element that now shows the message, if there is one. */
  #take(item, isLive, isCalm) {
    const known = document.getElementById(item.id);
    if (known && Number(known.dataset.rev) >= Number(item.dataset.rev)) return;
    if (item.hidden) return this.#remove(known);
    if (known) return this.#replace(known, item);
    const [first] = this.#messages();
    // A change of something that is not loaded: it comes with its page of history.
    if (isLive && first && Number(item.dataset.seq) < Number(first.dataset.seq)) return;
    const isFull = this.#list.children.length >= DRAWN_MAX && !this.#scroll.isAtEnd;
    // From the first that is left out on, all are: there is no hole in what is drawn.
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

  /** The element stays, and with it focus, tools and an editor: what the server has drawn is new. */
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
    // Tells those who hold on to it that it is not merely out of sight.
    known.hidden = true;
    known.remove();
    sweepDays(this.#list);
    this.#arrange(next);
    if (hadFocus) heir.focus({ preventScroll: true });
  }

  /** The element before which a message with this `seq` belongs: usually none, at the end. */
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

  /** Those that are not stored yet stand together at the end. */
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

  /** Gives a message what only this page knows: local time, whose it is, and its place among its neighbours. */
  #arrange(item) {
    if (!item) return;
    const time = item.querySelector("time");
    const at = new Date(time.dateTime);
    if (!time.title) {
      time.textContent = timeOf(at);
      time.title = momentOf(at);
      if (item.tabIndex !== 0) item.tabIndex = -1;
      if (item.dataset.author === this.#viewer) isMine(item.querySelector("b"));
      // The log is one stop of the Tab key; those of a message are stops while it has the focus.
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
      // What somebody is writing stays.
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
