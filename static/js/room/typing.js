/** A member is shown as typing until this long after the last signal, in ms. */
const FORGOTTEN = 4000;

/** Shows which other members are typing. */
export class Typing {
  #element;
  #viewer;
  #members = new Map();

  constructor(element, { signal, viewer }) {
    this.#element = element;
    this.#viewer = viewer;
    signal.addEventListener("abort", () => this.#members.forEach(({ timer }) => clearTimeout(timer)));
  }

  start(user, name) {
    if (user === this.#viewer) return;
    clearTimeout(this.#members.get(user)?.timer);
    this.#members.set(user, { name, timer: setTimeout(() => this.stop(user), FORGOTTEN) });
    this.#draw();
  }

  stop(user) {
    clearTimeout(this.#members.get(user)?.timer);
    if (this.#members.delete(user)) this.#draw();
  }

  #draw() {
    const names = [...this.#members.values()].map(({ name }) => name);
    this.#element.textContent = names.length === 0
      ? ""
      : names.length === 1
      ? `${names[0]} is typing…`
      : names.length === 2
      ? `${names[0]} and ${names[1]} are typing…`
      : "Several people are typing…";
  }
}
