import { dayOf, nameOfDay } from "./time.js";

/** How often the names of days are looked at, in ms: a computer that slept through midnight is not told of it. */
const PACE = 5 * 60 * 1000;

/** A line that says which day begins. */
export function dayLine(at) {
  const line = document.createElement("li");
  line.className = "day";
  line.dataset.day = dayOf(at);
  line.textContent = nameOfDay(at);
  return line;
}

/** Takes away the lines of days of which no message is left. */
export function sweepDays(list) {
  for (const line of list.querySelectorAll(".day")) {
    let next = line.nextElementSibling;
    while (next && next.dataset.seq === undefined && next.dataset.day === undefined) next = next.nextElementSibling;
    if (next?.dataset.seq === undefined) line.remove();
  }
}

/** Keeps "Today" and "Yesterday" true. */
export function watchDays(list) {
  function look() {
    const now = new Date();
    for (const line of list.querySelectorAll(".day")) {
      const name = nameOfDay(new Date(line.dataset.day), now);
      if (line.textContent !== name) line.textContent = name;
    }
    const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
    clearTimeout(timer);
    timer = setTimeout(look, Math.min(PACE, midnight - now + 50));
  }
  let timer;
  document.addEventListener("visibilitychange", look);
  look();
}
