import { isComposing, submitsOn } from "../keys.js";
import { prepareBox } from "./text_box.js";

/** Minimum interval between typing signals, in ms. */
const PACE = 2500;

/** Delay between a keystroke and storing the draft, in ms. */
const KEPT_AFTER = 200;

/** The name under which the draft is stored. */
const DRAFT = "text";

/**
 * The message box of a room: Enter sends, Shift+Enter breaks the line, ArrowUp in an empty box edits the last message.
 * The draft is stored per room, and once more when the room is left.
 */
export class Composer {
  #form;
  #box;
  #signal;
  #type;
  #kept;
  #editLast;
  #onSend;
  #typedAt = 0;
  #timer;
  #isKept = true;
  /** The draft with which the room was opened. */
  #found;
  #update;

  /** `type` sends a typing signal, `editLast` returns whether there is a message to edit, `onSend` takes a command. */
  constructor(form, { signal, kept, type, editLast, onSend }) {
    this.#form = form;
    this.#box = form.elements.content;
    this.#signal = signal;
    this.#type = type;
    this.#kept = kept;
    this.#editLast = editLast;
    this.#onSend = onSend;
  }

  start() {
    // A browser that restores a form may restore another user's text.
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
    const signal = this.#signal;
    addEventListener("pagehide", () => this.#keep(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.#keep(), { signal });
    signal.addEventListener("abort", () => this.#leave());
    if (matchMedia("(hover: hover)").matches) this.focus();
  }

  /** Takes over the drafts of closed pages. */
  async inherit() {
    this.#take(await this.#kept.inherit());
  }

  focus() {
    this.#box.focus();
  }

  /** Disables the box and shows the reason. The text stays. */
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

  /** Whether closing the page would lose the text. */
  get isAtRisk() {
    this.#keep();
    return !this.#isKept;
  }

  /** Gives up the draft: this page is a copy of another one, which owns it. */
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
    this.#type();
  }

  /** Called when the room is left: a draft that could not be stored moves to the outbox. */
  #leave() {
    this.#keep();
    if (!this.#isKept) this.#onSend({ type: "send", content: this.#box.value }, "You were still writing this");
  }

  #keep() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#box.value;
    if (text === "") this.#kept.remove(DRAFT);
    this.#isKept = text === "" || this.#kept.set(DRAFT, text);
  }
}
