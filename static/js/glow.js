/**
 * Moves the light behind the page. It is painted once and moved a little every few seconds, in one frame: a running
 * animation would cost sixty frames a second even when nothing changes.
 */

/** How often the light moves, in ms, and the number of steps in one direction. */
const PACE = 4000;
const STEPS = 48;

/** With more swaps than this between two steps, the light stays still. */
const BUSY = 20;

const still = matchMedia("(prefers-reduced-motion: reduce)");
let at = 0;
let news = 0;
/** The animation of the next step, and the finished one that holds until then. */
let coming;
let taken;

function next() {
  coming?.cancel();
  coming = undefined;
  if (still.matches || document.hidden) return;
  if (news <= BUSY) at = (at + 1) % (2 * STEPS);
  news = 0;
  // Delayed by the browser: nothing is drawn until then.
  const part = Math.min(at, 2 * STEPS - at) / STEPS;
  const there = `translate(${8 * part}vmax, ${-6 * part}vmax) rotate(${12 * part}deg)`;
  const moved = document.body.animate(
    { transform: [there, there] },
    { pseudoElement: "::before", delay: PACE, duration: 1, fill: "forwards" },
  );
  moved.onfinish = () => {
    taken?.cancel();
    taken = moved;
    coming = undefined;
    next();
  };
  coming = moved;
}

document.addEventListener("visibilitychange", next);
document.addEventListener("htmx:after:swap", () => news++);
still.addEventListener("change", next);
next();
