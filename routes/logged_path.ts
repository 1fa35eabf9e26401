/** A path segment that is safe to log: secrets are longer or contain other characters. */
const PLAIN = /^[\w.-]{0,24}$/;

/** Room slugs, also allowed in our own routes. */
const SLUG = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Maximum length of a logged path, in characters. */
const PATH_MAX = 200;

/**
 * A path for the log, without secrets. In a matched route only the parameter `token` is secret. An unmatched path may
 * be a mangled link, so only segments that cannot be secret are kept.
 */
export function loggedPath(path: string, route: string | undefined): string {
  // Cut at segments: a part of a secret may look harmless.
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
