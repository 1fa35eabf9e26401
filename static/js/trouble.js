/**
 * Explains why there is no connection when retrying will not help. A browser does not reveal why its socket was
 * refused, so the same address is requested over plain HTTP, and the server responds with the reason.
 */
export class Trouble {
  #element;
  #retry;
  #said;

  constructor(element, { retry }) {
    this.#element = element;
    this.#retry = retry;
  }

  /**
   * Resolves to "login" when the user must log in, "blocked" when they are blocked, "told" when the reason is shown,
   * and undefined for a network problem.
   */
  async ask(address) {
    const url = new URL(address, location.href);
    url.protocol = location.protocol;
    url.searchParams.set("origin", location.origin);
    const response = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => undefined);
    // No response, or a proxy reports that the server is down: temporary.
    if (!response || response.status >= 500) return undefined;
    const { code, detail } = await response.json().catch(() => ({}));
    if (response.status === 401 || code === "other_user") return "login";
    if (code === "blocked") return "blocked";
    this.#show(...reasonOf(response.status, code, detail));
    return "told";
  }

  get isShown() {
    return this.#element.firstChild !== null;
  }

  clear() {
    this.#element.replaceChildren();
  }

  #show(title, text) {
    // Setting it again would announce it again to screen readers.
    if (this.isShown && this.#said === title + text) return;
    this.#said = title + text;
    const heading = document.createElement("strong");
    heading.textContent = title;
    const retry = document.createElement("button");
    retry.type = "button";
    retry.textContent = "Try again";
    retry.addEventListener("click", () => this.#retry());
    const paragraph = document.createElement("p");
    paragraph.append(heading, ` ${text} What you write is kept in this browser until it can be sent.`);
    this.#element.replaceChildren(paragraph, retry);
  }
}

/** A title and a sentence, for the user and for the administrator they will ask. */
export function reasonOf(status, code, detail = "") {
  if (code === "upgrade_missing") {
    return ["A proxy does not let the chat connect.", `For the administrator: ${detail}.`];
  }
  if (code === "origin_mismatch") {
    return ["The chat cannot connect from this address.", `For the administrator: ${detail}.`];
  }
  if (status === 429) return ["The server accepts no more connections at the moment.", `It says: ${detail}.`];
  if (detail === "") {
    return [
      "Another program responds at this address.",
      `For the administrator: /ws returned status ${status}; make the proxy pass it on.`,
    ];
  }
  return ["The server refuses to connect.", `It says: ${detail}.`];
}
