/** This near to the end, in pixels, counts as being there. */
const NEAR = 48;

/** Earlier messages are fetched this long before the top is reached, in pixels. */
const AHEAD = 800;

/** Follows the conversation for those who are at its end, and leaves everybody else alone. */
export class Scroll {
  #scroller;
  #button;
  #atEnd = true;
  #last = 0;
  #frame = 0;
  /** Told when the reader arrives at the end. */
  onEnd = () => {};

  constructor(scroller, button) {
    this.#scroller = scroller;
    this.#button = button;
    this.#last = scroller.scrollTop;
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    button.addEventListener("click", () => {
      this.toEnd();
      document.getElementById("message").focus();
    });
    const observer = new ResizeObserver(() => this.follow());
    observer.observe(scroller);
    observer.observe(scroller.querySelector("#messages"));
  }

  get isAtEnd() {
    return this.#atEnd;
  }

  toEnd() {
    this.#atEnd = true;
    this.#button.hidden = true;
    this.follow();
  }

  /** The content has grown: stay at the end if the reader was there. */
  follow() {
    if (!this.#atEnd || this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (!this.#atEnd) return;
      this.#scroller.scrollTop = this.#scroller.scrollHeight;
      this.#last = this.#scroller.scrollTop;
    });
  }

  /** There is something new below. */
  announce() {
    if (!this.#atEnd) this.#button.hidden = false;
  }

  /** Keeps what is in view where it is, while `change` adds or removes something above it. */
  hold(change) {
    const fromEnd = this.#scroller.scrollHeight - this.#scroller.scrollTop;
    const result = change();
    if (!this.#atEnd) {
      this.#scroller.scrollTop = this.#scroller.scrollHeight - fromEnd;
      this.#last = this.#scroller.scrollTop;
    }
    return result;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const near = scrollHeight - scrollTop - clientHeight < NEAR;
    // Only the reader scrolls upwards; growing content does not.
    if (near) {
      if (!this.#atEnd) {
        this.#atEnd = true;
        this.#button.hidden = true;
      }
      this.onEnd();
    } else if (scrollTop < this.#last) {
      this.#atEnd = false;
    }
    this.#last = scrollTop;
    if (scrollTop < AHEAD && !this.#atEnd) this.#fetchEarlier();
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
