/**
 * A browser may show a page from its back/forward cache without a request, although the session may have ended. A
 * cached page therefore hides itself, and reloads when it is restored.
 */
addEventListener("pagehide", ({ persisted }) => document.documentElement.hidden ||= persisted);
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});
