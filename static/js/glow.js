/**
 * The slow light behind the page. It is painted once and moved a little every few seconds, in one frame: an animation that
 * runs costs a frame sixty times a second even where nothing changes.
 */

/** Between two steps, in ms, and the steps of the way. */
const PACE = 4000;
const STEPS = 48;

/** After this many messages within one pace, the light stands still. */
const BUSY = 20;

const still = matchMedia("(prefers-reduced-motion: reduce)");
let at = 0;
let news = 0;
/** The step that is waited for, and the one that holds until then. */
let coming;
let taken;

function next() {
  coming?.cancel();
  coming = undefined;
  if (still.matches || document.hidden) return;
  if (news <= BUSY) at = (at + 1) % (2 * STEPS);
  news = 0;
  // Its delay is the wait: until then there is nothing to draw.
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
