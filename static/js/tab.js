/** How long another page may take to say that it is open, in ms. */
const ROLL_CALL = 300;

/**
 * This page among the open pages of the same user. What a page keeps is its own as long as it is open: two pages do not
 * send the same message, nor write into each other's draft. What a closed one has left is taken over by another.
 */
export class Tab {
  /** Told when this page has got another id: it was a copy of one that is open. */
  onRenamed = () => {};
  /** Told when another page was closed. */
  onLeft = () => {};
  /** Whether it was opened anew, and not loaded again or restored with its id. */
  isNew;
  #id;
  #channel;
  #answers = new Set();

  constructor(viewer) {
    const known = read(viewer);
    this.isNew = known === undefined;
    this.#id = known ?? makeId();
    write(viewer, this.#id);
    // Without it every page takes itself for the only one; what two of them send is one message by its nonce.
    this.#channel = globalThis.BroadcastChannel && new BroadcastChannel(`chatterbox/${viewer}`);
    this.#channel?.addEventListener("message", ({ data }) => this.#hear(data));
    addEventListener("pagehide", () => this.#channel?.postMessage({ left: this.#id }));
    // A page that is opened as a copy of another begins with its id.
    if (known !== undefined) {
      void this.gone([known]).then(([isFree]) => {
        if (isFree !== undefined) return;
        this.#id = makeId();
        write(viewer, this.#id);
        this.onRenamed();
      });
    }
  }

  get id() {
    return this.#id;
  }

  /** Resolves to those of these ids that no other open page has. */
  async gone(ids) {
    if (ids.length === 0) return [];
    this.#answers.clear();
    this.#channel?.postMessage({ who: true });
    await new Promise((resolve) => setTimeout(resolve, ROLL_CALL));
    return ids.filter((id) => !this.#answers.has(id));
  }

  #hear({ who, here, left }) {
    if (who) this.#channel?.postMessage({ here: this.#id });
    if (here !== undefined) this.#answers.add(here);
    if (left !== undefined) this.onLeft(left);
  }
}

function makeId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Only the id outlives a reload here, in the one place that belongs to one page. */
function read(viewer) {
  try {
    return sessionStorage.getItem(`tab ${viewer}`) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(viewer, id) {
  try {
    sessionStorage.setItem(`tab ${viewer}`, id);
  } catch {
    // Then a reload makes another page of it.
  }
}
