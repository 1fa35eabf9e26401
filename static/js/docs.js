/** Interactive parts of the API page. */

/** The page's user: the server refuses requests when another user is logged in by now. */
const { viewer } = document.getElementById("content").dataset;

for (const element of document.querySelectorAll(".needs-script")) element.hidden = false;

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  await copy(button.previousElementSibling);
  button.textContent = "Copied";
  setTimeout(() => button.textContent = "Copy", 2000);
});

/** Scripts have a clipboard in secure contexts only. Elsewhere the text is selected. */
async function copy(block) {
  try {
    await navigator.clipboard.writeText(block.textContent);
  } catch {
    getSelection().selectAllChildren(block);
    document.execCommand("copy");
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest(".try form");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  const status = form.querySelector("[role=status]");
  button.disabled = true;
  status.replaceChildren(...await answerTo(form));
  button.disabled = false;
});

/** Sends the form's request as the logged-in user. Resolves to the elements to show. */
async function answerTo(form) {
  const body = form.querySelector("textarea")?.value;
  const start = performance.now();
  try {
    const response = await fetch(addressOf(form), {
      method: form.dataset.method,
      // A login ends the session that it is sent with: keep the reader's own.
      credentials: form.dataset.path === "/login" ? "omit" : "same-origin",
      headers: {
        Accept: "application/json",
        ...(viewer === undefined ? {} : { "X-Viewer": viewer }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      body,
    });
    const text = await response.text();
    const ms = Math.round(performance.now() - start);
    return [line(response.ok, `${response.status} ${response.statusText}`.trim(), `in ${ms} ms`), block(pretty(text))];
  } catch {
    return [line(false, "No response", "from the server")];
  }
}

function addressOf(form) {
  const url = new URL(form.dataset.path, location.origin);
  let path = form.dataset.path;
  for (const { name, value, dataset } of form.querySelectorAll("[data-in]")) {
    if (dataset.in === "path") path = path.replace(`{${name}}`, encodeURIComponent(value));
    else if (value !== "") url.searchParams.set(name, value);
  }
  return path + url.search;
}

function line(isGood, said, more) {
  const paragraph = document.createElement("p");
  const code = document.createElement("span");
  code.className = `code ${isGood ? "good" : "bad"}`;
  code.textContent = said;
  paragraph.append(code, ` ${more}`);
  return paragraph;
}

function block(text) {
  const pre = document.createElement("pre");
  pre.tabIndex = 0;
  pre.textContent = text;
  return pre;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
