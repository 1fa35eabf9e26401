/** A segment of a path that is worth a place in the log and is no secret: those are longer, and of other letters. */
const PLAIN = /^[\w.-]{0,24}$/;

/** What the segments of our own routes may hold beside that: a room's name. */
const SLUG = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** The most of a path that is shown, in characters. */
const PATH_MAX = 200;

/**
 * A path as the log shows it. Of the parameters of the route that matched, `token` is a secret; where none has matched, the
 * path is a stranger's or a link that was broken on its way, so only what cannot be a secret is shown.
 */
export function loggedPath(path: string, route: string | undefined): string {
  // Only whole segments: a piece of a secret may look like a word.
  const whole = path.length > PATH_MAX ? path.slice(0, path.lastIndexOf("/", PATH_MAX - 1) + 1) : path;
  const segments = whole.split("/");
  const names = route?.split("/") ?? [];
  const secretFrom = route === undefined ? segments.findIndex((segment) => /reset/i.test(decoded(segment))) : -1;
  return segments.map((segment, at) => {
    if (names[at]?.startsWith(":token") || (secretFrom !== -1 && at > secretFrom)) return "…";
    if (PLAIN.test(segment) || segment === names[at]) return segment;
    return route !== undefined && SLUG.test(segment) ? segment : "…";
  }).join("/");
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
