// A server with its demo, and Chromium to look at its pages.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { freePort, startServer } from "../server.js";

const target = fileURLToPath(new URL("target/", import.meta.url));
const flags = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const devices = {
  desktop: { width: 1280, height: 860 },
  phone: { width: 390, height: 844 },
};

/** Each device in each color scheme. */
export const looks = Object.entries(devices).flatMap(([device, viewport]) =>
  ["light", "dark"].map((colorScheme) => ({ name: `${device}-${colorScheme}`, viewport, colorScheme })),
);

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    timeout: 120_000, // the first start on a cold disk
    args: ["--no-sandbox", ...flags],
  });
}

/** Server and browser; `stop` ends both. */
export async function startPages() {
  mkdirSync(target, { recursive: true });
  const server = await startServer({ port: await freePort() });
  const browser = await launch().catch(async (error) => {
    await server.stop();
    throw error;
  });
  const stop = async () => {
    await browser.close();
    await server.stop();
  };
  return { url: server.url, browser, stop };
}

/** A tab that is connected. What its page complains of, and what it would load from elsewhere, is in `complaints`. */
export async function openTab(context, url, complaints = [], prepare = () => {}) {
  const page = await context.newPage();
  await prepare(page);
  page.on("pageerror", (error) => complaints.push(`${error}`));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol !== "data:" && host !== new URL(url).host) complaints.push(`loads ${request.url()}`);
  });
  await page.goto(url);
  await page.locator("#status[data-state=connected]").waitFor();
  return page;
}

/** Prepares a tab of the chat for somebody; the page makes up a name else, and two tabs may get the same. */
export const named = (name) => (tab) => tab.addInitScript((mine) => sessionStorage.setItem("name", mine), name);

/** Waits until a number on the page is as it should be. */
export async function figure(page, selector, holds) {
  const element = page.locator(selector);
  for (let tries = 0; tries < 300; tries++) {
    const text = await element.textContent();
    if (holds(Number.parseFloat(text.replaceAll(",", "")))) return;
    await page.waitForTimeout(100);
  }
  assert.fail(`${selector} shows ${await element.textContent()}`);
}

/** A picture of the page, which must not scroll sideways, in target/. */
export async function picture(page, name) {
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.equal(sideways, 0, `${name} scrolls sideways`);
  await page.screenshot({ path: `${target}${name}.png`, fullPage: name.includes("phone") });
}
