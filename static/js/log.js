import { dayOf, nameOfDay, timeOf } from "./time.js";

/** Messages of one person within this time of each other, in ms, stand together. */
const TOGETHER = 5 * 60 * 1000;

/** More messages than this are cut to fewer while the reader is at the end: the rest are one scroll away. */
const KEPT_MAX = 400;
const KEPT = 300;

/**
 * The list of messages. What arrives, live or as a page of history, is put in its place by `seq`; what is there already is
 * replaced if the newcomer's `rev` is higher. So it does not matter how often, or in which order, anything comes.
 */
export class Log {
  #list;
  #viewer;
  #scroll;
  #onMessage;
  #tools = document.getElementById("tools-template").content.firstElementChild;
  #othersTools = document.getElementById("others-tools-template").content.firstElementChild;
  #head;

  constructor(list, { viewer, scroll, onMessage }) {
    this.#list = list;
    this.#viewer = viewer;
    this.#scroll = scroll;
    this.#onMessage = onMessage;
    this.#head = Number(list.dataset.head);
  }

  /** The highest `rev` that is shown: a reconnect asks for what came after it. */
  get head() {
    return this.#head;
  }

  start() {
    for (const item of this.#messages()) this.#arrange(item);
  }

  /** Takes a live fragment. */
  live(fragment) {
    for (const item of [...fragment.children]) {
      if (item.id.startsWith("message-")) this.#take(item, true);
      else if (item.classList.contains("system")) this.#list.insertBefore(item, this.#firstPending());
    }
    this.#trim();
    this.#scroll.follow();
    return [];
  }

  /** Takes a page of earlier messages. */
  earlier(fragment) {
    this.#scroll.hold(() => {
      for (const item of [...fragment.children]) if (item.id.startsWith("message-")) this.#take(item, false);
    });
    return [];
  }

  #take(item, isLive) {
    const known = document.getElementById(item.id);
    const rev = Number(item.dataset.rev);
    this.#head = isLive ? Math.max(this.#head, rev) : this.#head;
    if (known && Number(known.dataset.rev) >= rev) return;
    if (item.hidden) return this.#remove(known);
    if (known) return this.#replace(known, item);
    const [first] = this.#messages();
    // A change of something that is not loaded: it comes with its page of history.
    if (isLive && first && Number(item.dataset.seq) < Number(first.dataset.seq)) return;
    const before = this.#placeOf(Number(item.dataset.seq));
    this.#list.insertBefore(item, before);
    this.#arrange(item);
    this.#arrange(nextMessage(item));
    if (!isLive) return;
    item.classList.add("arrived");
    if (item.dataset.author !== this.#viewer) this.#scroll.announce();
    this.#onMessage(item);
  }

  #replace(known, item) {
    known.replaceWith(item);
    const editor = known.querySelector(".editor");
    if (editor) {
      item.append(editor);
      item.classList.add("editing");
    }
    this.#arrange(item);
    this.#arrange(nextMessage(item));
    this.#onMessage(item);
  }

  #remove(known) {
    if (!known) return;
    const next = nextMessage(known);
    const day = known.previousElementSibling;
    known.remove();
    if (day?.classList.contains("day") && !next) day.remove();
    this.#arrange(next);
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

  #firstPending() {
    return this.#list.querySelector(":scope > .pending");
  }

  *#messages() {
    for (const item of this.#list.children) if (item.dataset.seq !== undefined) yield item;
  }

  /** Gives a message its local time, its tools, and its place among its neighbours. */
  #arrange(item) {
    if (!item) return;
    const time = item.querySelector("time");
    const at = new Date(time.dateTime);
    if (!time.title) {
      time.textContent = timeOf(at);
      time.title = at.toLocaleString();
    }
    if (!item.querySelector(".tools")) {
      const tools = item.dataset.author === this.#viewer ? this.#tools : this.#othersTools;
      item.append(tools.cloneNode(true));
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
    if (!this.#scroll.isAtEnd) return;
    const messages = [...this.#messages()];
    if (messages.length <= KEPT_MAX) return;
    const first = messages[messages.length - KEPT];
    while (this.#list.firstElementChild !== first) this.#list.firstElementChild.remove();
    this.#arrange(first);
    const link = document.getElementById("earlier");
    for (const name of ["href", "hx-get"]) {
      link.setAttribute(name, link.getAttribute(name).replace(/before=\d+/, `before=${first.dataset.seq}`));
    }
    link.hidden = false;
  }
}

function previousMessage(item) {
  do item = item.previousElementSibling; while (item && item.dataset.seq === undefined);
  return item;
}

function nextMessage(item) {
  do item = item.nextElementSibling; while (item && item.dataset.seq === undefined);
  return item;
}

function dayLine(at) {
  const line = document.createElement("li");
  line.className = "day";
  line.setAttribute("role", "separator");
  line.textContent = nameOfDay(at);
  return line;
}
