/** The page that describes the API: what it can do beyond being read. */

/** Whose page this is: the server refuses what it sends when somebody else is logged in by now. */
const { viewer } = document.getElementById("content").dataset;

for (const element of document.querySelectorAll(".needs-script")) element.hidden = false;

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  await copy(button.previousElementSibling);
  button.textContent = "Copied";
  setTimeout(() => button.textContent = "Copy", 2000);
});

/** Browsers have a clipboard for scripts only where the connection is secure: elsewhere the text is selected. */
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

/** Sends what the form says as the person who is logged in here; resolves to what there is to show. */
async function answerTo(form) {
  const body = form.querySelector("textarea")?.value;
  const start = performance.now();
  try {
    const response = await fetch(addressOf(form), {
      method: form.dataset.method,
      // A login ends the session that it comes with: the reader's own goes on.
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
    return [line(false, "No answer", "from the server")];
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
