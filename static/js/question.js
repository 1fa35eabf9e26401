import { beginning, nameIn, textIn, timeIn } from "./facts.js";

/** Of the text that a question is about, its beginning, in characters. */
const QUOTED_MAX = 300;

/**
 * Asks, in a dialog, before something is done to a message: quotes it, and calls `act` with its id if the answer is
 * `answer`. The question stays about the message it was opened for. If that is edited meanwhile, the dialog shows the new
 * text and says so; if it is deleted, nothing is left to be done.
 */
export function ask(dialog, item, answer, act) {
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
      news.textContent = "It has been edited meanwhile.";
    } else if (!shown && item.hidden) {
      news.textContent = "It has been deleted meanwhile.";
      button.disabled = true;
    }
  });
  observer.observe(item.parentElement, { childList: true, subtree: true, attributeFilter: ["data-rev"] });

  draw(item);
  news.textContent = "";
  button.disabled = false;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => {
    observer.disconnect();
    if (dialog.returnValue === answer && !button.disabled) act(Number(id.slice("message-".length)));
    else document.getElementById(id)?.focus({ preventScroll: true });
  }, { once: true });
  dialog.showModal();
}
