/** How long a notice is shown, in ms. */
const STAY = 10_000;

/** Shows short messages to this user alone: warnings and errors. */
export class Notices {
  #element;

  constructor(element) {
    this.#element = element;
  }

  /** `kind` is "error", "done" or "warning"; a warning stays until it is dismissed. */
  show(text, kind = "error") {
    const notice = document.createElement("p");
    notice.className = kind;
    const dismiss = document.createElement("button");
    dismiss.type = "button";
    dismiss.className = "quiet";
    dismiss.textContent = "Dismiss";
    dismiss.addEventListener("click", () => notice.remove());
    notice.append(text, " ", dismiss);
    this.#element.append(notice);
    while (this.#element.children.length > 3) this.#element.firstElementChild.remove();
    if (kind !== "warning") setTimeout(() => notice.remove(), STAY);
  }
}
