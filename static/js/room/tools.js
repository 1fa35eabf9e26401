import { nameIn, timeIn } from "./facts.js";

/**
 * Adds the tools of a message when the pointer or the focus enters it. The name of each says which message it is for.
 */
export function giveTools(list, { signal, viewer }) {
  const [own, others] = ["tools-template", "others-tools-template"]
    .map((id) => document.getElementById(id).content.firstElementChild);
  function give({ target }) {
    const item = target.closest("#messages > [data-seq]");
    if (!item || item.querySelector(".tools")) return;
    const tools = (item.dataset.author === viewer ? own : others).cloneNode(true);
    for (const tool of tools.children) {
      tool.setAttribute("aria-label", `${tool.textContent} message by ${nameIn(item)}, ${timeIn(item)}`);
    }
    item.append(tools);
  }
  list.addEventListener("pointerover", give, { signal });
  list.addEventListener("focusin", give, { signal });
}
