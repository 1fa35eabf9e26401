import { nameEnterKey } from "../keys.js";

/** The counter shows from this share of the maximum on. */
const COUNTED = 0.9;

// deno-lint-ignore no-control-regex
const CONTROLS = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F]/g;

/** Empty lines before the text, and the indent of a single line. */
const LEADING_SPACE = /^(?:[^\S\n]*\n)*(?:[^\S\n]+(?=\S.*$))?/;

/** The length of a text as the server counts it: see `content` in db/rules.ts. */
export function lengthOf(text) {
  return text.replace(CONTROLS, "").trimEnd().replace(LEADING_SPACE, "").length;
}

/**
 * Makes a text box as tall as its text, and shows by how much the text is too long. The text is never cut. Returns a
 * function to call after a script has set the value.
 */
export function prepareBox(box) {
  const max = Number(box.dataset.max);
  const counter = document.createElement("p");
  counter.className = "counter";
  counter.setAttribute("role", "status");
  box.after(counter);
  nameEnterKey(box);
  const update = () => {
    grow(box);
    const length = box.value.length < max * COUNTED ? 0 : lengthOf(box.value);
    const excess = length - max;
    const said = excess > 0
      ? `${length.toLocaleString()} characters: ${excess.toLocaleString()} too many`
      : length >= max * COUNTED
      ? `${length.toLocaleString()} of ${max.toLocaleString()} characters`
      : "";
    if (counter.textContent !== said) counter.textContent = said;
    counter.classList.toggle("over", excess > 0);
    // The browser then refuses to submit the form, and shows this.
    box.setCustomValidity(excess > 0 ? `At most ${max.toLocaleString()} characters, please: this is ${said}.` : "");
  };
  box.addEventListener("input", update);
  update();
  return update;
}

function grow(box) {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}
