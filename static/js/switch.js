import { leave } from "./connection.js";

/** How long after a failure the room is requested again, in ms. */
const RETRY = 3000;

/**
 * Switches rooms: htmx swaps `<main>` for a link, and for back and forward. Between two swaps one room is open; the newest
 * request wins, whatever the order in which they are answered.
 */
export class Switch {
  #viewer;
  #notices;
  #open;
  #close;
  /** The request for a room that was made last. */
  #latest;
  /** The address that could not be fetched, and whether the user was told. */
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

  /** Requests once more what could not be fetched. */
  retry() {
    const path = this.#missed;
    if (path === undefined) return;
    this.#missed = undefined;
    const push = path === location.pathname + location.search ? undefined : path;
    void htmx.ajax("GET", path, { target: "main", select: "main", swap: "outerSync", push });
  }

  /** What htmx calls. */
  get extension() {
    return {
      htmx_config_request: (_element, { ctx }) => {
        // The server compares whose page asks with who is logged in.
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
        // A room that is gone is reported by its own page; a server that is going down is asked again.
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
    if (!this.#isTold) this.#notices.show("The server does not answer. The room opens as soon as it does");
    this.#isTold = true;
  }
}

/** Whether a request is for a room as a whole, not for a part of one. */
function isRoom({ target }) {
  return target?.localName === "main";
}
