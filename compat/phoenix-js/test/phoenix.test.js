// The official phoenix client, each version against each transport, over a real socket.
import assert from "node:assert/strict";
import { startServer } from "../../server.js";
import { onEachTransport } from "../../suite.js";
import { commonChecks } from "../checks.js";
import { clients, connecting, disconnectAll, join, next, outcome, versionOne } from "../client.js";

for (const [version, Socket] of Object.entries(clients)) {
  onEachTransport(`phoenix ${version}`, startServer, disconnectAll, (check, running) =>
    checks(check, running, connecting(Socket)),
  );
}

function checks(check, running, connect) {
  commonChecks(check, running, connect, connect);

  check("heartbeats are answered and keep the socket open", async () => {
    const socket = await connect(running.server.url, { heartbeatIntervalMs: 40 });
    let answers = 0;
    await new Promise((resolve) => {
      socket.onMessage(({ topic, event }) => {
        if (topic === "phoenix" && event === "phx_reply" && ++answers === 5) resolve();
      });
    });
    assert.equal(socket.isConnected(), true);
  });

  check("a binary payload is echoed, and broadcast, byte for byte", async () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);
    const one = await join(await connect(running.server.url), "bench:binary");
    const two = await join(await connect(running.server.url), "bench:binary");
    const reply = await outcome(one.channel.push("echo", bytes.buffer));
    assert.equal(reply.status, "ok");
    assert.deepEqual(new Uint8Array(reply.response), bytes);
    const heard = next(two.channel, "msg");
    one.channel.push("pub", bytes.buffer);
    assert.deepEqual(new Uint8Array(await heard), bytes);
  });

  check("a client of protocol version 1.0.0 talks to one of version 2.0.0", async () => {
    const old = await join(await connect(running.server.url, versionOne), "bench:versions");
    const now = await join(await connect(running.server.url), "bench:versions");
    assert.deepEqual(await outcome(old.channel.push("echo", { a: 1 })), { status: "ok", response: { a: 1 } });
    for (const from of [old, now]) {
      const heard = [next(old.channel, "msg"), next(now.channel, "msg")];
      from.channel.push("pub", { hello: true });
      assert.deepEqual(await Promise.all(heard), [{ hello: true }, { hello: true }]);
    }
  });

  check("100 clients at once hear every broadcast", async () => {
    const clients = await Promise.all(
      Array.from({ length: 100 }, async () => join(await connect(running.server.url), "bench:hundred")),
    );
    for (const { answer } of clients) assert.equal(answer.status, "ok");
    const heard = clients.map(({ channel }) => next(channel, "msg"));
    clients[0].channel.push("pub", { to: "all" });
    for (const payload of await Promise.all(heard)) assert.deepEqual(payload, { to: "all" });
  });

  check("a polite stop closes with 1012, so that clients come back, and exits 0", async () => {
    await disconnectAll();
    // Version 1.6 cannot be stopped in the midst of connecting again, so this one waits before it.
    const socket = await connect(running.server.url, { reconnectAfterMs: () => 60_000 });
    const closed = new Promise((resolve) => socket.onClose(resolve));
    const stopped = running.server.stop();
    assert.equal((await closed).code, 1012);
    assert.equal(await stopped, 0);
  });
}
