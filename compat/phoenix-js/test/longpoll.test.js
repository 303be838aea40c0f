// The official phoenix client with its other transport, each version against each of the server's.
import assert from "node:assert/strict";
import { before } from "node:test";
import { askThrough } from "../browser.js";
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

  check("long polling: a push is answered ok, with its own payload", async () => {
    const { channel, answer } = await join(await poll(running.server.url), "bench:echo");
    assert.deepEqual(answer, { status: "ok", response: {} });
    const payload = { text: "grüße \u{1f44b}\n", list: [1, null, { deep: true }], quote: '"\\' };
    assert.deepEqual(await outcome(channel.push("echo", payload)), { status: "ok", response: payload });
  });

  check("long polling: a push is answered error, with the reason", async () => {
    const { channel } = await join(await poll(running.server.url), "room:errors", { name: "Ada" });
    const { status, response } = await outcome(channel.push("message", { text: "" }));
    assert.equal(status, "error");
    assert.equal(typeof response.reason, "string");
  });

  check("long polling: a push that the server does not answer times out", async () => {
    const { channel } = await join(await poll(running.server.url), "bench:timeout");
    assert.equal((await outcome(channel.push("shout", {}, 150))).status, "timeout");
  });

  check("long polling: a join is refused by the channel, and by the lack of one", async () => {
    const socket = await poll(running.server.url);
    assert.equal((await join(socket, "room:refused", {})).answer.status, "error");
    assert.deepEqual((await join(socket, "nothing:here")).answer, {
      status: "error",
      response: { reason: "unmatched topic" },
    });
  });

  check("long polling: a join that crashes is answered error", async () => {
    const { answer } = await join(await poll(running.server.url), "room:crash", { name: [] });
    assert.deepEqual(answer, { status: "error", response: { reason: "join crashed" } });
  });

  check("long polling: a channel that crashes errs, and its client joins again by itself", async () => {
    const { channel } = await join(await poll(running.server.url), "room:crash", { name: "Ada" });
    const erred = new Promise((resolve) => channel.onError(resolve));
    channel.push("message", { text: [] }, 100);
    await erred;
    assert.equal((await outcome(channel.push("message", { text: "back" }))).status, "ok");
  });

  check("long polling: a second join of a topic on one socket closes the first", async () => {
    const socket = await poll(running.server.url);
    const first = await join(socket, "bench:twice");
    const closed = new Promise((resolve) => first.channel.onClose(resolve));
    const second = await join(socket, "bench:twice");
    await closed;
    assert.equal(second.answer.status, "ok");
  });

  check("long polling: a socket joins 100 topics and no more", async () => {
    const socket = await poll(running.server.url);
    const joins = Array.from({ length: 100 }, (_, n) => join(socket, `bench:many:${n}`));
    for (const { answer } of await Promise.all(joins)) assert.equal(answer.status, "ok");
    assert.deepEqual((await join(socket, "bench:many:100")).answer, {
      status: "error",
      response: { reason: "too many channels joined" },
    });
  });

  check("long polling: a broadcast reaches those who poll and those who do not", async () => {
    const one = await join(await poll(running.server.url), "bench:both");
    const two = await join(await connect(running.server.url), "bench:both");
    for (const from of [one, two]) {
      const heard = [next(one.channel, "msg"), next(two.channel, "msg")];
      assert.equal((await outcome(from.channel.push("pub", { n: 7 }))).status, "ok");
      assert.deepEqual(await Promise.all(heard), [{ n: 7 }, { n: 7 }]);
    }
  });

  check("long polling: a chat tells the others who came, spoke and left", async () => {
    const ada = await join(await poll(running.server.url), "room:chat", { name: "Ada" });
    const came = next(ada.channel, "joined");
    const bob = await join(await poll(running.server.url), "room:chat", { name: "Bob" });
    assert.equal((await came).name, "Bob");
    const said = next(ada.channel, "message");
    bob.channel.push("message", { text: "hello" });
    const { name, text } = await said;
    assert.deepEqual({ name, text }, { name: "Bob", text: "hello" });
    const left = next(ada.channel, "left");
    bob.channel.leave();
    assert.equal((await left).name, "Bob");
  });

  check("long polling: broadcasts arrive complete and in order", async () => {
    const one = await join(await connect(running.server.url), "bench:order");
    const two = await join(await poll(running.server.url), "bench:order");
    const count = 500;
    const seen = [];
    const all = new Promise((resolve) => {
      two.channel.on("msg", ({ n }) => seen.push(n) === count && resolve());
    });
    for (let n = 0; n < count; n++) one.channel.push("shout", { n }, 100);
    await all;
    assert.deepEqual(seen, Array.from({ length: count }, (_, n) => n));
  });

  check("long polling: after leaving, no broadcast arrives, and the topic can be joined again", async () => {
    const socket = await poll(running.server.url);
    const first = await join(socket, "bench:leave");
    let heard = 0;
    first.channel.on("msg", () => heard++);
    const closed = new Promise((resolve) => first.channel.onClose(resolve));
    assert.equal((await outcome(first.channel.leave())).status, "ok");
    await closed;
    const other = await join(await poll(running.server.url), "bench:leave");
    assert.equal((await outcome(other.channel.push("pub", {}))).status, "ok");
    const again = await join(socket, "bench:leave");
    const message = next(again.channel, "msg");
    other.channel.push("pub", { again: true });
    assert.deepEqual(await message, { again: true });
    assert.equal(heard, 0);
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

  check("long polling: clients rejoin by themselves after the server was killed", async () => {
    await disconnectAll();
    const socket = await poll(running.server.url);
    const { channel } = await join(socket, "bench:restart");
    await running.server.kill();
    await running.restart();
    assert.deepEqual(await outcome(channel.push("echo", { back: true })), {
      status: "ok",
      response: { back: true },
    });
  });

  check("long polling: clients rejoin by themselves after a polite stop", async () => {
    await disconnectAll();
    const socket = await poll(running.server.url);
    const { channel } = await join(socket, "bench:restart");
    assert.equal(await running.server.stop(), 0);
    await running.restart();
    assert.equal((await outcome(channel.push("echo", {}))).status, "ok");
  });
}
