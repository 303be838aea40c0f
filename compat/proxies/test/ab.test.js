// ApacheBench, which speaks HTTP/1.0.
import assert from "node:assert/strict";
import { startServer } from "../../server.js";
import { onEachTransport } from "../../suite.js";
import { run } from "../run.js";

onEachTransport("ab", startServer, () => {}, (check, running) => {
  // The length of the answer may vary (-l).
  const ab = async (count, ...options) => {
    const args = ["-q", "-l", "-c", "10", "-n", `${count}`, ...options, `${running.server.url}/health`];
    const { code, out, err } = await run("ab", args);
    assert.equal(code, 0, err);
    const figure = (name) => Number(out.match(new RegExp(`^${name}: +(\\d+)`, "m"))?.[1] ?? 0);
    assert.equal(figure("Complete requests"), count, out);
    assert.equal(figure("Failed requests"), 0, out);
    assert.equal(figure("Non-2xx responses"), 0, out);
    return figure("Keep-Alive requests");
  };

  check("ab -k is told that its connection is kept, and asks 2000 times on ten", async () => {
    assert.equal(await ab(2_000, "-k"), 2_000);
  });

  check("ab without -k finds each connection closed behind the answer", async () => {
    assert.equal(await ab(500), 0);
  });

  check("ab -i -k, which asks with HEAD, finds no body behind the answer", async () => {
    assert.equal(await ab(500, "-i", "-k"), 500);
  });
});
