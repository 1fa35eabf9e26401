import { textIn } from "./facts.js";
import { isComposing, submitsOn } from "../keys.js";
import { ask } from "./question.js";
import { prepareBox } from "./text_box.js";

/** Delay between a keystroke and storing the text, in ms. */
const KEPT_AFTER = 200;

/** Edits, deletes and reports messages in place. */
export class Editor {
  #main;
  #signal;
  #list;
  #viewer;
  #outbox;
  #composer;
  #notices;
  #kept;
  /** Open editors by form: `{ key, base, item, rev, keep }`. */
  #open = new Map();
  /** The form that had the focus last. */
  #focused;
  #template;
  #dialog;
  #report;

  constructor(main, { signal, viewer, outbox, composer, notices, kept }) {
    this.#main = main;
    this.#signal = signal;
    this.#list = main.querySelector("#messages");
    this.#template = main.querySelector("#editor-template").content.firstElementChild;
    this.#dialog = main.querySelector("#confirm-delete");
    this.#report = main.querySelector("#report");
    this.#viewer = viewer;
    this.#outbox = outbox;
    this.#composer = composer;
    this.#notices = notices;
    this.#kept = kept;
    main.addEventListener("click", ({ target }) => {
      const item = target.closest("[data-seq], .pending");
      const act = target.closest("[data-act]")?.dataset.act;
      if (act === undefined) return this.#touch(item);
      if (!item) return;
      if (act === "edit") this.edit(item);
      if (act === "delete") this.#askToDelete(item);
      if (act === "report") this.#askToReport(item);
      if (act === "cancel") this.#cancel(item);
    }, { signal });
    main.addEventListener("focusin", ({ target }) => this.#focused = target.closest(".editor"), { signal });
    // The list removes and replaces messages without knowing about editors.
    const changes = { childList: true, subtree: true, attributeFilter: ["data-rev"] };
    const observer = new MutationObserver(() => this.#update());
    observer.observe(this.#list, changes);
    addEventListener("pagehide", () => this.keep(), { signal });
    signal.addEventListener("abort", () => {
      observer.disconnect();
      this.#leave();
    });
    prepareBox(this.#report.querySelector("textarea"));
    for (const dialog of [this.#dialog, this.#report]) {
      dialog.addEventListener("keydown", (event) => {
        if (isComposing(event) && event.key === "Escape") event.preventDefault();
      });
    }
  }

  /** Reopens the editors that were open when the room was left. */
  start() {
    for (const [name, edit] of this.#kept.own()) this.#resume(name, edit);
  }

  /** Reopens the editors of closed pages. */
  async inherit() {
    for (const [name, edit] of await this.#kept.inherit()) this.#resume(name, edit);
  }

  /** Stores the texts of open editors. Returns whether all could be stored. */
  keep() {
    return [...this.#open.values()].map(({ keep }) => keep()).every(Boolean);
  }

  /** On a touch screen, a tap shows the tools of a message. */
  #touch(item) {
    for (const other of this.#main.querySelectorAll(".active")) if (other !== item) other.classList.remove("active");
    item?.classList.add("active");
  }

  /** Edits the viewer's newest message. Returns whether there is one. */
  editLast() {
    const own = this.#main.querySelectorAll(`#messages > [data-author="${this.#viewer}"]`);
    const last = own[own.length - 1];
    if (last) this.edit(last);
    return last !== undefined;
  }

  edit(item, { text, base } = {}) {
    if (item.querySelector(".editor")) return;
    // Close editors without changes.
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

  /** Drops an editor's stored text. */
  #forget(form) {
    const { key, keep } = this.#open.get(form);
    // Clears its timer.
    keep();
    this.#kept.remove(key);
    this.#open.delete(form);
  }

  /** Handles a change of the list: messages being edited may have been replaced or removed. */
  #update() {
    for (const [form, edit] of this.#open) {
      const item = form.closest("li");
      if (!item || !this.#list.contains(item)) this.#moveOut(form, edit);
      else if (item !== edit.item || item.dataset.rev !== edit.rev) this.#exchanged(form, edit, item);
    }
  }

  /** Handles an edit from elsewhere. The text in the editor stays, and may overwrite that edit. */
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
    // Moving an element removes its focus.
    if (this.#focused === form && document.activeElement === document.body) box.focus();
  }

  #tell(form) {
    form.querySelector(".changed").textContent =
      "This message has been edited in the meantime. Saving overwrites that edit.";
  }

  /** Called when the room is left: an edit that could not be stored moves to the outbox. */
  #leave() {
    for (const [form, { key, keep }] of this.#open) if (!keep()) this.#defer(key, form.elements.content.value);
  }

  /** Moves the text of an editor that cannot be shown to the pending messages. */
  #defer(key, text) {
    if (key.startsWith("message-")) this.#set(key, text, false);
    else this.#outbox.add({ type: "send", content: text }, "You were still editing this");
  }

  /** The message is no longer on the page: moves its text to the pending messages. */
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
    this.#defer(key, edit.text);
  }

  /** Shows the text of an edit whose message is not on the page. */
  #set(key, content, isGone) {
    if (isGone) {
      const reason = "The message you were editing was deleted. Trying again sends this as a new message";
      this.#outbox.add({ type: "send", content }, reason);
    } else {
      const reason = "You were editing an earlier message. Trying again saves this as its text";
      this.#outbox.add({ type: "edit", id: idOf(key), content }, reason);
    }
  }

  #askToDelete(item) {
    const act = (id) => {
      this.#outbox.add({ type: "delete", id });
      this.#composer.focus();
    };
    ask(this.#dialog, item, "delete", { signal: this.#signal, act });
  }

  #askToReport(item) {
    const { reason } = this.#report.querySelector("form").elements;
    reason.value = "";
    reason.dispatchEvent(new Event("input"));
    const act = (id) => {
      const thank = () => this.#notices.show("Thank you. The administrators will review it.", "done");
      this.#outbox.add({ type: "report", id, reason: reason.value }, undefined, thank);
    };
    ask(this.#report, item, "report", { signal: this.#signal, act });
  }
}

function idOf(id) {
  return Number(id.slice("message-".length));
}
