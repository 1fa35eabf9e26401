/** Between two signals that one is typing, in ms. */
const PACE = 2500;

/** The box at the bottom: Enter sends, Shift+Enter breaks the line, ArrowUp in an empty box edits the last message. */
export class Composer {
  #form;
  #box;
  #connection;
  #editLast;
  #onSend;
  #typedAt = 0;

  constructor(form, { connection, editLast, onSend }) {
    this.#form = form;
    this.#box = form.elements.content;
    this.#connection = connection;
    this.#editLast = editLast;
    this.#onSend = onSend;
  }

  start() {
    this.#box.value = sessionStorage.getItem("draft") ?? this.#box.value;
    this.#box.addEventListener("keydown", (event) => {
      if (submitsOn(event)) {
        event.preventDefault();
        if (this.#box.value.trim() !== "") this.#form.requestSubmit();
      } else if (event.key === "ArrowUp" && this.#box.value === "" && this.#editLast()) {
        event.preventDefault();
      }
    });
    this.#box.addEventListener("input", () => this.#changed());
    // After htmx has taken the fields.
    this.#form.addEventListener("htmx:ws:before:message:outgoing", () => {
      this.#box.value = "";
      this.#typedAt = 0;
      this.#changed();
      this.#onSend();
    });
    grow(this.#box);
    if (matchMedia("(hover: hover)").matches) this.focus();
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

  #changed() {
    grow(this.#box);
    sessionStorage.setItem("draft", this.#box.value);
    const now = Date.now();
    if (this.#box.value.trim() === "" || now - this.#typedAt < PACE) return;
    this.#typedAt = now;
    this.#connection.signal({ type: "typing" });
  }
}

/** Whether this key sends; not while an input method is putting a word together. */
export function submitsOn(event) {
  return event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}

/** Makes a text box as tall as its text. */
export function grow(box) {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}
