const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const date = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** The local time, in the user's format. */
export function timeOf(at) {
  return clock.format(at);
}

/** The local date and time, to the second. */
export function momentOf(at) {
  return moment.format(at);
}

/** A key that identifies the local day. */
export function dayOf(at) {
  return at.toDateString();
}

export function nameOfDay(at, now = new Date()) {
  if (dayOf(at) === dayOf(now)) return "Today";
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (dayOf(at) === dayOf(yesterday)) return "Yesterday";
  return date.format(at);
}
