/** This near to the end, in pixels, counts as being there. */
const NEAR = 48;

/** Earlier messages are fetched this long before the top is reached, in pixels. */
const AHEAD = 800;

/** After a step back, in ms, the end must be reached anew: a wheel takes its time to begin. */
const GRACE = 300;

/** Keys that scroll towards what is older. */
const UP = new Set(["ArrowUp", "PageUp", "Home"]);

/**
 * Follows the conversation for those who are at its end, and leaves everybody else alone.
 *
 * Only the reader leaves the end. What the reader does is known by their wheel, fingers, keys and scroll bar, and by a
 * position that has changed between two changes of ours: every change goes through `during`, which looks first.
 */
export class Scroll {
  #scroller;
  #button;
  #atEnd = true;
  /** Where we or the reader last left it. */
  #last = 0;
  #frame = 0;
  #leftAt = -GRACE;
  #fingerAt = 0;
  /** The scroll bar is held: nothing moves by itself. */
  #isHeld = false;
  #isPaused = false;
  /** Told when the reader arrives at the end. */
  onEnd = () => {};

  constructor(scroller, button) {
    this.#scroller = scroller;
    this.#button = button;
    this.#last = scroller.scrollTop;
    const on = (name, act) => scroller.addEventListener(name, act, { passive: true });
    on("scroll", () => this.#scrolled());
    on("wheel", ({ deltaY }) => deltaY < 0 && this.leave());
    on("touchstart", ({ touches }) => this.#fingerAt = touches[0].clientY);
    on("touchmove", ({ touches }) => touches[0].clientY > this.#fingerAt + 4 && this.leave());
    on("keydown", ({ key, target }) => UP.has(key) && !target.closest("textarea") && this.leave());
    // Beside the content is the scroll bar.
    on("pointerdown", ({ target, offsetX }) => this.#isHeld = target === scroller && offsetX >= scroller.clientWidth);
    // Not every browser says when a scroll bar is let go.
    for (const name of ["pointerup", "pointercancel", "pointermove"]) {
      addEventListener(name, ({ buttons }) => buttons === 0 && this.#letGo(), { passive: true });
    }
    button.addEventListener("click", () => {
      this.toEnd();
      document.getElementById("message").focus();
    });
    const observer = new ResizeObserver(() => this.follow());
    observer.observe(scroller);
    observer.observe(scroller.querySelector("#messages"));
  }

  get isAtEnd() {
    return this.#atEnd && !this.#isPaused;
  }

  /** While somebody reads with the keyboard, the end is not followed. */
  set isPaused(isPaused) {
    if (this.#isPaused === isPaused) return;
    this.#isPaused = isPaused;
    this.follow();
  }

  /** Down to the newest, and stay there. */
  toEnd() {
    this.#isPaused = false;
    this.#arrive();
    this.follow();
  }

  /** The reader goes back. */
  leave() {
    if (this.#scroller.scrollHeight <= this.#scroller.clientHeight) return;
    this.#atEnd = false;
    this.#leftAt = performance.now();
  }

  /** The content has grown: stay at the end if the reader was there. */
  follow() {
    if (!this.isAtEnd || this.#isHeld || this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.during(() => {});
    });
  }

  /** Runs `change`, which adds or removes messages. The reader stays at the end, or where they are. */
  during(change) {
    this.#look();
    change();
    if (this.isAtEnd && !this.#isHeld) this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#last = this.#scroller.scrollTop;
  }

  /** There is something new below. */
  announce() {
    if (!this.isAtEnd) this.#button.hidden = false;
  }

  /** Keeps what is in view where it is, while `change` adds or removes something above it. */
  hold(change) {
    const fromEnd = this.#scroller.scrollHeight - this.#scroller.scrollTop;
    const result = change();
    if (!this.isAtEnd) this.#scroller.scrollTop = this.#scroller.scrollHeight - fromEnd;
    this.#last = this.#scroller.scrollTop;
    return result;
  }

  #scrolled() {
    this.#look();
    if (this.#scroller.scrollTop < AHEAD && !this.#atEnd) this.#fetchEarlier();
  }

  /** Where the reader has gone since the last look. */
  #look() {
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
    // A page that comes replaces the link; after a failure it may be tried again.
    setTimeout(() => delete link.dataset.loading, 5000);
    link.click();
  }
}
