/** Reads author, time and text from a message element. */

export function nameIn(item) {
  const name = item.querySelector("b");
  return name.dataset.name ?? name.textContent;
}

export function timeIn(item) {
  return item.querySelector("time").textContent;
}

export function textIn(item) {
  return item.querySelector("p").textContent;
}

/** The first `length` characters, without splitting one. */
export function beginning(text, length) {
  return text.length <= length ? text : `${text.slice(0, length).toWellFormed?.() ?? text.slice(0, length)}…`;
}
