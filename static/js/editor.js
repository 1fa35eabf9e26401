import { textIn } from "./facts.js";
import { isComposing, submitsOn } from "./keys.js";
import { ask } from "./question.js";
import { prepareBox } from "./text_box.js";

/** How long after a key the text is kept, in ms. */
const KEPT_AFTER = 200;

/** What can be done to a message, in its place: edit, delete, report. */
export class Editor {
  #room;
  #list;
  #viewer;
  #outbox;
  #composer;
  #notices;
  #kept;
  /** By form: what is edited, as `{ key, base, item, rev, keep }`. */
  #open = new Map();
  /** The form that had the focus last. */
  #focused;
  #template = document.getElementById("editor-template").content.firstElementChild;
  #dialog = document.getElementById("confirm-delete");
  #report = document.getElementById("report");

  constructor(room, { viewer, outbox, composer, notices, kept }) {
    this.#room = room;
    this.#list = room.querySelector("#messages");
    this.#viewer = viewer;
    this.#outbox = outbox;
    this.#composer = composer;
    this.#notices = notices;
    this.#kept = kept;
    room.addEventListener("click", ({ target }) => {
      const item = target.closest("[data-seq], .pending");
      const act = target.closest("[data-act]")?.dataset.act;
      if (act === undefined) return this.#touch(item);
      if (!item) return;
      if (act === "edit") this.edit(item);
      if (act === "delete") this.#askToDelete(item);
      if (act === "report") this.#askToReport(item);
      if (act === "cancel") this.#cancel(item);
    });
    room.addEventListener("focusin", ({ target }) => this.#focused = target.closest(".editor"));
    // The list takes messages away and puts others in their place, and does not know of editors.
    const changes = { childList: true, subtree: true, attributeFilter: ["data-rev"] };
    new MutationObserver(() => this.#look()).observe(this.#list, changes);
    addEventListener("pagehide", () => this.keep());
    prepareBox(this.#report.querySelector("textarea"));
    for (const dialog of [this.#dialog, this.#report]) {
      dialog.addEventListener("keydown", (event) => {
        if (isComposing(event) && event.key === "Escape") event.preventDefault();
      });
    }
  }

  /** Opens again what was being edited when the page was left. */
  start() {
    for (const [name, edit] of this.#kept.own()) this.#resume(name, edit);
  }

  /** Opens what was being edited in pages that were closed. */
  async inherit() {
    for (const [name, edit] of await this.#kept.inherit()) this.#resume(name, edit);
  }

  /** Keeps what is being edited now. Returns whether all of it is kept. */
  keep() {
    return [...this.#open.values()].map(({ keep }) => keep()).every(Boolean);
  }

  /** Where nothing hovers, a touch shows the tools of a message. */
  #touch(item) {
    for (const other of this.#room.querySelectorAll(".active")) if (other !== item) other.classList.remove("active");
    item?.classList.add("active");
  }

  /** Opens the viewer's newest message. Returns whether there is one. */
  editLast() {
    const own = this.#room.querySelectorAll(`#messages > [data-author="${this.#viewer}"]`);
    const last = own[own.length - 1];
    if (last) this.edit(last);
    return last !== undefined;
  }

  edit(item, { text, base } = {}) {
    if (item.querySelector(".editor")) return;
    // An editor in which nothing was changed gives way.
    for (const [form, { base }] of this.#open) if (form.elements.content.value === base) this.#close(form);
    const form = this.#template.cloneNode(true);
    const box = form.elements.content;
    const now = textIn(item);
    box.value = text ?? now;
    let timer;
    const key = item.dataset.nonce ?? item.id;
    const keep = () => {
      clearTimeout(timer);
      timer = undefined;
      if (box.value !== base) return this.#kept.set(key, { base, text: box.value });
      this.#kept.remove(key);
      return true;
    };
    base ??= now;
    this.#open.set(form, { key, base, item, rev: item.dataset.rev, keep });
    box.addEventListener("input", () => timer ??= setTimeout(keep, KEPT_AFTER));
    box.addEventListener("keydown", (event) => {
      if (submitsOn(event)) {
        event.preventDefault();
        form.requestSubmit();
      } else if (event.key === "Escape" && !isComposing(event)) {
        event.preventDefault();
        this.#close(form);
      }
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (box.value.trim() !== "") this.#save(form, box.value);
    });
    item.append(form);
    item.classList.add("editing");
    prepareBox(box);
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
    if (now !== base) this.#tell(form);
  }

  #save(form, content) {
    const { item } = this.#open.get(form);
    this.#close(form);
    const { nonce } = item.dataset;
    if (nonce === undefined) this.#outbox.add({ type: "edit", id: idOf(item.id), content });
    else this.#outbox.edit(nonce, content);
  }

  #cancel(item) {
    const form = item.querySelector(".editor");
    if (form) this.#close(form);
  }

  #close(form) {
    this.#forget(form);
    form.closest("li")?.classList.remove("editing");
    form.remove();
    this.#composer.focus();
  }

  /** What is in it is not needed any more. */
  #forget(form) {
    const { key, keep } = this.#open.get(form);
    // Ends the wait for the next time it is kept.
    keep();
    this.#kept.remove(key);
    this.#open.delete(form);
  }

  /** The list has changed: messages that are being edited may be others by now, or be gone. */
  #look() {
    for (const [form, edit] of this.#open) {
      const item = form.closest("li");
      if (!item || !this.#list.contains(item)) this.#moveOut(form, edit);
      else if (item !== edit.item || item.dataset.rev !== edit.rev) this.#exchanged(form, edit, item);
    }
  }

  /** Somebody, perhaps oneself elsewhere, has changed the message. What is being written stays, and may replace that. */
  #exchanged(form, edit, item) {
    edit.item = item;
    edit.rev = item.dataset.rev;
    const box = form.elements.content;
    const now = textIn(item);
    if (now !== edit.base) {
      if (box.value === edit.base) box.value = now;
      else this.#tell(form);
      edit.base = now;
      edit.keep();
    }
    // Moving an element takes the focus from it.
    if (this.#focused === form && document.activeElement === document.body) box.focus();
  }

  #tell(form) {
    form.querySelector(".changed").textContent = "This message has been changed meanwhile. Saving replaces that.";
  }

  /** The message is not on the page any more: its text finds a place below the others. */
  #moveOut(form, { key, base, item }) {
    const text = form.elements.content.value;
    this.#forget(form);
    if (text === base || text.trim() === "") return;
    const [first] = this.#list.querySelectorAll("[data-seq]");
    const isGone = !first || Number(item.dataset.seq) > Number(first.dataset.seq);
    this.#set(key, text, isGone);
    if (this.#focused === form && document.activeElement === document.body) this.#composer.focus();
  }

  #resume(name, edit) {
    const key = name.split("~")[0];
    if (typeof edit?.text !== "string") return this.#kept.remove(name);
    const item = document.getElementById(key) ??
      [...this.#list.querySelectorAll(".pending")].find((each) => each.dataset.nonce === key);
    if (item && name === key && !item.querySelector(".editor")) return this.edit(item, edit);
    this.#kept.remove(name);
    if (key.startsWith("message-")) this.#set(key, edit.text, false);
    else this.#outbox.add({ type: "send", content: edit.text }, "You were still changing this");
  }

  /** Shows a text that was to replace a message which is not here. */
  #set(key, content, isGone) {
    if (isGone) {
      const reason = "The message you were editing was deleted. To try again sends this as a new message";
      this.#outbox.add({ type: "send", content }, reason);
    } else {
      const reason = "You were editing an earlier message. To try again saves this as its text";
      this.#outbox.add({ type: "edit", id: idOf(key), content }, reason);
    }
  }

  #askToDelete(item) {
    ask(this.#dialog, item, "delete", (id) => {
      this.#outbox.add({ type: "delete", id });
      this.#composer.focus();
    });
  }

  #askToReport(item) {
    const { reason } = this.#report.querySelector("form").elements;
    reason.value = "";
    reason.dispatchEvent(new Event("input"));
    ask(this.#report, item, "report", (id) => {
      const thank = () => this.#notices.show("Thank you. The administrators will look at it.", "done");
      this.#outbox.add({ type: "report", id, reason: reason.value }, undefined, thank);
    });
  }
}

function idOf(id) {
  return Number(id.slice("message-".length));
}
