import { ask } from "./ask.js";
import { grow, submitsOn } from "./composer.js";

/** What can be done to a message, in its place: edit, delete, report. */
export class Editor {
  #room;
  #viewer;
  #outbox;
  #composer;
  #notices;
  #template = document.getElementById("editor-template").content.firstElementChild;
  #dialog = document.getElementById("confirm-delete");
  #report = document.getElementById("report");

  constructor(room, { viewer, outbox, composer, notices }) {
    this.#room = room;
    this.#viewer = viewer;
    this.#outbox = outbox;
    this.#composer = composer;
    this.#notices = notices;
    room.addEventListener("click", ({ target }) => {
      const item = target.closest("[data-seq]");
      const act = target.closest("[data-act]")?.dataset.act;
      if (act === undefined) return this.#touch(item);
      if (!item) return;
      if (act === "edit") this.edit(item);
      if (act === "delete") this.#askToDelete(item);
      if (act === "report") this.#askToReport(item);
      if (act === "cancel") this.#close(item);
    });
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

  edit(item) {
    if (item.querySelector(".editor")) return;
    for (const other of this.#room.querySelectorAll(".editing")) this.#close(other);
    const form = this.#template.cloneNode(true);
    const box = form.elements.content;
    form.elements.id.value = item.id.slice("message-".length);
    box.value = item.querySelector("p").textContent;
    box.addEventListener("input", () => grow(box));
    box.addEventListener("keydown", (event) => {
      if (submitsOn(event)) {
        event.preventDefault();
        form.requestSubmit();
      } else if (event.key === "Escape") {
        event.preventDefault();
        this.#close(form.closest("[data-seq]"));
      }
    });
    // After htmx has taken the fields.
    form.addEventListener("htmx:ws:before:message:outgoing", () => this.#close(form.closest("[data-seq]")));
    item.append(form);
    item.classList.add("editing");
    htmx.process(form);
    grow(box);
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
  }

  #close(item) {
    item.classList.remove("editing");
    item.querySelector(".editor")?.remove();
    this.#composer.focus();
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
    ask(this.#report, item, "report", (id) => {
      this.#outbox.add({ type: "report", id, reason: reason.value });
      this.#notices.show("Thank you. The administrators will look at it.");
    });
  }
}
