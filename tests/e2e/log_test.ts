import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { join } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { startProgram } from "../support/program.ts";
import { clickTool, complaintsOf, connected, enter, message, openBrowser, say, shows, texts } from "./browser.ts";

/** The distance of the view from the end of the log, in pixels. */
const FROM_END = `(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(scroller)`;

Deno.test("500 messages at 50 a second: the view stays at the end, the log is trimmed, and nothing is lost", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  await using robot = await join(program, "robot");
  await alice.evaluate(`{
    window.rows = 0;
    new MutationObserver(() => rows = Math.max(rows, document.querySelectorAll("#messages > li").length))
      .observe(document.getElementById("messages"), { childList: true });
  }`);
  for (let n = 1; n <= 500; n++) {
    robot.send({ type: "send", content: `flood ${n} `.repeat(1 + n % 30), nonce: `flood-${n}` });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await eventually(async () => (await texts(alice)).at(-1)?.startsWith("flood 500 "), 20_000);
  await eventually(async () => Math.abs(await alice.evaluate<number>(FROM_END)) < 2);
  const shown = (await texts(alice)).map((text) => Number(/^flood (\d+)/.exec(text)![1]));
  assert.ok(shown.length <= 400, `${shown.length} messages are kept`);
  assert.deepEqual(shown, Array.from({ length: shown.length }, (_, n) => 500 - shown.length + n + 1));
  const rows = await alice.evaluate<number>("rows");
  assert.ok(rows < 500, `${rows} rows at one time`);
  assert.equal(await alice.getByRole("button", { name: "New messages" }).isVisible(), false);
  assert.deepEqual(complaintsOf(alice), []);
});

Deno.test("A reader who scrolls back during a flood is not moved, and finds the way to the end", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  await using robot = await join(program, "robot");
  for (let n = 1; n <= 60; n++) await robot.say(`before ${n}`);
  const alice = await enter(browser, program, "alice");
  let sent = 0;
  const flood = setInterval(() => robot.send({ type: "send", content: `flood ${++sent}`, nonce: `flood-${sent}` }), 20);
  try {
    await eventually(() => sent > 50);
    await alice.locator("#scroller").hover();
    // Small steps, as of a touch pad: each is less than the distance that counts as near the end.
    for (let step = 0; step < 20; step++) await alice.mouse.wheel(0, -30);
    await alice.getByRole("button", { name: "New messages" }).waitFor();
    await eventually(async () => await alice.evaluate<number>(FROM_END) > 300);
    const place = async () =>
      await alice.evaluate<number>(`scroller.querySelector("[data-seq='55']").getBoundingClientRect().top`);
    const before = await place();
    const then = sent;
    await eventually(() => sent > then + 60);
    assert.ok(Math.abs(await place() - before) < 2, "the reading position does not move");
    await alice.getByRole("button", { name: "New messages" }).click();
    await eventually(async () => Math.abs(await alice.evaluate<number>(FROM_END)) < 2);
    const later = sent;
    await eventually(() => sent > later + 50);
  } finally {
    clearInterval(flood);
  }
  await eventually(async () => (await texts(alice)).at(-1) === `flood ${sent}`, 20_000);
  await eventually(async () => Math.abs(await alice.evaluate<number>(FROM_END)) < 2);
});

Deno.test("A reader who stays back during thousands of messages has a bounded page, and can go to the newest", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  await using robot = await join(program, "robot");
  for (let n = 1; n <= 60; n++) await robot.say(`before ${n}`);
  const alice = await enter(browser, program, "alice");
  await alice.locator("#scroller").hover();
  await alice.mouse.wheel(0, -2000);
  await eventually(async () => await alice.evaluate<number>(FROM_END) > 300);
  for (let n = 1; n <= 1700; n++) {
    robot.send({ type: "send", content: `flood ${n}`, nonce: `flood-${n}` });
    if (n % 100 === 0) await eventually(() => robot.all("ack").length >= 60 + n, 30_000);
  }
  await eventually(async () => Number(await alice.evaluate("messages.childElementCount")) >= 1500, 30_000);
  assert.ok(Number(await alice.evaluate("messages.childElementCount")) <= 1510);
  await alice.getByRole("button", { name: "New messages" }).click();
  await eventually(async () => (await texts(alice).catch(() => [])).at(-1) === "flood 1700", 20_000);
  await connected(alice);
  assert.ok(Math.abs(await alice.evaluate<number>(FROM_END)) < 2);
});

Deno.test("A click on a message's end hits that message, whatever the pointer has passed before", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  await using bob = await join(program, "bob");
  for (const text of ["the first", "the second", "the third"]) await bob.say(text);
  for (const width of [1280, 800]) {
    const alice = await enter(browser, program, `alice${width}`, { viewport: { width, height: 800 } });
    for (let n = 1; n <= 3; n++) await say(alice, `mine ${width} ${n} `.repeat(n * 8));
    await message(alice, `mine ${width} 3`).waitFor();
    const rows = alice.locator("#messages > [data-seq]");
    for (let n = await rows.count() - 1; n > 0; n--) {
      await rows.nth(n).hover();
      const hit = await rows.nth(n).evaluate((row) => {
        const above = row.previousElementSibling!;
        const { left, right, top, bottom } = above.getBoundingClientRect();
        const wrong: string[] = [];
        for (let x = left + 2; x < right; x += 4) {
          for (let y = top + 2; y < bottom; y += 4) {
            const there = row.ownerDocument.elementFromPoint(x, y)?.closest("li");
            if (there && there !== above) wrong.push(`${x},${y}: ${there.outerHTML.slice(0, 80)}`);
          }
        }
        return wrong;
      });
      assert.deepEqual(hit, [], `above row ${n}, ${width} px`);
      const tools = await rows.nth(n).locator(".tools").boundingBox();
      const list = await alice.locator("#scroller").boundingBox();
      assert.ok(tools!.x >= list!.x && tools!.x + tools!.width <= list!.x + list!.width, "the tools are in view");
    }
    assert.equal(
      await alice.locator(".tools").evaluateAll((all) =>
        all.filter((one) => one.ownerDocument.defaultView!.getComputedStyle(one).visibility === "visible").length
      ),
      1,
      "only the message under the pointer has tools",
    );
  }
});

Deno.test("On a touch screen a tap shows a message's tools, and the next tap cannot hit a neighbour's", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  await using bob = await join(program, "bob");
  for (let n = 1; n <= 5; n++) await bob.say(`message ${n}`);
  const alice = await enter(browser, program, "alice", {
    viewport: { width: 390, height: 800 },
    hasTouch: true,
    isMobile: true,
  });
  assert.equal(await alice.getByRole("button", { name: /^Report/ }).count(), 0);
  await message(alice, "message 3").tap();
  await alice.getByRole("button", { name: /^Report message by bob/ }).tap();
  await alice.getByRole("dialog").getByText("message 3", { exact: true }).waitFor();
  await alice.getByRole("button", { name: "Cancel" }).tap();
  await message(alice, "message 4").tap();
  assert.equal(await alice.getByRole("button", { name: /^Report/ }).count(), 1);
});

Deno.test("A question quotes its message, reports its edit or deletion, and applies to no other", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  await using bob = await join(program, "bob");
  const first = await bob.say("the first text");
  const second = await bob.say("the second text");
  await clickTool(alice, "the first text", "Delete");
  const dialog = alice.getByRole("dialog", { name: "Delete this message?" });
  await dialog.getByText("bob", { exact: true }).waitFor();
  await dialog.getByText("the first text").waitFor();
  bob.send({ type: "edit", id: first, content: "another text" });
  await dialog.getByText("another text").waitFor();
  await dialog.getByText("It has been edited in the meantime").waitFor();
  bob.send({ type: "delete", id: first });
  await dialog.getByText("It has been deleted in the meantime").waitFor();
  assert.equal(await dialog.getByRole("button", { name: "Delete message" }).isDisabled(), true);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await shows(alice, ["the second text"]);

  await clickTool(alice, "the second text", "Report");
  const report = alice.getByRole("dialog", { name: "Report this message?" });
  await report.getByText("the second text").waitFor();
  bob.send({ type: "delete", id: second });
  await report.getByText("It has been deleted in the meantime").waitFor();
  assert.equal(await report.getByRole("button", { name: "Report message" }).isDisabled(), true);
});

Deno.test("'Today' becomes 'Yesterday' at midnight, and a day without messages has no line", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  await using bob = await join(program, "bob");
  const only = await bob.say("the only one");
  const days = alice.locator("#messages > .day");
  await message(alice, "the only one").waitFor();
  assert.deepEqual(await days.allTextContents(), ["Today"]);

  const created = await alice.locator("#messages time").getAttribute("datetime");
  const evening = new Date(created!);
  evening.setHours(23, 59, 30);
  await alice.clock.install({ time: evening });
  await alice.reload();
  await connected(alice);
  assert.deepEqual(await days.allTextContents(), ["Today"]);
  await alice.clock.fastForward(31_000);
  await eventually(async () => (await days.allTextContents()).join() === "Yesterday");

  bob.send({ type: "delete", id: only });
  await message(alice, "the only one").waitFor({ state: "detached" });
  assert.equal(await days.count(), 0);
});

Deno.test("3,000 lines are folded; a button unfolds and folds them", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  await using bob = await join(program, "bob");
  await bob.say(Array.from({ length: 2000 }, (_, n) => `${n}`).join("\n"));
  await bob.say("word ".repeat(1900));
  await bob.say("Twenty-four lines are not many\n".repeat(24).trim());
  const alice = await enter(browser, program, "alice");
  await bob.say("x\n".repeat(4000) + "x");
  await alice.locator("#messages .more").nth(2).waitFor();
  const heights = async () =>
    await alice.locator("#messages > [data-seq]").evaluateAll((rows) =>
      rows.map((row) => row.getBoundingClientRect().height)
    );
  for (const height of await heights()) assert.ok(height < 700, `${height} px`);
  assert.equal(await alice.locator("#messages .more").count(), 3);

  const rows = alice.locator("#messages > [data-seq]");
  await rows.nth(1).focus();
  const more = rows.nth(1).getByRole("button", { name: "Show more" });
  assert.equal(await more.getAttribute("aria-expanded"), "false");
  await more.focus();
  await alice.keyboard.press("Enter");
  await rows.nth(1).getByRole("button", { name: "Show less" }).waitFor();
  assert.ok((await heights())[1]! > 1000);
  await alice.keyboard.press("Enter");
  assert.ok((await heights())[1]! < 700);
});

Deno.test("A thousand combining marks overlap no neighbour, and U+202E reverses neither a link nor adjacent text", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice", { viewport: { width: 1280, height: 800 } });
  await using bob = await join(program, "bob");
  await bob.say("above");
  await bob.say("plain");
  await bob.say("below");
  const clip = async (text: string) => {
    const box = await message(alice, text).boundingBox();
    // Without the round corners, where the page shows through.
    return { x: box!.x + 16, y: box!.y + 1, width: box!.width - 32, height: box!.height - 2 };
  };
  await message(alice, "below").waitFor();
  const id = await message(alice, "plain").getAttribute("id");
  const pixels = async () => {
    const pictures: string[] = [];
    for (const text of ["above", "below"]) {
      // The log may still be scrolling to its end.
      pictures.push(
        await eventually(async () => {
          const before = await clip(text);
          const picture = await alice.screenshot({ clip: before, animations: "disabled", caret: "hide" });
          const after = await clip(text);
          return JSON.stringify(before) === JSON.stringify(after) ? picture.toString("base64") : undefined;
        }),
      );
    }
    return pictures;
  };
  const blank = await alice.context().newPage();
  bob.send({
    type: "edit",
    id: Number(id!.slice("message-".length)),
    content: `Z${"\u0337\u0310\u0332\u0489".repeat(250)}`,
  });
  await message(alice, "Z").waitFor();
  const withMarks = await pixels();
  await message(alice, "Z").locator("p").evaluate((element) => element.style.visibility = "hidden");
  const withoutMarks = await pixels();
  for (const [n, picture] of withMarks.entries()) {
    assert.equal(await pixelsThatDiffer(blank, picture, withoutMarks[n]!), 0, "none of their ink is on a neighbour");
  }
  assert.notEqual(
    await pixelsThatDiffer(blank, withMarks[0]!, withMarks[1]!),
    0,
    "the comparison detects other letters",
  );

  await bob.say("see \u202Ehttps://example.com/a\u202Egpj.exe now");
  const link = message(alice, "see").getByRole("link");
  assert.equal(await link.textContent(), "https://example.com/a", "and contains no bidi controls");
  const order = await link.evaluate((element) => {
    const at = (n: number) => {
      const range = element.ownerDocument.createRange();
      range.setStart(element.firstChild!, n);
      range.setEnd(element.firstChild!, n + 1);
      return range.getBoundingClientRect().left;
    };
    return Array.from({ length: element.textContent!.length - 1 }, (_, n) => at(n + 1) - at(n)).every((step) =>
      step > 0
    );
  });
  assert.equal(order, true, "the address reads from left to right");
});

Deno.test("Right-to-left text is aligned and read from the right, in its own bubble only", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  await using bob = await join(program, "bob");
  await bob.say("مرحبا بالعالم\nand a line from the left");
  const text = message(alice, "and a line").locator("p");
  assert.equal(
    await text.evaluate((element) => element.ownerDocument.defaultView!.getComputedStyle(element).direction),
    "rtl",
  );
  assert.equal(
    await text.evaluate((element) => element.ownerDocument.defaultView!.getComputedStyle(element).unicodeBidi),
    "plaintext",
  );
  assert.equal(
    await message(alice, "and a line").evaluate((row) =>
      row.ownerDocument.defaultView!.getComputedStyle(row).direction
    ),
    "ltr",
  );
});

Deno.test("Text copied from the log has author, time and text, and no label of a tool", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  await using bob = await join(program, "bob");
  await bob.say("one");
  await bob.say("two\nlines");
  await say(alice, "three");
  await shows(alice, ["one", "two\nlines", "three"]);
  await message(alice, "three").hover();
  await message(alice, "three").getByRole("button", { name: "Edit" }).waitFor();
  const copied = await alice.evaluate<string>(`(() => {
    getSelection().selectAllChildren(document.getElementById("messages"));
    const event = new ClipboardEvent("copy", { clipboardData: new DataTransfer(), bubbles: true, cancelable: true });
    document.querySelector("#messages p").dispatchEvent(event);
    return event.clipboardData.getData("text/plain");
  })()`);
  const time = await message(alice, "one").locator("time").textContent();
  assert.equal(copied, `bob, ${time}\none\n\nbob, ${time}\ntwo\nlines\n\nalice, ${time}\nthree`);
  const selected = await alice.evaluate<string>("getSelection().toString()");
  for (const word of ["Edit", "Delete", "Report"]) assert.doesNotMatch(selected, new RegExp(word));
});

Deno.test("The printed page has the whole loaded log, and no controls", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  await using bob = await join(program, "bob");
  for (let n = 1; n <= 49; n++) await bob.say(`message ${n}`);
  await bob.say("line\n".repeat(300) + "the end");
  const alice = await enter(browser, program, "alice");
  await message(alice, "the end").waitFor();
  const pdf = await alice.pdf({ format: "A4" });
  const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
  assert.ok(pages >= 8, `${pages} pages`);
  await alice.emulateMedia({ media: "print" });
  assert.equal(await alice.locator("button:visible, textarea:visible").count(), 0);
  const fits = "document.documentElement.scrollHeight >= messages.scrollHeight && messages.scrollHeight > 6000";
  assert.equal(await alice.evaluate(fits), true);
  assert.equal(await message(alice, "message 7").first().locator("b").isVisible(), true);
});

Deno.test("The background animation moves in single frames, and not at all for users who prefer reduced motion", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const place = "getComputedStyle(document.body, '::before').transform";
  for (const reducedMotion of ["no-preference", "reduce"] as const) {
    const page = await enter(browser, program, reducedMotion, { reducedMotion });
    const before = await page.evaluate<string>(place);
    if (reducedMotion === "no-preference") {
      await eventually(async () => await page.evaluate<string>(place) !== before, 10_000);
    } else {
      assert.equal(await page.evaluate("document.getAnimations().length"), 0);
    }
    // A running animation requests sixty frames a second; a pending one requests none.
    const active =
      "document.getAnimations().filter((one) => one.effect.getComputedTiming().progress !== null && one.playState === 'running').length";
    await eventually(async () => await page.evaluate(active) === 0);
  }
});

/**
 * How many pixels of two pictures (PNG, base64) differ by more than the browser's own rounding: the same page is not
 * always rasterised to the same bytes.
 */
async function pixelsThatDiffer(page: Page, one: string, other: string): Promise<number> {
  return await page.evaluate(
    `(async () => {
      const [one, other] = await Promise.all(${JSON.stringify([one, other])}.map(async (base64) => {
        const picture = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]));
        const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
        canvas.drawImage(picture, 0, 0);
        return canvas.getImageData(0, 0, picture.width, picture.height).data;
      }));
      if (one.length !== other.length) return Infinity;
      let count = 0;
      for (let at = 0; at < one.length; at += 4) {
        if ([0, 1, 2].some((channel) => Math.abs(one[at + channel] - other[at + channel]) > 32)) count += 1;
      }
      return count;
    })()`,
  );
}
