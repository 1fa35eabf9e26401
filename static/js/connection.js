/** How long a live connection may be silent, in ms. The server sends something at least every 9 s. */
const SILENCE = 20_000;

/** How often the connection is checked, in ms. */
const CHECK = 5000;

/** Consecutive checks after which an attempt to connect is abandoned. */
const CHECKS = 2;

/** Close codes: the session has ended; the account is blocked. */
const LOGGED_OUT = 4401;
const BLOCKED = 4403;

/** Final states: the status to show, and the reason to show beside unsent messages. */
const ENDS = {
  blocked: ["Blocked", "Your account is blocked"],
  refused: ["Offline", "The server has ended this connection; reload the page to try again"],
};

/** After every this many failed attempts, the reason is requested from the server. */
const TRIES = 2;

/**
 * The page's socket, which htmx keeps on `<body>`. It outlives a switch of the room: the page unsubscribes from one
 * room and subscribes to the other. A reconnect resumes the open room.
 */
export class Connection {
  #status;
  #trouble;
  #viewer;
  #onOpen;
  #onEnd;
  /** The open room: its slug, and a function that returns the `rev` to resume after. */
  #room;
  #after = () => undefined;
  /** The room that the current socket, or the one being opened, is subscribed to. */
  #subscribed;
  /** htmx's own record of the connection. */
  #connection;
  #heard = 0;
  #failures = 0;
  /** Consecutive checks that have found it connecting. */
  #connecting = 0;
  /** A new object per opened socket, by which outboxes note what was sent on which. */
  #line;
  #hasEnded = false;

  constructor({ status, trouble, viewer, onOpen, onEnd }) {
    this.#status = status;
    this.#trouble = trouble;
    this.#viewer = viewer;
    this.#onOpen = onOpen;
    this.#onEnd = onEnd;
  }

  /** The current line for commands; undefined while disconnected. */
  get line() {
    return this.#connection?.socket?.readyState === WebSocket.OPEN ? this.#line : undefined;
  }

  start() {
    const { body } = document;
    const on = (name, act) => body.addEventListener(`htmx:ws:${name}`, ({ detail }) => act(detail));
    on("before:connection", ({ connection }) => this.#aim(connection));
    on("after:connection", ({ connection }) => this.#opened(connection));
    on("before:message:incoming", () => this.#heard = Date.now());
    on("close", ({ code }) => this.#closed(code));
    setInterval(() => this.#check(), CHECK);
    addEventListener("online", () => this.#retryNow());
    addEventListener("offline", () => this.#show(this.line ? "connected" : "offline"));
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return;
      if (this.line) this.#check();
      else this.#retryNow();
    });
    // htmx may not have processed the page yet. Processing it twice is harmless.
    htmx.process(body);
    htmx.trigger(body, "chatterbox:ready");
  }

  /** Subscribes to a room. `after` returns the `rev` up to which it is rendered. */
  open(room, after) {
    this.#room = room;
    this.#after = after;
    this.#subscribe();
  }

  /** Unsubscribes from the open room. */
  leave() {
    this.#room = undefined;
    if (this.line) this.#unsubscribe();
  }

  /** Sends a command that may be lost. Returns whether there is a connection. */
  signal(command) {
    this.line?.transmit(command);
    return this.line !== undefined;
  }

  /** Ends the connection for good. */
  end(how) {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const [status, reason] = ENDS[how];
    this.#status.dataset.state = "offline";
    this.#status.textContent = status;
    if (this.#connection) this.#connection.config.reconnect = false;
    this.#onEnd(reason);
  }

  #subscribe() {
    if (!this.line || this.#subscribed === this.#room) return;
    this.#unsubscribe();
    this.#subscribed = this.#room;
    this.signal({ type: "subscribe", room: this.#room, after: this.#after() });
  }

  #unsubscribe() {
    if (this.#subscribed !== undefined) this.signal({ type: "unsubscribe", room: this.#subscribed });
    this.#subscribed = undefined;
  }

  /** Sets the address of the next socket: its query is the first subscription. */
  #aim(connection) {
    this.#connection = connection;
    const url = new URL(connection.url);
    url.searchParams.set("room", this.#room ?? "");
    if (this.#room === undefined) url.searchParams.delete("after");
    else url.searchParams.set("after", this.#after());
    url.searchParams.set("viewer", this.#viewer);
    connection.url = url.href;
    this.#subscribed = this.#room;
  }

  #opened(connection) {
    this.#connection = connection;
    this.#heard = Date.now();
    this.#failures = 0;
    this.#line = { transmit: (command) => connection.socket.send(JSON.stringify(command)) };
    // The room may have changed while the socket was being opened.
    if (this.#room === undefined) this.#unsubscribe();
    else this.#subscribe();
    this.#show("connected");
    this.#trouble.clear();
    this.#onOpen();
  }

  #closed(code) {
    const wasOpen = this.#line !== undefined;
    this.#line = undefined;
    if (code === LOGGED_OUT) return leave();
    if (code === BLOCKED) {
      // Some runtimes refuse a socket by opening and closing it. Only the reason tells whether the user is blocked.
      this.#show("offline");
      return void this.#askWhy();
    }
    if (!this.#connection?.config.reconnectCodes.includes(code)) return this.end("refused");
    this.#show(this.#trouble.isShown ? "offline" : "reconnecting");
    if (wasOpen) this.#failures = 0;
    // A refusal before the upgrade looks like a lost connection: request the reason over HTTP.
    else if (++this.#failures % TRIES === 0) void this.#askWhy();
  }

  async #askWhy() {
    const reason = await this.#trouble.ask(this.#connection?.url);
    if (this.line || reason === undefined) return;
    if (reason === "login") return leave();
    if (reason === "blocked") return this.end("blocked");
    this.#show("offline");
  }

  /** Ends a silent connection, or an attempt that takes too long: TCP may need many minutes. */
  #check() {
    const isConnecting = this.#connection?.socket?.readyState === WebSocket.CONNECTING;
    this.#connecting = isConnecting ? this.#connecting + 1 : 0;
    if (this.#connecting > CHECKS || (this.line && Date.now() - this.#heard > SILENCE)) this.#retryNow();
  }

  /** htmx opens a new socket when the old one reports its close, which a dead one may not do for a long time. */
  #retryNow() {
    const connection = this.#connection;
    if (!connection?.socket || this.#hasEnded) return;
    // An attempt begun on another network may never end. Closing it makes htmx retry soon.
    connection.attempt = 0;
    if (connection.socket.readyState === WebSocket.CONNECTING) return connection.socket.close();
    if (this.line && Date.now() - this.#heard <= SILENCE) return;
    clearTimeout(connection.timer);
    connection.socket.dispatchEvent(new CloseEvent("close", { code: 1006 }));
  }

  #show(state) {
    if (this.#hasEnded) return;
    const names = { connected: "Connected", reconnecting: "Reconnecting", offline: "Offline" };
    this.#status.dataset.state = state;
    if (this.#status.textContent !== names[state]) this.#status.textContent = names[state];
  }
}

/** The user is no longer logged in. Unsent messages are kept until they log in again. */
export function leave() {
  location.assign("/login");
}
