/** The server speaks at least every 9 s; a connection that has been silent for longer than this is dead, in ms. */
const SILENCE = 20_000;

/** The codes that say that the session has ended, and that the account is blocked. */
const LOGGED_OUT = 4401;
const BLOCKED = 4403;

/** Ends that the page does not come back from: what the status says of them, and the reason beside what was not sent. */
const ENDS = {
  blocked: ["Blocked", "Your account is blocked"],
  refused: ["Offline", "The server has ended this connection; reload the page to try again"],
};

/** After so many tries in vain, and each time after as many again, the server is asked why. */
const TRIES = 2;

/** The socket that htmx keeps: where it stands, and how it comes back. */
export class Connection {
  #room;
  #status;
  #trouble;
  #log;
  #outbox;
  /** htmx's own record of the connection. */
  #connection;
  #heard = 0;
  #failures = 0;
  /** How often in a row a look has found it trying. */
  #looks = 0;
  /** One for each time the socket has opened: tells the outbox what was sent on it. */
  #line;
  #onEnd;
  #hasEnded = false;

  constructor(room, { status, trouble, log, outbox, onEnd }) {
    this.#room = room;
    this.#status = status;
    this.#trouble = trouble;
    this.#log = log;
    this.#outbox = outbox;
    this.#onEnd = onEnd;
  }

  get isOpen() {
    return this.#line !== undefined && this.#connection?.socket?.readyState === WebSocket.OPEN;
  }

  start() {
    const on = (name, act) => this.#room.addEventListener(`htmx:ws:${name}`, ({ detail }) => act(detail));
    on("before:connection", ({ connection }) => this.#connecting(connection));
    on("after:connection", ({ connection }) => this.#opened(connection));
    on("before:message:incoming", () => this.#heard = Date.now());
    on("close", ({ code }) => this.#closed(code));
    setInterval(() => this.#watch(), 5000);
    addEventListener("online", () => this.#retryNow());
    addEventListener("offline", () => this.#show(this.isOpen ? "connected" : "offline"));
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return;
      if (this.isOpen) this.#watch();
      else this.#retryNow();
    });
    // htmx may have looked at the page before our extension was there; looking twice does no harm.
    htmx.process(this.#room);
    htmx.trigger(this.#room, "chatterbox:ready");
  }

  /** Sends something that may get lost. */
  signal(command) {
    if (this.isOpen) this.#connection.socket.send(JSON.stringify(command));
  }

  /** Sends what waits in the outbox, if the line is open. */
  flush() {
    if (this.isOpen) this.#outbox.flush(this.#line);
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

  #connecting(connection) {
    this.#connection = connection;
    const url = new URL(connection.url);
    url.searchParams.set("after", this.#log.head);
    url.searchParams.set("viewer", this.#room.dataset.viewer);
    connection.url = url.href;
  }

  #opened(connection) {
    this.#connection = connection;
    this.#heard = Date.now();
    this.#failures = 0;
    this.#line = { transmit: (command) => connection.socket.send(JSON.stringify(command)) };
    this.#show("connected");
    this.#trouble.clear();
    this.flush();
  }

  #closed(code) {
    const wasOpen = this.#line !== undefined;
    this.#line = undefined;
    if (code === LOGGED_OUT) return leave();
    if (code === BLOCKED) {
      // Some runtimes refuse a socket by opening and closing it: who is not blocked is told the reason.
      this.#show("offline");
      return void this.#askWhy();
    }
    if (!this.#connection?.config.reconnectCodes.includes(code)) return this.end("refused");
    this.#show(this.#trouble.isShown ? "offline" : "reconnecting");
    if (wasOpen) this.#failures = 0;
    // A refusal before the upgrade looks like any lost connection: ask over HTTP why.
    else if (++this.#failures % TRIES === 0) void this.#askWhy();
  }

  async #askWhy() {
    const reason = await this.#trouble.ask(this.#connection?.url);
    if (this.isOpen || reason === undefined) return;
    if (reason === "login") return leave();
    if (reason === "blocked") return this.end("blocked");
    this.#show("offline");
  }

  /** Ends a line that has been silent, or a try that has been under way, for too long: TCP may take many minutes. */
  #watch() {
    const isTrying = this.#connection?.socket?.readyState === WebSocket.CONNECTING;
    this.#looks = isTrying ? this.#looks + 1 : 0;
    if (this.#looks > 2 || (this.isOpen && Date.now() - this.#heard > SILENCE)) this.#retryNow();
  }

  /** htmx makes a new socket when the old one says that it is closed; a dead one may not say so for a long time. */
  #retryNow() {
    const connection = this.#connection;
    if (!connection?.socket || this.#hasEnded) return;
    // A try that has been under way on another network may never end; when it has, the next one comes soon.
    connection.attempt = 0;
    if (connection.socket.readyState === WebSocket.CONNECTING) return connection.socket.close();
    if (this.isOpen && Date.now() - this.#heard <= SILENCE) return;
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

/** This page's user is not logged in any more. What is unsent is kept until they are again. */
export function leave() {
  location.assign("/login");
}
