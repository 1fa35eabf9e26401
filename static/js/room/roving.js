/** Focusable elements inside a message. */
const CONTROLS = "p a, .more, .tools button";

/**
 * Makes the log one Tab stop. Inside, the arrows, Home and End move between messages; Enter or F10 moves to the tools of
 * one, and Escape back to the message, then to the message box.
 */
export class Roving {
  #list;
  #scroll;
  #leave;
  /** The message that is the Tab stop. */
  #stop;

  /** `leave` moves the focus out of the log. */
  constructor(list, { signal, scroll, leave }) {
    this.#list = list;
    this.#scroll = scroll;
    this.#leave = leave;
    list.addEventListener("focusin", ({ target }) => this.#enter(target.closest("#messages > [data-seq]"), target), {
      signal,
    });
    list.addEventListener("focusout", ({ relatedTarget }) => this.#left(relatedTarget), { signal });
    list.addEventListener("keydown", (event) => {
      if (event.target.closest(".editor") || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      const item = event.target.closest("#messages > [data-seq]");
      if (item && this.#press(event.key, item, event.target)) event.preventDefault();
    }, { signal });
  }

  /** Handles a change of the list. Unless it has the focus, its Tab stop is the newest message. */
  refresh() {
    if (this.#stop?.isConnected && this.#stop.contains(document.activeElement)) return name(this.#stop);
    const items = this.#items();
    this.#stopAt(items[items.length - 1]);
  }

  #items() {
    return this.#list.querySelectorAll(":scope > [data-seq]");
  }

  #stopAt(item) {
    if (this.#stop === item) return;
    if (this.#stop) {
      this.#stop.tabIndex = -1;
      for (const control of this.#stop.querySelectorAll("p a, .more")) control.tabIndex = -1;
    }
    this.#stop = item;
    if (item) item.tabIndex = 0;
  }

  #enter(item, target) {
    if (!item) return;
    this.#stopAt(item);
    for (const control of item.querySelectorAll("p a, .more")) control.tabIndex = 0;
    name(item);
    // New messages must not move the view of a keyboard reader.
    this.#scroll.isPaused = target.matches(":focus-visible") && nextOf(item, "nextElementSibling") !== undefined;
  }

  #left(to) {
    if (this.#list.contains(to)) return;
    this.#scroll.isPaused = false;
    for (const control of this.#stop?.querySelectorAll("p a, .more") ?? []) control.tabIndex = -1;
  }

  /** Returns whether the key was handled. */
  #press(key, item, target) {
    const controls = [...item.querySelectorAll(CONTROLS)];
    const at = controls.indexOf(target);
    switch (key) {
      case "ArrowUp":
        return this.#go(nextOf(item, "previousElementSibling") ?? this.#earlier());
      case "ArrowDown":
        return this.#go(nextOf(item, "nextElementSibling"));
      case "Home":
        return this.#go(this.#items()[0]);
      case "End":
        this.#scroll.toEnd();
        return this.#go([...this.#items()].at(-1));
      case "Enter":
        return at < 0 && this.#go(item.querySelector(".tools button"));
      case "F10":
        return this.#go(item.querySelector(".tools button"));
      case "ArrowRight":
        return at >= 0 && this.#go(controls[at + 1]);
      case "ArrowLeft":
        return at >= 0 && this.#go(controls[at - 1]);
      case "Escape":
        if (at >= 0) return this.#go(item);
        this.#leave();
        return true;
      default:
        return false;
    }
  }

  #go(element) {
    element?.focus();
    return true;
  }

  #earlier() {
    const link = document.getElementById("earlier");
    if (!link.hidden) link.click();
  }
}

function nextOf(item, direction) {
  do item = item[direction]; while (item && item.dataset.seq === undefined);
  return item ?? undefined;
}

/** Names a message for a screen reader by its author, time and text. */
function name(item) {
  const parts = ["b", "time", "p"].map((tag) => item.querySelector(tag));
  for (const part of parts) part.id = `${item.id}-${part.localName}`;
  item.setAttribute("aria-labelledby", parts.map(({ id }) => id).join(" "));
}
