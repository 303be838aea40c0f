// The demo's entrance and its chat in Chromium: the figures live, two tabs chat, a cut connection loses nothing.
// Screenshots go to target/.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { figure, looks, named, openTab, picture, startPages } from "../pages.js";

let pages;

before(async () => (pages = await startPages()));
after(() => pages?.stop());

for (const { name, ...look } of looks) {
  test(`two tabs chat: ${name}`, { timeout: 180_000 }, async () => {
    const context = await pages.browser.newContext(look);
    const complaints = [];
    const ada = await openChat(context, "Ada Lovelace", name, complaints);
    const alan = await openChat(context, "Alan Turing", name, complaints);

    await ada.getByText("Alan Turing joined").waitFor();
    await ada.locator("#people li", { hasText: "Alan Turing" }).waitFor();
    await alan.locator("#text").pressSequentially("Is this one JVM");
    await ada.getByText("Alan Turing is typing").waitFor();
    await say(alan, "Is this one JVM?");
    await ada.locator(".bubble", { hasText: "Is this one JVM?" }).waitFor();
    await say(ada, "It is. <b>Look</b> at the memory.");
    const answer = alan.locator(".line:not(.mine) .bubble", { hasText: "memory" });
    assert.equal(await answer.textContent(), "It is. <b>Look</b> at the memory.");

    await picture(ada, `chat-${name}`);
    await alan.close();
    await ada.getByText("Alan Turing left").waitFor();
    await ada.locator("#people li", { hasText: "Alan Turing" }).waitFor({ state: "detached" });
    assert.deepEqual(complaints, []);
    await context.close();
  });

  test(`the entrance shows the server: ${name}`, { timeout: 180_000 }, async () => {
    const context = await pages.browser.newContext(look);
    const complaints = [];
    const page = await openTab(context, `${pages.url}/`, complaints);
    await openChat(context, "Ada Lovelace", "entrance");
    await figure(page, "#connections .figure", (n) => n >= 2);
    await figure(page, "#messages .figure", (n) => n > 0);
    await figure(page, "#memory .figure", (n) => n > 1);
    await figure(page, "#roundtrip .figure", (n) => n > 0);
    await figure(page, "#people", (n) => n >= 1);
    await figure(page, "#viewers", (n) => n >= 1);
    await picture(page, `entrance-${name}`);
    await page.locator("#to-chat").click();
    await page.locator("#log").waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("who comes late sees what was said", { timeout: 180_000 }, async () => {
  const context = await pages.browser.newContext();
  const ada = await openChat(context, "Ada Lovelace", "late");
  await say(ada, "Nobody is here yet.");
  await ada.locator(".bubble", { hasText: "Nobody is here yet." }).waitFor();
  const alan = await openChat(context, "Alan Turing", "late");
  await alan.locator(".bubble", { hasText: "Nobody is here yet." }).waitFor();
  await context.close();
});

test("a cut connection loses nothing", { timeout: 180_000 }, async () => {
  const context = await pages.browser.newContext({ viewport: { width: 1280, height: 860 } });
  const ada = await openChat(context, "Ada Lovelace", "cut");
  await say(ada, "Before.");
  await ada.locator(".bubble", { hasText: "Before." }).waitFor();
  for (let time = 1; time <= 2; time++) {
    await ada.locator("#cut").click();
    await ada.locator("#status[data-state=reconnecting]").waitFor();
    await ada.locator("#status[data-state=connected]").waitFor();
    await ada.getByText("nothing lost, nothing twice").waitFor();
    assert.equal(await ada.locator("#gaps").textContent(), "0");
    await ada.waitForFunction((n) => document.querySelectorAll("[data-name=Parrot]").length === n, 5 * time);
  }
  const offsets = await ada.locator(".line").evaluateAll((lines) => lines.map((line) => Number(line.dataset.offset)));
  assert.deepEqual(offsets, [...new Set(offsets)].sort((a, b) => a - b));
  await picture(ada, "chat-cut");
  await context.close();
});

async function openChat(context, name, room, complaints) {
  const page = await openTab(context, `${pages.url}/chat#${room}`, complaints, named(name));
  await page.getByText(`You are in, as ${name}`).waitFor();
  return page;
}

async function say(page, text) {
  await page.locator("#text").fill(text);
  await page.locator("#text").press("Enter");
}
