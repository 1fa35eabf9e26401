/** Somebody who has not typed for this long has stopped, in ms. */
const FORGOTTEN = 4000;

/** Who is typing, except the viewer. */
export class Typing {
  #element;
  #viewer;
  #people = new Map();

  constructor(element, viewer) {
    this.#element = element;
    this.#viewer = viewer;
  }

  start(user, name) {
    if (user === this.#viewer) return;
    clearTimeout(this.#people.get(user)?.timer);
    this.#people.set(user, { name, timer: setTimeout(() => this.stop(user), FORGOTTEN) });
    this.#draw();
  }

  stop(user) {
    clearTimeout(this.#people.get(user)?.timer);
    if (this.#people.delete(user)) this.#draw();
  }

  #draw() {
    const names = [...this.#people.values()].map(({ name }) => name);
    this.#element.textContent = names.length === 0
      ? ""
      : names.length === 1
      ? `${names[0]} is typing…`
      : names.length === 2
      ? `${names[0]} and ${names[1]} are typing…`
      : "Several people are typing…";
  }
}
