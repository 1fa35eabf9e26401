import { isComposing, submitsOn } from "./keys.js";
import { prepareBox } from "./text_box.js";

/** Between two signals that one is typing, in ms. */
const PACE = 2500;

/** How long after a key the draft is kept, in ms. */
const KEPT_AFTER = 200;

/** The one draft of a page. */
const DRAFT = "text";

/** The box at the bottom: Enter sends, Shift+Enter breaks the line, ArrowUp in an empty box edits the last message. */
export class Composer {
  #form;
  #box;
  #connection;
  #kept;
  #editLast;
  #onSend;
  #typedAt = 0;
  #timer;
  #isKept = true;
  /** What was in the box when the page came. */
  #found;
  #update;

  constructor(form, { connection, kept, editLast, onSend }) {
    this.#form = form;
    this.#box = form.elements.content;
    this.#connection = connection;
    this.#kept = kept;
    this.#editLast = editLast;
    this.#onSend = onSend;
  }

  start() {
    // A browser that restores a page by itself restores whoever's text was there.
    this.#box.value = this.#box.defaultValue;
    this.#update = prepareBox(this.#box);
    this.#take(this.#kept.own());
    this.#found = this.#box.value;
    this.#box.addEventListener("keydown", (event) => {
      if (submitsOn(event)) {
        event.preventDefault();
        if (this.#box.value.trim() !== "") this.#form.requestSubmit();
      } else if (event.key === "ArrowUp" && !isComposing(event) && this.#box.value === "" && this.#editLast()) {
        event.preventDefault();
      }
    });
    this.#box.addEventListener("input", () => this.#changed());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const content = this.#box.value;
      if (content.trim() === "" || this.#box.disabled) return;
      this.#onSend({ type: "send", content });
      this.#typedAt = 0;
      this.#fill("");
    });
    addEventListener("pagehide", () => this.#keep());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#keep();
    });
    if (matchMedia("(hover: hover)").matches) this.focus();
  }

  /** Takes over the drafts of pages that were closed. */
  async inherit() {
    this.#take(await this.#kept.inherit());
  }

  focus() {
    this.#box.focus();
  }

  /** Nothing can be said any more; the box says why, and keeps what was typed. */
  close(reason) {
    if (this.#box.disabled) return;
    this.#box.disabled = true;
    this.#form.querySelector("button").disabled = true;
    const why = document.createElement("p");
    why.id = "why-closed";
    why.textContent = reason;
    this.#form.prepend(why);
    this.#box.setAttribute("aria-describedby", why.id);
  }

  /** Whether the text would be lost with this page. */
  get isAtRisk() {
    this.#keep();
    return !this.#isKept;
  }

  /** This page is a copy of another: what was found in the box stays with that one. */
  leaveToOther() {
    if (this.#box.value === this.#found) this.#fill("");
    else this.#keep();
  }

  #take(drafts) {
    for (const [name, text] of drafts) {
      if (name !== DRAFT) this.#kept.remove(name);
      if (typeof text !== "string") continue;
      this.#fill(this.#box.value.trim() === "" ? text : `${this.#box.value}\n\n${text}`);
    }
  }

  #fill(text) {
    this.#box.value = text;
    this.#update();
    this.#keep();
  }

  #changed() {
    this.#timer ??= setTimeout(() => this.#keep(), KEPT_AFTER);
    const now = Date.now();
    if (this.#box.value.trim() === "" || now - this.#typedAt < PACE) return;
    this.#typedAt = now;
    this.#connection.signal({ type: "typing" });
  }

  #keep() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#box.value;
    if (text === "") this.#kept.remove(DRAFT);
    this.#isKept = text === "" || this.#kept.set(DRAFT, text);
  }
}
