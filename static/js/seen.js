/** Between two reports of what the viewer has read, in ms; a thousand readers must not answer all at once. */
const PACE = 2000;

/** Reports what the viewer has read, and shows which of the viewer's own messages somebody else has. */
export class Seen {
  #list;
  #viewer;
  #scroll;
  #connection;
  #mark = document.createElement("span");
  /** How far the furthest other reader has read. */
  #furthest = 0;
  #reported = 0;
  #timer;

  constructor(list, { viewer, scroll, connection }) {
    this.#list = list;
    this.#viewer = viewer;
    this.#scroll = scroll;
    this.#connection = connection;
    this.#mark.className = "seen";
    this.#mark.textContent = "Seen";
  }

  start() {
    for (const mark of this.#list.dataset.seen.split(" ")) {
      const [user, seq] = mark.split(":");
      if (seq !== undefined) this.mark(user, Number(seq));
    }
    document.addEventListener("visibilitychange", () => this.refresh());
    this.refresh();
  }

  /** Somebody has read up to `seq`. */
  mark(user, seq) {
    if (user === this.#viewer) {
      this.#reported = Math.max(this.#reported, seq);
    } else if (seq > this.#furthest) {
      this.#furthest = seq;
      this.#draw();
    }
  }

  /** The list or the view has changed. */
  refresh() {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#draw();
      this.#report();
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

  #report() {
    if (document.hidden || !this.#scroll.isAtEnd || !this.#connection.isOpen) return;
    const others = this.#list.querySelectorAll(`[data-seq]:not([data-author="${this.#viewer}"])`);
    const newest = others[others.length - 1];
    if (!newest || Number(newest.dataset.seq) <= this.#reported) return;
    this.#reported = Number(newest.dataset.seq);
    this.#connection.signal({ type: "seen", id: Number(newest.id.slice("message-".length)) });
  }
}
