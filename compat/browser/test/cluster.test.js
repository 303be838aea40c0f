// The chat on two nodes of a cluster in Chromium: people of both hear each other; one node is killed, and its tab moves.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, looks, named, openTab, picture } from "../pages.js";
import { freePort, startCluster } from "../../server.js";

let cluster;
let browser;

before(async () => {
  cluster = await startCluster({ port: await freePort() });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await cluster?.stop();
});

const node = (number) => `http://127.0.0.1:${cluster.port + number}/chat#cluster`;

async function say(page, text) {
  await page.locator("#text").fill(text);
  await page.locator("#text").press("Enter");
}

for (const { name, ...look } of looks.filter(({ name }) => ["desktop-light", "phone-dark"].includes(name))) {
  test(`a room on two nodes, of which one is killed: ${name}`, { timeout: 180_000 }, async () => {
    const context = await browser.newContext(look);
    const ada = await openTab(context, node(0), [], named("Ada Lovelace"));
    const alan = await openTab(await browser.newContext(look), node(2), [], named("Alan Turing"));
    await ada.locator("#node", { hasText: "a" }).waitFor();
    await alan.locator("#node", { hasText: "c" }).waitFor();
    await ada.locator("#people li").nth(1).waitFor();
    await alan.locator("#people li").nth(1).waitFor();
    await say(ada, `From a, ${name}.`);
    await alan.locator(".bubble", { hasText: `From a, ${name}.` }).waitFor();
    await say(alan, `From c, ${name}.`);
    await ada.locator(".bubble", { hasText: `From c, ${name}.` }).waitFor();
    await picture(ada, `cluster-${name}`);

    await ada.locator("#kill").click();
    await ada.locator("#node", { hasText: /^[bc]$/ }).waitFor({ timeout: 30_000 });
    await ada.getByText("You are back").waitFor();
    await say(alan, `Still there, ${name}?`);
    await ada.locator(".bubble", { hasText: `Still there, ${name}?` }).waitFor();
    assert.equal(await alan.locator("#people li").count(), 2);
    await ada.context().close();
    await alan.context().close();
    await fetchAgain(node(0)); // it is begun again
  });
}

async function fetchAgain(url) {
  for (let i = 0; i < 100; i++) {
    try {
      return await fetch(url);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  return assert.fail(`${url} does not come back`);
}
