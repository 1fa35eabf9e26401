/**
 * A browser keeps a page whole when one leaves it, and shows it again by its Back button without a word to the server; the
 * session may have ended meanwhile. So a page that is kept hides itself, and asks anew when it comes back.
 */
addEventListener("pagehide", ({ persisted }) => document.documentElement.hidden ||= persisted);
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});
