/**
 * Confirms destructive actions. A link marked `data-ask` leads to a page with the question, whose form is shown in a
 * dialog instead. If it cannot be fetched, the link is followed.
 */

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-ask]");
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  ask(link);
});

async function ask(link) {
  const response = await fetch(link.href, { headers: { Accept: "text/html" } }).catch(() => undefined);
  const page = response?.ok && !response.redirected &&
    new DOMParser().parseFromString(await response.text(), "text/html");
  const form = page && page.querySelector("form.question");
  if (!form) return location.assign(link.href);
  const dialog = document.createElement("dialog");
  const title = document.createElement("h2");
  title.id = "question-title";
  title.textContent = page.querySelector("h1").textContent;
  dialog.className = "question-dialog";
  dialog.setAttribute("aria-labelledby", title.id);
  form.classList.remove("panel");
  form.prepend(title);
  dialog.append(form);
  dialog.addEventListener("click", (event) => {
    if (!event.target.closest("[data-cancel]")) return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    // A live list may have been replaced in the meantime.
    document.querySelector(`a[data-ask][href="${CSS.escape(link.getAttribute("href"))}"]`)?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}
