/** A message that is stored within this time, in ms, is not shown as pending. */
const UNNOTICED = 400;

/** Shows the viewer's unsent messages below all others. */
export class Pending {
  #list;
  #outbox;
  #scroll;
  #since = new Map();
  #timer;

  constructor(list, { signal, outbox, scroll }) {
    this.#list = list;
    this.#outbox = outbox;
    this.#scroll = scroll;
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
    list.addEventListener("click", ({ target }) => {
      const nonce = target.closest(".pending")?.dataset.nonce;
      if (nonce === undefined) return;
      if (target.dataset.act === "retry") outbox.retry(nonce);
      if (target.dataset.act === "discard") outbox.discard(nonce);
    }, { signal });
  }

  draw() {
    const entries = this.#outbox.entries();
    const known = new Set(entries.map(({ nonce }) => nonce));
    for (const nonce of this.#since.keys()) if (!known.has(nonce)) this.#since.delete(nonce);
    for (const item of this.#list.querySelectorAll(".pending")) if (!known.has(item.dataset.nonce)) item.remove();

    const now = Date.now();
    clearTimeout(this.#timer);
    for (const entry of entries) {
      const { nonce, failed } = entry;
      if (!this.#since.has(nonce)) this.#since.set(nonce, now);
      const due = this.#since.get(nonce) + UNNOTICED;
      if (due > now && failed === undefined) {
        this.#timer = setTimeout(() => this.draw(), due - now);
        continue;
      }
      this.#item(entry);
    }
  }

  #item({ nonce, command, failed, waiting }) {
    let item = [...this.#list.querySelectorAll(".pending")].find((each) => each.dataset.nonce === nonce);
    if (!item) {
      item = document.getElementById("pending-template").content.firstElementChild.cloneNode(true);
      item.dataset.nonce = nonce;
      item.querySelector("p").textContent = describe(command);
      item.querySelector("[data-act=edit]").hidden = command.content === undefined;
      this.#list.append(item);
    }
    item.classList.toggle("failed", failed !== undefined);
    const said = failed === undefined ? waiting ?? "Sending…" : `Not sent: ${failed}`;
    const state = item.querySelector(".state");
    // Announced immediately: the author may be elsewhere on the page.
    if (failed === undefined) state.removeAttribute("role");
    else state.setAttribute("role", "alert");
    if (state.textContent !== said) state.textContent = said;
    this.#scroll.follow();
  }
}

function describe({ type, content }) {
  if (type === "delete") return "Deleting a message";
  if (type === "report") return "Reporting a message";
  return content;
}
