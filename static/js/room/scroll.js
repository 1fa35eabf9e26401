/** Within this distance of the end, in px, the reader counts as being at the end. */
const NEAR = 48;

/** Earlier messages are fetched at this distance from the top, in px. */
const AHEAD = 800;

/** For this long after the reader scrolls up, in ms, nearness to the end does not count: a wheel starts slowly. */
const GRACE = 300;

/** Time before a page of earlier messages is requested again, in ms. */
const PATIENCE = 5000;

/** Keys that scroll up. */
const UP = new Set(["ArrowUp", "PageUp", "Home"]);

/**
 * Follows the conversation while the reader is at its end, and otherwise never moves the view.
 *
 * Only the reader leaves the end: by wheel, touch, keys or scroll bar, or by a position that changed between two of our
 * own changes. Every change of ours goes through `during`, which reads the position first.
 */
export class Scroll {
  #scroller;
  #button;
  #atEnd = true;
  /** The position when it was last read or set. */
  #last = 0;
  #frame = 0;
  #leftAt = -GRACE;
  #fingerAt = 0;
  /** Whether the scroll bar is held, so that nothing may scroll by itself. */
  #isHeld = false;
  #isPaused = false;
  #fetching;
  /** Called when the reader arrives at the end. */
  onEnd = () => {};

  constructor(scroller, button, { signal, onJump }) {
    this.#scroller = scroller;
    this.#button = button;
    this.#last = scroller.scrollTop;
    const on = (name, act) => scroller.addEventListener(name, act, { passive: true, signal });
    on("scroll", () => this.#scrolled());
    on("wheel", ({ deltaY }) => deltaY < 0 && this.leave());
    on("touchstart", ({ touches }) => this.#fingerAt = touches[0].clientY);
    on("touchmove", ({ touches }) => touches[0].clientY > this.#fingerAt + 4 && this.leave());
    on("keydown", ({ key, target }) => UP.has(key) && !target.closest("textarea") && this.leave());
    // The scroll bar is beside the content.
    on("pointerdown", ({ target, offsetX }) => this.#isHeld = target === scroller && offsetX >= scroller.clientWidth);
    // Not every browser reports when a scroll bar is released.
    for (const name of ["pointerup", "pointercancel", "pointermove"]) {
      addEventListener(name, ({ buttons }) => buttons === 0 && this.#letGo(), { passive: true, signal });
    }
    button.addEventListener("click", () => {
      this.toEnd();
      onJump();
    });
    const observer = new ResizeObserver(() => this.follow());
    observer.observe(scroller);
    observer.observe(scroller.querySelector("#messages"));
    signal.addEventListener("abort", () => {
      observer.disconnect();
      cancelAnimationFrame(this.#frame);
      clearTimeout(this.#fetching);
    });
  }

  get isAtEnd() {
    return this.#atEnd && !this.#isPaused;
  }

  /** Suspends following while the reader uses the keyboard. */
  set isPaused(isPaused) {
    if (this.#isPaused === isPaused) return;
    this.#isPaused = isPaused;
    this.follow();
  }

  /** Scrolls to the newest message and follows from there. */
  toEnd() {
    this.#isPaused = false;
    this.#arrive();
    this.follow();
  }

  /** Stops following: the reader scrolls up. */
  leave() {
    if (this.#scroller.scrollHeight <= this.#scroller.clientHeight) return;
    this.#atEnd = false;
    this.#leftAt = performance.now();
  }

  /** Scrolls to the end after the content has grown, if the reader is there. */
  follow() {
    if (!this.isAtEnd || this.#isHeld || this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.during(() => {});
    });
  }

  /** Runs `change`, which adds or removes messages. The reader stays at the end, or in place. */
  during(change) {
    this.#read();
    change();
    if (this.isAtEnd && !this.#isHeld) this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#last = this.#scroller.scrollTop;
  }

  /** Shows that a new message has arrived below. */
  announce() {
    if (!this.isAtEnd) this.#button.hidden = false;
  }

  /** Runs `change`, which adds or removes something above, and keeps the view in place. */
  hold(change) {
    const fromEnd = this.#scroller.scrollHeight - this.#scroller.scrollTop;
    const result = change();
    if (!this.isAtEnd) this.#scroller.scrollTop = this.#scroller.scrollHeight - fromEnd;
    this.#last = this.#scroller.scrollTop;
    return result;
  }

  #scrolled() {
    this.#read();
    if (this.#scroller.scrollTop < AHEAD && !this.#atEnd) this.#fetchEarlier();
  }

  /** Reads the position. */
  #read() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const left = scrollHeight - scrollTop - clientHeight;
    const isThere = left < 1 || (left < NEAR && scrollTop > this.#last);
    if (isThere && performance.now() - this.#leftAt > GRACE) this.#arrive();
    else if (left >= NEAR && scrollTop < this.#last - 1) this.#atEnd = false;
    this.#last = scrollTop;
  }

  #arrive() {
    this.#atEnd = true;
    this.#button.hidden = true;
    this.onEnd();
  }

  #letGo() {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.follow();
  }

  #fetchEarlier() {
    const link = document.getElementById("earlier");
    if (!link || link.hidden || link.dataset.loading) return;
    link.dataset.loading = "true";
    // The page that arrives replaces the link. After a failure it may be requested again.
    this.#fetching = setTimeout(() => delete link.dataset.loading, PATIENCE);
    link.click();
  }
}
