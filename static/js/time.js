const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const date = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

/** The local time, as this person writes it. */
export function timeOf(at) {
  return clock.format(at);
}

/** Tells local days apart. */
export function dayOf(at) {
  return at.toDateString();
}

export function nameOfDay(at) {
  const now = new Date();
  if (dayOf(at) === dayOf(now)) return "Today";
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (dayOf(at) === dayOf(yesterday)) return "Yesterday";
  return date.format(at);
}
