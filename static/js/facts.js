/** What a drawn message says of itself. */

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

/** At most so many characters, without cutting one in two. */
export function beginning(text, length) {
  return text.length <= length ? text : `${text.slice(0, length).toWellFormed?.() ?? text.slice(0, length)}…`;
}
