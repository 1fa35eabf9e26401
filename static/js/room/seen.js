/** How often the viewer's position is reported, in ms, ±50 %, so that a thousand readers do not report at once. */
const PACE = 2000;

/** Reports how far the viewer has read, and marks the viewer's messages that other members have read. */
export class Seen {
  #list;
  #viewer;
  #scroll;
  #signal;
  #report;
  #mark = document.createElement("span");
  /** The `seq` up to which the furthest other member has read. */
  #furthest = 0;
  #reported = 0;
  #timer;

  /** `report` takes the id of the newest message read, and returns whether it could be sent. */
  constructor(list, { signal, viewer, scroll, report }) {
    this.#list = list;
    this.#viewer = viewer;
    this.#scroll = scroll;
    this.#signal = signal;
    this.#report = report;
    this.#mark.className = "seen";
    this.#mark.textContent = "Seen";
  }

  start() {
    for (const mark of this.#list.dataset.seen.split(" ")) {
      const [user, seq] = mark.split(":");
      if (seq !== undefined) this.mark(user, Number(seq));
    }
    document.addEventListener("visibilitychange", () => this.refresh(), { signal: this.#signal });
    this.#signal.addEventListener("abort", () => clearTimeout(this.#timer));
    this.refresh();
  }

  /** A member has read up to `seq`. */
  mark(user, seq) {
    if (user === this.#viewer) {
      this.#reported = Math.max(this.#reported, seq);
    } else if (seq > this.#furthest) {
      this.#furthest = seq;
      this.#draw();
    }
  }

  /** Handles a change of the list or the view. */
  refresh() {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#draw();
      this.#tell();
    }, PACE * (0.5 + Math.random()));
  }

  #draw() {
    if (this.#furthest === 0) return;
    let last;
    for (const item of this.#list.querySelectorAll(`[data-author="${this.#viewer}"]`)) {
      if (Number(item.dataset.seq) > this.#furthest) break;
      item.dataset.seen = "";
      last = item;
    }
    if (last && this.#mark.parentElement !== last) last.append(this.#mark);
  }

  #tell() {
    if (document.hidden || !this.#scroll.isAtEnd) return;
    const others = this.#list.querySelectorAll(`[data-seq]:not([data-author="${this.#viewer}"])`);
    const newest = others[others.length - 1];
    if (!newest || Number(newest.dataset.seq) <= this.#reported) return;
    if (this.#report(Number(newest.id.slice("message-".length)))) this.#reported = Number(newest.dataset.seq);
  }
}
