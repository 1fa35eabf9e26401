import { beginning, nameIn, textIn, timeIn } from "./facts.js";

/** Maximum length of the quotation, in characters. */
const QUOTED_MAX = 300;

/**
 * Asks for confirmation in a dialog that quotes the message, and calls `act` with its id if the answer is `answer`. The
 * dialog follows its message: it shows an edit, and disables its button when the message is deleted.
 */
export function ask(dialog, item, answer, { signal, act }) {
  const { id } = item;
  const quote = dialog.querySelector("blockquote");
  const news = dialog.querySelector(".news");
  const button = dialog.querySelector(`[value="${answer}"]`);
  let { rev } = item.dataset;

  function draw(shown) {
    quote.querySelector("b").textContent = nameIn(shown);
    quote.querySelector("time").textContent = timeIn(shown);
    quote.querySelector("p").textContent = beginning(textIn(shown), QUOTED_MAX);
  }

  const observer = new MutationObserver(() => {
    const shown = document.getElementById(id);
    if (shown && shown.dataset.rev !== rev) {
      rev = shown.dataset.rev;
      draw(shown);
      news.textContent = "It has been edited in the meantime.";
    } else if (!shown && item.hidden) {
      news.textContent = "It has been deleted in the meantime.";
      button.disabled = true;
    }
  });
  observer.observe(item.parentElement, { childList: true, subtree: true, attributeFilter: ["data-rev"] });

  signal.addEventListener("abort", () => observer.disconnect());
  draw(item);
  news.textContent = "";
  button.disabled = false;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => {
    observer.disconnect();
    if (dialog.returnValue === answer && !button.disabled) act(Number(id.slice("message-".length)));
    else document.getElementById(id)?.focus({ preventScroll: true });
  }, { once: true, signal });
  dialog.showModal();
}
