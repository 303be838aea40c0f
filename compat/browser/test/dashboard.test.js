// The dashboard in Chromium: the state is whole at once, the charts have a past, a crowd comes and goes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { figure, looks, openTab, picture, startPages } from "../pages.js";

let pages;

before(async () => (pages = await startPages()));
after(() => pages?.stop());

for (const { name, ...look } of looks) {
  test(`who comes late sees all at once: ${name}`, { timeout: 180_000 }, async () => {
    const context = await pages.browser.newContext(look);
    const complaints = [];
    const page = await openTab(context, `${pages.url}/dashboard`, complaints);
    await page.locator("#value-connections").waitFor();
    assert.ok((await page.locator("#values dd").count()) >= 20);
    await figure(page, "#count", (n) => n >= 1);
    await figure(page, "#version", (n) => n > 20);
    const before = await page.locator("#value-uptime_millis").textContent();
    await page.waitForFunction((text) => document.getElementById("value-uptime_millis").textContent !== text, before);
    await picture(page, `dashboard-${name}`);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("a crowd of viewers comes and goes", { timeout: 180_000 }, async () => {
  const context = await pages.browser.newContext({ viewport: { width: 1280, height: 860 } });
  const page = await openTab(context, `${pages.url}/dashboard`);
  await page.getByText("Add 500 viewers").click();
  await figure(page, "#count", (n) => n >= 501);
  await figure(page, "#value-out_per_second", (n) => n >= 500);
  await page.waitForTimeout(2_000); // for the picture
  await picture(page, "dashboard-crowd");
  await page.getByText("Send them away").click();
  await figure(page, "#count", (n) => n <= 5);
  await context.close();
});

test("only the own machine and its page may call a crowd", { timeout: 60_000 }, async () => {
  const post = (query, headers = {}) => fetch(`${pages.url}/viewers${query}`, { method: "POST", headers });
  assert.equal((await fetch(`${pages.url}/viewers?count=1`)).status, 405);
  assert.equal((await post("?count=1", { origin: "http://elsewhere.example" })).status, 403);
  for (const query of ["", "?count=-1", "?count=2001", "?count=x", "?count=99999999999"]) {
    assert.equal((await post(query)).status, 400, query);
  }
  assert.equal((await post("?count=0")).status, 200);
});
