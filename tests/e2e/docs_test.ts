import assert from "node:assert/strict";
import { startProgram } from "../support/program.ts";
import { complaintsOf, enter, openBrowser, visit } from "./browser.ts";

Deno.test("alice reads the API documentation and tries it with her own session", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const page = await enter(browser, program, "alice");
  await page.goto(`${program.url}/docs`);
  await page.getByRole("navigation", { name: "Contents" }).getByRole("link", {
    name: "GET /users",
    exact: true,
  })
    .click();
  const users = page.getByRole("article", {
    name: "List users with presence",
  });
  await users.getByText("Try it").click();
  await users.getByRole("button", { name: "Send request" }).click();
  const answer = users.getByRole("status", { name: "Answer" });
  await answer.getByText("200 OK").waitFor();
  const [alice] = JSON.parse(await answer.locator("pre").textContent() ?? "");
  assert.deepEqual([alice.id, alice.username], [1, "alice"]);

  const send = page.getByRole("article", { name: "Send a message" });
  await send.getByText("Try it").press("Enter");
  await send.getByRole("textbox", { name: "JSON body" }).fill(
    '{"content":"Hello from the docs"}',
  );
  await send.getByRole("button", { name: "Send request" }).press("Enter");
  await send.getByRole("status").getByText('"id": 1').waitFor();

  const history = page.getByRole("article", {
    name: "List a room's messages",
  });
  await history.getByText("Try it").click();
  assert.equal(
    await history.getByRole("textbox", { name: "room" }).inputValue(),
    "general",
  );
  await history.getByRole("textbox", { name: "limit" }).fill("1");
  await history.getByRole("button", { name: "Send request" }).click();
  await history.getByRole("status").getByText("Hello from the docs").waitFor();
  assert.deepEqual(complaintsOf(page), []);
});

Deno.test("a command is copied from the API documentation", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const page = await visit(browser, program, {
    permissions: ["clipboard-read", "clipboard-write"],
  });
  await page.goto(`${program.url}/docs`);
  await page.getByRole("button", {
    name: "Copy: List users with presence with curl",
  }).click();
  await page.getByRole("button", { name: "Copy: List users with presence" }).getByText(
    "Copied",
  ).waitFor();
  assert.equal(
    await page.evaluate<string>("navigator.clipboard.readText()"),
    `curl ${program.url}/users \\\n  -H "Authorization: Bearer $TOKEN"`,
  );
});

Deno.test("without JavaScript the API documentation is complete, shows no dead controls and is never too wide", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const plain = await visit(browser, program, { javaScriptEnabled: false });
  await plain.goto(`${program.url}/docs`);
  assert.equal(
    await plain.getByRole("heading", { name: "Create an account" }).isVisible(),
    true,
  );
  assert.equal(await plain.getByText("Try it").first().isVisible(), false);
  assert.equal(await plain.getByRole("button").count(), 0);

  for (const width of [320, 390, 768, 1280]) {
    const page = await visit(browser, program, {
      viewport: { width, height: 800 },
    });
    await page.goto(`${program.url}/docs`);
    const beyond = await page.evaluate(
      "document.documentElement.scrollWidth - document.documentElement.clientWidth",
    );
    assert.equal(beyond, 0, `at ${width} pixels`);
    assert.deepEqual(complaintsOf(page), []);
    await page.context().close();
  }
});
