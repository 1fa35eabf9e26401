/** Whether the last pointer was a finger, so that text is typed on a screen keyboard. */
let byFinger = globalThis.matchMedia?.("(pointer: coarse)").matches ?? false;

globalThis.addEventListener?.("pointerdown", ({ pointerType }) => {
  byFinger = pointerType === "touch";
  for (const box of document.querySelectorAll("textarea")) nameEnterKey(box);
}, { capture: true, passive: true });

/** Labels the Enter key of the screen keyboard. */
export function nameEnterKey(box) {
  box.enterKeyHint = byFinger ? "enter" : "send";
}

/**
 * Whether an input method is composing, so that keys are not meant for the page. Safari reports it by key code 229
 * only.
 */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/**
 * Whether this key sends the text: Enter without Shift, but not on a screen keyboard, where Enter is the only way to
 * break a line; always with Ctrl or Cmd.
 */
export function submitsOn(event, isTouch = byFinger) {
  if (event.key !== "Enter" || isComposing(event)) return false;
  return event.ctrlKey || event.metaKey || !(event.shiftKey || event.altKey || isTouch);
}
