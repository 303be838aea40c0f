// The order book in Chromium: what it shows is what the server has, slow and fast; wrong orders are refused.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { figure, looks, openTab, picture, startPages } from "../pages.js";

let pages;

before(async () => (pages = await startPages()));
after(() => pages?.stop());

for (const { name, ...look } of looks) {
  test(`the browser shows what the server has: ${name}`, { timeout: 180_000 }, async () => {
    const context = await pages.browser.newContext(look);
    const complaints = [];
    const page = await openTab(context, `${pages.url}/orderbook`, complaints);
    await page.locator("#rate").fill("40"); // 1,000 a second
    await figure(page, "#sums-equal", (n) => n >= 3);
    await figure(page, "#trades-rate", (n) => n > 0);
    await page.getByText("✓").waitFor();
    await inOrder(page);
    await picture(page, `orderbook-${name}`);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("it is so at full speed too", { timeout: 180_000 }, async () => {
  const context = await pages.browser.newContext({ viewport: { width: 1280, height: 960 } });
  const page = await openTab(context, `${pages.url}/orderbook`);
  await page.locator("#rate").fill("100");
  await page.locator("#wanted", { hasText: "1,000,000" }).waitFor();
  await figure(page, "#made", (n) => n > 5_000);
  const equal = Number(await page.locator("#sums-equal").textContent());
  await figure(page, "#sums-equal", (n) => n >= equal + 5);
  await page.getByText("✓").waitFor();
  await inOrder(page);
  console.log(`${await page.locator("#made").textContent()} updates a second`);
  await picture(page, "orderbook-fast");
  await page.locator("#rate").fill("0");
  await figure(page, "#made", (n) => n === 0);
  await figure(page, "#sums-equal", (n) => n >= equal + 7);
  await context.close();
});

test("an order is met, one is taken back", { timeout: 180_000 }, async () => {
  const context = await pages.browser.newContext();
  const page = await openTab(context, `${pages.url}/orderbook`);
  await page.locator("#rate").fill("0");
  await figure(page, "#made", (n) => n === 0);
  await order(page, "Buy", "1", "7");
  await page.getByText("0 traded at once, 7 rest.").waitFor();
  await page.getByText("buy 7 at 1").waitFor();
  await order(page, "Sell", "1000000", "5");
  await page.getByText("sell 5 at 1,000,000").waitFor();
  await page.getByRole("button", { name: "cancel" }).first().click();
  await page.getByText("buy 7 at 1").waitFor({ state: "detached" });
  await order(page, "Buy", "1000000", "1");
  await page.getByText("1 traded at once, 0 rest.").waitFor();
  await context.close();
});

test("what is no order is refused, with a reason", { timeout: 180_000 }, async () => {
  const context = await pages.browser.newContext();
  const page = await openTab(context, `${pages.url}/orderbook`);
  const refused = await page.evaluate(async () => {
    const socket = new WebSocket(`ws://${location.host}/socket/websocket?vsn=2.0.0`);
    await new Promise((open) => socket.addEventListener("open", open));
    const answers = new Map();
    socket.addEventListener("message", ({ data }) => {
      const [, ref, , event, payload] = JSON.parse(data);
      if (event === "phx_reply") answers.get(ref)?.(payload);
    });
    let ref = 0;
    const push = (event, json) =>
      new Promise((answered) => {
        answers.set(`${++ref}`, answered);
        socket.send(`["1","${ref}","market","${event}",${json}]`);
      });
    await push("phx_join", "{}");
    const orders = [];
    for (const bad of ["0", "-5", "1.5", '"7"', "null", "1e300", "1000001", "9223372036854775807", "9223372036854775808", "[1]"]) {
      orders.push(["place", `{"side":"buy","price":100,"quantity":${bad}}`]);
      orders.push(["place", `{"side":"sell","price":${bad},"quantity":1}`]);
    }
    orders.push(["place", '{"side":"steal","price":1,"quantity":1}'], ["place", "{}"], ["place", "[]"], ["place", '"x"']);
    orders.push(["cancel", '{"id":1}'], ["cancel", '{"id":"1"}'], ["rate", '{"perSecond":1000001}'], ["rate", '{"perSecond":-1}']);
    orders.push(["state_put", '{"key":"b:1","value":1}'], ["nonsense", "{}"]);
    const wrong = [];
    for (const [event, json] of orders) {
      const { status, response } = await push(event, json);
      if (status !== "error" || !response.reason) wrong.push(`${event} ${json}: ${status} ${JSON.stringify(response)}`);
    }
    const fine = await push("place", '{"side":"buy","price":2,"quantity":3}');
    socket.close();
    return { wrong, fine: fine.status };
  });
  assert.deepEqual(refused, { wrong: [], fine: "ok" });
  await context.close();
});

async function order(page, side, price, quantity) {
  await page.locator("#price").fill(price);
  await page.locator("#quantity").fill(quantity);
  await page.getByRole("button", { name: side, exact: true }).click();
}

/** Each bid is below each ask. */
async function inOrder(page) {
  assert.equal(await page.locator("#spread").getAttribute("data-crossed"), "false");
  assert.equal(await page.locator("#sums-unequal").textContent(), "0");
}
