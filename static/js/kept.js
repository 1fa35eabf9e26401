/** Items of one kind that this page stores under `KIND/TAB/NAME`, and those left by closed pages of the same user. */
export class Kept {
  #storage;
  #tab;
  #kind;

  constructor(storage, tab, kind) {
    this.#storage = storage;
    this.#tab = tab;
    this.#kind = kind;
  }

  /** This page's own items: names and values, sorted by name. */
  own() {
    return this.#of(this.#tab.id);
  }

  /** Takes over items of closed pages and resolves to them. An item is renamed if its name is taken. */
  async inherit() {
    const names = this.#storage.names(`${this.#kind}/`);
    const tabs = new Set(names.map((name) => name.slice(this.#kind.length + 1).split("/")[0]));
    tabs.delete(this.#tab.id);
    const inherited = [];
    for (const tab of await this.#tab.gone([...tabs])) {
      for (const [name, value] of this.#of(tab)) {
        // Another page may have taken it.
        if (value === undefined) continue;
        const free = this.has(name) ? `${name}~${tab}` : name;
        if (!this.set(free, value)) continue;
        this.#storage.remove(`${this.#kind}/${tab}/${name}`);
        inherited.push([free, value]);
      }
    }
    return inherited;
  }

  /** Returns whether it was stored. */
  set(name, value) {
    return this.#storage.set(this.#path(name), value);
  }

  /** False when another page has taken the item over, because it considered this page closed. */
  has(name) {
    return this.#storage.has(this.#path(name));
  }

  remove(name) {
    this.#storage.remove(this.#path(name));
  }

  #path(name) {
    return `${this.#kind}/${this.#tab.id}/${name}`;
  }

  #of(tab) {
    const start = `${this.#kind}/${tab}/`;
    return this.#storage.names(start).map((name) => [name.slice(start.length), this.#storage.get(name)]);
  }
}
