/** The server sends something at least every 9 s. A connection silent for longer than this is dead, in ms. */
const SILENCE = 20_000;

/** How often the connection is checked, in ms. */
const CHECK = 5000;

/** Checks in a row that may find the same attempt to connect under way. */
const CHECKS = 2;

/** Close codes: the session has ended; the account is blocked. */
const LOGGED_OUT = 4401;
const BLOCKED = 4403;

/** Ends without a way back: the status to show, and the reason beside what was not sent. */
const ENDS = {
  blocked: ["Blocked", "Your account is blocked"],
  refused: ["Offline", "The server has ended this connection; reload the page to try again"],
};

/** After this many failed attempts, and after each further so many, the server is asked for the reason. */
const TRIES = 2;

/**
 * The one socket of the page, which htmx keeps on `<body>`. It outlives a switch of the room: the page then unsubscribes
 * from one and subscribes to the other. A reconnect subscribes to the open room and resumes it.
 */
export class Connection {
  #status;
  #trouble;
  #viewer;
  #onOpen;
  #onEnd;
  /** The open room: its slug, and a function for the `rev` to resume after. */
  #room;
  #after = () => undefined;
  /** The room that the present socket, or the one being opened, is subscribed to. */
  #subscribed;
  /** htmx's own record of the connection. */
  #connection;
  #heard = 0;
  #failures = 0;
  /** How many checks in a row have found it connecting. */
  #connecting = 0;
  /** A new object for each opened socket: the outboxes note what was sent on which. */
  #line;
  #hasEnded = false;

  constructor({ status, trouble, viewer, onOpen, onEnd }) {
    this.#status = status;
    this.#trouble = trouble;
    this.#viewer = viewer;
    this.#onOpen = onOpen;
    this.#onEnd = onEnd;
  }

  /** What commands are transmitted on; undefined while there is no connection. */
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
    // htmx may not have processed the page yet; doing it twice is harmless.
    htmx.process(body);
    htmx.trigger(body, "chatterbox:ready");
  }

  /** A room is opened. `after` returns the `rev` that it is drawn up to. */
  open(room, after) {
    this.#room = room;
    this.#after = after;
    this.#subscribe();
  }

  /** The open room is left: nothing more of it is wanted. */
  leave() {
    this.#room = undefined;
    if (this.line) this.#unsubscribe();
  }

  /** Sends a command that may get lost. Returns whether there is a connection. */
  signal(command) {
    this.line?.transmit(command);
    return this.line !== undefined;
  }

  /** This page will not be connected again. */
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
    // The room may have been switched while the socket was being opened.
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
    // A refusal before the upgrade looks like a lost connection: ask over HTTP for the reason.
    else if (++this.#failures % TRIES === 0) void this.#askWhy();
  }

  async #askWhy() {
    const reason = await this.#trouble.ask(this.#connection?.url);
    if (this.line || reason === undefined) return;
    if (reason === "login") return leave();
    if (reason === "blocked") return this.end("blocked");
    this.#show("offline");
  }

  /** Ends a connection that has been silent, or an attempt that has taken, for too long: TCP may take many minutes. */
  #check() {
    const isConnecting = this.#connection?.socket?.readyState === WebSocket.CONNECTING;
    this.#connecting = isConnecting ? this.#connecting + 1 : 0;
    if (this.#connecting > CHECKS || (this.line && Date.now() - this.#heard > SILENCE)) this.#retryNow();
  }

  /** htmx makes a new socket when the old one reports its close; a dead one may not do so for a long time. */
  #retryNow() {
    const connection = this.#connection;
    if (!connection?.socket || this.#hasEnded) return;
    // An attempt on another network may never end. When it is closed, the next one follows soon.
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

/** This page's user is no longer logged in. What is unsent is kept until they are again. */
export function leave() {
  location.assign("/login");
}
