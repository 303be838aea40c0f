// The demo page in Chromium behind a proxy that refuses WebSockets, and then no longer does.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, named } from "../pages.js";
import { startProxy } from "../proxy.js";
import { freePort, startServer } from "../../server.js";

let server;
let proxy;
let browser;

before(async () => {
  server = await startServer({ port: await freePort() });
  proxy = await startProxy({ port: await freePort(), to: server.url });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  proxy?.stop();
  await server?.stop();
});

test("where WebSockets are refused the page falls back to long polling", { timeout: 180_000 }, async () => {
  proxy.refuses = true;
  const context = await browser.newContext();
  const ada = await openTab(context, proxy.url, "Ada Lovelace");
  assert.ok(proxy.webSockets > 0);
  assert.ok(proxy.polls > 0);
  const alan = await openTab(context, server.url, "Alan Turing");
  await ada.getByText("Alan Turing joined").waitFor();
  await say(alan, "Does a WebSocket reach you?");
  await ada.locator(".bubble", { hasText: "Does a WebSocket reach you?" }).waitFor();
  await say(ada, "It does, and I poll.");
  await alan.locator(".bubble", { hasText: "It does, and I poll." }).waitFor();

  const asked = proxy.webSockets;
  await ada.reload();
  await ada.locator("#status[data-state=connected]").waitFor();
  assert.equal(proxy.webSockets, asked, "the tab remembers that it polls");
  await context.close();
});

test("where WebSockets are served the page stays with them", { timeout: 180_000 }, async () => {
  proxy.refuses = false;
  // A machine that stalls may hold up a WebSocket for longer than the page waits, once.
  for (let tries = 0; tries < 3; tries++) {
    proxy.polls = 0;
    const context = await browser.newContext();
    const ada = await openTab(context, proxy.url, "Ada Lovelace");
    await say(ada, "No need to poll.");
    await ada.locator(".bubble", { hasText: "No need to poll." }).last().waitFor();
    await ada.waitForTimeout(3_000); // longer than the page waits before it would fall back
    await context.close();
    if (proxy.polls === 0) return;
  }
  assert.fail("it polls");
});

async function openTab(context, url, name) {
  const page = await context.newPage();
  await named(name)(page);
  await page.goto(`${url}/chat#fallback`);
  await page.locator("#status[data-state=connected]").waitFor();
  await page.getByText(`You are in, as ${name}`).waitFor();
  return page;
}

async function say(page, text) {
  await page.locator("#text").fill(text);
  await page.locator("#text").press("Enter");
}
