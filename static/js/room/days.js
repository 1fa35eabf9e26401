import { dayOf, nameOfDay } from "../time.js";

/** How often the names of days are checked at least, in ms: a computer that slept past midnight gets no timer. */
const PACE = 5 * 60 * 1000;

/** Creates a line that names the day of the messages below. */
export function dayLine(at) {
  const line = document.createElement("li");
  line.className = "day";
  line.dataset.day = dayOf(at);
  line.textContent = nameOfDay(at);
  return line;
}

/** Removes day lines that no message follows. */
export function sweepDays(list) {
  for (const line of list.querySelectorAll(".day")) {
    let next = line.nextElementSibling;
    while (next && next.dataset.seq === undefined && next.dataset.day === undefined) next = next.nextElementSibling;
    if (next?.dataset.seq === undefined) line.remove();
  }
}

/** Keeps "Today" and "Yesterday" correct until the signal is aborted. */
export function watchDays(list, signal) {
  function rename() {
    const now = new Date();
    for (const line of list.querySelectorAll(".day")) {
      const name = nameOfDay(new Date(line.dataset.day), now);
      if (line.textContent !== name) line.textContent = name;
    }
    const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
    clearTimeout(timer);
    timer = setTimeout(rename, Math.min(PACE, midnight - now + 50));
  }
  let timer;
  document.addEventListener("visibilitychange", rename, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  rename();
}
