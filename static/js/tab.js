/** How long other open pages may take to respond, in ms. */
const ROLL_CALL = 300;

/**
 * The identity of this page among the user's open pages. An open page owns what it stores: two pages never send the
 * same message or overwrite each other's draft. What a closed page has left is taken over.
 */
export class Tab {
  /** Called when this page gets a new id, because it is a copy of an open one. */
  onRenamed = () => {};
  /** Called when another page is closed. */
  onLeft = () => {};
  /** Whether it is a new page, not a reload or a restored one. */
  isNew;
  #id;
  #channel;
  #answers = new Set();

  constructor(viewer) {
    const known = read(viewer);
    this.isNew = known === undefined;
    this.#id = known ?? makeId();
    write(viewer, this.#id);
    // Without it, every page considers itself the only one. The nonce then deduplicates what two of them send.
    this.#channel = globalThis.BroadcastChannel && new BroadcastChannel(`chatterbox/${viewer}`);
    this.#channel?.addEventListener("message", ({ data }) => this.#hear(data));
    addEventListener("pagehide", () => this.#channel?.postMessage({ left: this.#id }));
    // A duplicated page starts with the id of the original.
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

  /** Resolves to those of these ids that no open page has. */
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

/** The id is kept in session storage, which belongs to one page and survives a reload. */
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
    // Then a reload counts as a new page.
  }
}
