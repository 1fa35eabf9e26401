import { nameIn, timeIn } from "./facts.js";

/** Copies a selection of several messages with author and time; a selection within one message is copied as it is. */
export function copyMessages(list, signal) {
  list.addEventListener("copy", (event) => {
    const selection = getSelection();
    const ranges = Array.from({ length: selection.rangeCount }, (_, n) => selection.getRangeAt(n));
    const copied = [...list.querySelectorAll(":scope > [data-seq]")]
      .map((item) => ({ item, text: selectedIn(item, ranges) }))
      .filter(({ text }) => text !== "");
    if (copied.length < 2) return;
    event.preventDefault();
    event.clipboardData.setData(
      "text/plain",
      copied.map(({ item, text }) => `${nameIn(item)}, ${timeIn(item)}\n${text}`).join("\n\n"),
    );
  }, { signal });
}

function selectedIn(item, ranges) {
  const whole = document.createRange();
  whole.selectNodeContents(item.querySelector("p"));
  return ranges.filter((range) => range.intersectsNode(item)).map((range) => {
    const part = whole.cloneRange();
    if (part.comparePoint(range.startContainer, range.startOffset) === 0) {
      part.setStart(range.startContainer, range.startOffset);
    } else if (part.comparePoint(range.startContainer, range.startOffset) > 0) {
      return "";
    }
    if (part.comparePoint(range.endContainer, range.endOffset) === 0) part.setEnd(range.endContainer, range.endOffset);
    else if (part.comparePoint(range.endContainer, range.endOffset) < 0) return "";
    return part.toString();
  }).join("");
}
