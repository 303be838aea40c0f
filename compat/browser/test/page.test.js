// The demo page in Chromium: two tabs chat, the figures live. Screenshots go to target/.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { freePort, startServer } from "../../server.js";

const target = fileURLToPath(new URL("../target/", import.meta.url));
const flags = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const sizes = {
  desktop: { width: 1280, height: 860 },
  phone: { width: 390, height: 844 },
};

let server;
let browser;

before(async () => {
  mkdirSync(target, { recursive: true });
  server = await startServer({ port: await freePort() });
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    timeout: 120_000, // the first start on a cold disk
    args: ["--no-sandbox", ...flags],
  });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

for (const [device, viewport] of Object.entries(sizes)) {
  for (const colorScheme of ["light", "dark"]) {
    test(`two tabs chat: ${device}, ${colorScheme}`, { timeout: 180_000 }, async () => {
      const context = await browser.newContext({ viewport, colorScheme });
      const complaints = [];
      const room = `#${device}-${colorScheme}`;
      const ada = await openTab(context, "Ada Lovelace", room, complaints);
      const alan = await openTab(context, "Alan Turing", room, complaints);

      await ada.getByText("Alan Turing joined").waitFor();
      await say(alan, "Is this one JVM?");
      await ada.locator(".bubble", { hasText: "Is this one JVM?" }).waitFor();
      await say(ada, "It is. <b>Look</b> at the memory.");
      const answer = alan.locator(".line:not(.mine) .bubble", { hasText: "memory" });
      assert.equal(await answer.textContent(), "It is. <b>Look</b> at the memory.");

      await figure(ada, "connections", (n) => n >= 2);
      await figure(ada, "messages", (n) => n > 0);
      await figure(ada, "memory", (n) => n > 1);
      await figure(ada, "roundtrip", (n) => n > 0);
      assert.equal(await sidewaysScroll(ada), 0);

      await ada.screenshot({ path: `${target}${device}-${colorScheme}.png` });
      await alan.close();
      await ada.getByText("Alan Turing left").waitFor();
      assert.deepEqual(complaints, []);
      await context.close();
    });
  }
}

async function openTab(context, name, room, complaints) {
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(`${error}`));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.addInitScript((mine) => sessionStorage.setItem("name", mine), name);
  await page.goto(`${server.url}/${room}`);
  await page.locator("#status[data-state=connected]").waitFor();
  await page.getByText(`You are in, as ${name}`).waitFor();
  return page;
}

async function say(page, text) {
  await page.locator("#text").fill(text);
  await page.locator("#text").press("Enter");
}

async function figure(page, id, holds) {
  const element = page.locator(`#${id} .figure`);
  for (let tries = 0; tries < 300; tries++) {
    const text = await element.textContent();
    if (holds(Number.parseFloat(text.replaceAll(",", "")))) return;
    await page.waitForTimeout(100);
  }
  assert.fail(`#${id} shows ${await element.textContent()}`);
}

function sidewaysScroll(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
