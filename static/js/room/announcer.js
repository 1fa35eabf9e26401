import { beginning, nameIn, textIn } from "./facts.js";

/** Messages within this window, in ms, are announced together. A longer pause follows many. */
const PACE = 700;
const PACE_OF_MANY = 5000;

/** Above this number, messages are counted instead of read. */
const READ_MAX = 3;

/** Maximum length of a text that is read, in characters. */
const LENGTH_MAX = 300;

/** Announces new messages to screen readers. */
export class Announcer {
  #element;
  #waiting = [];
  #said = new Set();
  #timer;

  constructor(element, { signal }) {
    this.#element = element;
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  say(item) {
    if (document.hidden) return;
    // Messages that will only be counted need not be kept.
    this.#waiting.push(this.#waiting.length <= READ_MAX ? item : undefined);
    this.#timer ??= setTimeout(() => this.#speak(), PACE);
  }

  /** Drops a deleted message, so that its text is neither read nor kept in the page. */
  forget(item) {
    this.#waiting = this.#waiting.filter((waiting) => waiting !== item);
    if (this.#said.has(item)) this.#element.replaceChildren();
  }

  #speak() {
    const items = this.#waiting;
    this.#waiting = [];
    this.#said = new Set(items);
    if (items.length === 0) return this.#timer = undefined;
    const isMany = items.length > READ_MAX;
    this.#timer = isMany ? setTimeout(() => this.#speakAgain(), PACE_OF_MANY) : undefined;
    const said = document.createElement("p");
    said.textContent = isMany
      ? `${items.length} new messages`
      : items.map((item) => `${nameIn(item)}: ${beginning(textIn(item), LENGTH_MAX)}`).join("\n");
    this.#element.replaceChildren(said);
  }

  #speakAgain() {
    this.#timer = undefined;
    if (this.#waiting.length > 0) this.#speak();
  }
}
