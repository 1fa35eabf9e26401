import { nameIn, timeIn } from "./facts.js";

/** Gives a message its tools when a pointer or the focus comes to it, each with a name that says what it is about. */
export function giveTools(list, viewer) {
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
  list.addEventListener("pointerover", give);
  list.addEventListener("focusin", give);
}
