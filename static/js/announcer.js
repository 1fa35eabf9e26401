import { beginning, nameIn, textIn } from "./facts.js";

/** Messages that come within this time, in ms, are said together; after a crowd of them there is a longer silence. */
const PACE = 700;
const PACE_OF_MANY = 5000;

/** More than these are counted instead of read. */
const READ_MAX = 3;

/** Of a long message its beginning, in characters. */
const LENGTH_MAX = 300;

/** Says new messages to those who hear the page. */
export class Announcer {
  #element;
  #waiting = [];
  #said = new Set();
  #timer;

  constructor(element) {
    this.#element = element;
  }

  say(item) {
    if (document.hidden) return;
    // What is not read need not be kept.
    this.#waiting.push(this.#waiting.length <= READ_MAX ? item : undefined);
    this.#timer ??= setTimeout(() => this.#speak(), PACE);
  }

  /** It is deleted: nothing of it is said, or stays in the page. */
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
