/** Whether the last touch of the page was a finger's: what is typed then is typed on the screen. */
let byFinger = globalThis.matchMedia?.("(pointer: coarse)").matches ?? false;

globalThis.addEventListener?.("pointerdown", ({ pointerType }) => {
  byFinger = pointerType === "touch";
  for (const box of document.querySelectorAll("textarea")) nameEnterKey(box);
}, { capture: true, passive: true });

/** Says on the key itself what it does. */
export function nameEnterKey(box) {
  box.enterKeyHint = byFinger ? "enter" : "send";
}

/** Whether an input method is putting a word together: its keys are not meant for the page. Safari tells only by 229. */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/**
 * Whether this key sends: Enter, unless it is pressed with Shift or on the screen, where it is the only way to break a line;
 * with Ctrl or Cmd always.
 */
export function submitsOn(event, isTouch = byFinger) {
  if (event.key !== "Enter" || isComposing(event)) return false;
  return event.ctrlKey || event.metaKey || !(event.shiftKey || event.altKey || isTouch);
}
