/** Messages of more lines than this are folded. */
const LINES = 24;

/** Folds tall messages. It measures them, so they must be in the document. */
export function fold(items) {
  for (const item of items) item.classList.remove("long");
  const tall = items.filter((item) => {
    const { offsetHeight } = textOf(item);
    // Most are short: the style is read for tall ones only.
    return offsetHeight > 8 * LINES &&
      offsetHeight > (LINES + 2) * parseFloat(getComputedStyle(textOf(item)).lineHeight);
  });
  for (const item of tall) {
    item.classList.add("long");
    textOf(item).after(button(item));
  }
}

/** Unfolds messages by their button, or when the focus moves into the hidden part. */
export function watchFolds(list, { signal, scroll }) {
  list.addEventListener("click", ({ target }) => {
    const item = target.closest(".more") && target.closest("[data-seq]");
    if (!item) return;
    scroll.leave();
    open(item, !item.classList.contains("open"));
    item.scrollIntoView({ block: "nearest" });
  }, { signal });
  list.addEventListener("focusin", ({ target }) => {
    const item = target.closest(".long:not(.open) > p") && target.closest("[data-seq]");
    if (!item) return;
    open(item, true);
    target.scrollIntoView({ block: "nearest" });
  }, { signal });
}

function textOf(item) {
  return item.querySelector("p");
}

function button(item) {
  const more = document.createElement("button");
  more.type = "button";
  more.className = "quiet more";
  more.tabIndex = item.contains(document.activeElement) ? 0 : -1;
  label(more, item.classList.contains("open"));
  return more;
}

function open(item, isOpen) {
  item.classList.toggle("open", isOpen);
  label(item.querySelector(".more"), isOpen);
}

function label(more, isOpen) {
  more.textContent = isOpen ? "Show less" : "Show more";
  more.setAttribute("aria-expanded", isOpen);
}
