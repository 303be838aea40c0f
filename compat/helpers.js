// The helpers that the server serves to pages, as a page has them.
import { readFile } from "node:fs/promises";

const served = new URL("../server/src/main/resources/dev/myriad/server/page/", import.meta.url);

async function load(name) {
  const text = await readFile(new URL(name, served), "utf8");
  return import(`data:text/javascript,${encodeURIComponent(text)}`);
}

export const { resume } = await load("resume.js");
export const { keyed } = await load("keyed.js");

/** Waits until something holds. */
export async function until(holds, what = `${holds}`) {
  const end = Date.now() + 20_000;
  for (;;) {
    const held = await holds();
    if (held) return held;
    if (Date.now() > end) throw new Error(`not so after 20 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Numbers from 0 to 1 that a seed decides: mulberry32. It is printed. */
export function randomly(what, seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))) {
  console.log(`${what}: SEED=${seed}`);
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
