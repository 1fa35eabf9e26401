/**
 * A browser may keep a page in its back/forward cache and show it again without asking the server, although the session may
 * have ended. A page that is cached therefore hides itself, and reloads when it is restored.
 */
addEventListener("pagehide", ({ persisted }) => document.documentElement.hidden ||= persisted);
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});
