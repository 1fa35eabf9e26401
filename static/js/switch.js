import { leave } from "./connection.js";

/** Delay before a failed request for a room is retried, in ms. */
const RETRY = 3000;

/**
 * Switches rooms: htmx swaps `<main>` for links, and for back and forward. Between two swaps one room is open. The
 * newest request wins, whatever the order of the responses.
 */
export class Switch {
  #viewer;
  #notices;
  #open;
  #close;
  /** The latest request for a room. */
  #latest;
  /** The address that could not be fetched, and whether the user has been notified. */
  #missed;
  #isTold = false;
  #timer;

  /** `open` is called with the new `<main>`, `close` before the old one is replaced. */
  constructor({ viewer, notices, open, close }) {
    this.#viewer = viewer;
    this.#notices = notices;
    this.#open = open;
    this.#close = close;
  }

  /** Retries a failed request. */
  retry() {
    const path = this.#missed;
    if (path === undefined) return;
    this.#missed = undefined;
    const push = path === location.pathname + location.search ? undefined : path;
    void htmx.ajax("GET", path, { target: "main", select: "main", swap: "outerSync", push });
  }

  /** The hooks for htmx. */
  get extension() {
    return {
      htmx_config_request: (_element, { ctx }) => {
        // Lets the server compare the page's user with the session's.
        ctx.request.headers["X-Viewer"] = this.#viewer;
        if (!isRoom(ctx)) return;
        ctx.request.headers.Accept = "text/html";
        ctx.selectOOB = "#people,#rooms";
        this.#latest = ctx;
        this.#missed = undefined;
        clearTimeout(this.#timer);
      },
      htmx_after_request: (_element, { ctx }) => {
        const { status, raw } = ctx.response;
        if ([401, 409].includes(status) || raw.redirected) {
          leave();
          return false;
        }
        if (!isRoom(ctx) || status < 400) return;
        // A missing room has an error page of its own. A server error is retried.
        if (status >= 500) this.#failed(ctx);
        else if (ctx === this.#latest) location.assign(ctx.request.action);
        return false;
      },
      htmx_error: (_element, { ctx }) => {
        if (ctx && isRoom(ctx)) this.#failed(ctx);
      },
      htmx_before_swap: (_element, { ctx }) => {
        if (!isRoom(ctx)) return;
        if (ctx !== this.#latest) return false;
        this.#close();
      },
      htmx_after_swap: (_element, { ctx }) => {
        if (!isRoom(ctx)) return;
        this.#isTold = false;
        this.#open(ctx.target);
      },
    };
  }

  #failed(ctx) {
    if (ctx !== this.#latest) return;
    this.#missed = ctx.request.action;
    this.#timer = setTimeout(() => this.retry(), RETRY);
    if (!this.#isTold) this.#notices.show("The server is not responding. The room will open when it does");
    this.#isTold = true;
  }
}

/** Whether a request is for a room as a whole, not for a part of one. */
function isRoom({ target }) {
  return target?.localName === "main";
}
