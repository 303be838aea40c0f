// The official phoenix client with its other transport, each version against each of the server's.
import assert from "node:assert/strict";
import { before } from "node:test";
import { askThrough } from "../browser.js";
import { commonChecks } from "../checks.js";
import { clients, connecting, disconnectAll, join, next, outcome, pollers } from "../client.js";
import { startServer } from "../../server.js";
import { onEachTransport } from "../../suite.js";

for (const [version, Socket] of Object.entries(clients)) {
  const way = version.startsWith("1.8") ? "fetch" : "XMLHttpRequest";
  onEachTransport(`phoenix ${version} polls`, startServer, disconnectAll, (check, running) => {
    before(() => askThrough(way));
    const connect = connecting(Socket);
    const poll = (url, options) => connect(url, { transport: pollers[version], ...options });
    checks(check, running, version, poll, connect);
  });
}

function checks(check, running, version, poll, connect) {
  const batches = !version.startsWith("1.6");
  commonChecks(check, running, poll, connect);

  check("long polling: a broadcast reaches those who poll and those who do not", async () => {
    const one = await join(await poll(running.server.url), "bench:both");
    const two = await join(await connect(running.server.url), "bench:both");
    for (const from of [one, two]) {
      const heard = [next(one.channel, "msg"), next(two.channel, "msg")];
      assert.equal((await outcome(from.channel.push("pub", { n: 7 }))).status, "ok");
      assert.deepEqual(await Promise.all(heard), [{ n: 7 }, { n: 7 }]);
    }
  });

  if (batches) {
    check("long polling: one client's pushes arrive complete and in order", async () => {
      const one = await join(await poll(running.server.url), "bench:batches");
      const two = await join(await connect(running.server.url), "bench:batches");
      const count = 250; // three requests
      const seen = [];
      const all = new Promise((resolve) => {
        two.channel.on("msg", ({ n }) => seen.push(n) === count && resolve());
      });
      for (let n = 0; n < count; n++) one.channel.push("shout", { n }, 100);
      await all;
      assert.deepEqual(seen, Array.from({ length: count }, (_, n) => n));
    });

    check("long polling: a binary payload goes up, byte for byte", async () => {
      const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);
      const one = await join(await poll(running.server.url), "bench:binary");
      const two = await join(await connect(running.server.url), "bench:binary");
      const heard = next(two.channel, "msg");
      assert.equal((await outcome(one.channel.push("pub", bytes.buffer))).status, "ok");
      assert.deepEqual(new Uint8Array(await heard), bytes);
    });
  }

  check("long polling: clients rejoin by themselves after a polite stop", async () => {
    await disconnectAll();
    const socket = await poll(running.server.url);
    const { channel } = await join(socket, "bench:restart");
    assert.equal(await running.server.stop(), 0);
    await running.restart();
    assert.equal((await outcome(channel.push("echo", {}))).status, "ok");
  });
}
