// What holds for the official phoenix client whichever way it connects.
import assert from "node:assert/strict";
import { disconnectAll, join, next, outcome } from "../channels.js";

/**
 * Makes the checks.
 * @param connect connects a client in the way that is tested
 * @param webSocket connects one by WebSocket
 */
export function commonChecks(check, running, connect, webSocket) {
  check("a push is answered ok, with its own payload", async () => {
    const { channel, answer } = await join(await connect(running.server.url), "bench:echo");
    assert.deepEqual(answer, { status: "ok", response: {} });
    const payload = { text: "grüße \u{1f44b}", list: [1, null, { deep: true }], quote: '"\\' };
    assert.deepEqual(await outcome(channel.push("echo", payload)), { status: "ok", response: payload });
  });

  check("a push is answered error, with the reason", async () => {
    const { channel } = await join(await connect(running.server.url), "room:errors", { name: "Ada" });
    const { status, response } = await outcome(channel.push("message", { text: "" }));
    assert.equal(status, "error");
    assert.equal(typeof response.reason, "string");
  });

  check("a push that the server does not answer times out", async () => {
    const { channel } = await join(await connect(running.server.url), "bench:timeout");
    assert.equal((await outcome(channel.push("shout", {}, 150))).status, "timeout");
  });

  check("a join is refused by the channel, and by the lack of one", async () => {
    const socket = await connect(running.server.url);
    assert.equal((await join(socket, "room:refused", {})).answer.status, "error");
    assert.deepEqual((await join(socket, "nothing:here")).answer, {
      status: "error",
      response: { reason: "unmatched topic" },
    });
  });

  check("a join that crashes is answered error", async () => {
    const { answer } = await join(await connect(running.server.url), "room:crash", { name: [] });
    assert.deepEqual(answer, { status: "error", response: { reason: "join crashed" } });
  });

  check("a channel that crashes errs, and its client joins again by itself", async () => {
    const { channel } = await join(await connect(running.server.url), "room:crash", { name: "Ada" });
    const erred = new Promise((resolve) => channel.onError(resolve));
    channel.push("message", { text: [] }, 100);
    await erred;
    assert.equal((await outcome(channel.push("message", { text: "back" }))).status, "ok");
  });

  check("a second join of a topic on one socket closes the first", async () => {
    const socket = await connect(running.server.url);
    const first = await join(socket, "bench:twice");
    const closed = new Promise((resolve) => first.channel.onClose(resolve));
    const second = await join(socket, "bench:twice");
    await closed;
    assert.equal(second.answer.status, "ok");
    const heard = next(second.channel, "msg");
    second.channel.push("pub", { n: 1 });
    assert.deepEqual(await heard, { n: 1 });
  });

  check("a socket joins 100 topics and no more", async () => {
    const socket = await connect(running.server.url);
    const joins = Array.from({ length: 100 }, (_, n) => join(socket, `bench:many:${n}`));
    for (const { answer } of await Promise.all(joins)) assert.equal(answer.status, "ok");
    assert.deepEqual((await join(socket, "bench:many:100")).answer, {
      status: "error",
      response: { reason: "too many channels joined" },
    });
  });

  check("a broadcast reaches both clients, its sender among them", async () => {
    const one = await join(await connect(running.server.url), "bench:both");
    const two = await join(await connect(running.server.url), "bench:both");
    const heard = [next(one.channel, "msg"), next(two.channel, "msg")];
    assert.equal((await outcome(one.channel.push("pub", { n: 7 }))).status, "ok");
    assert.deepEqual(await Promise.all(heard), [{ n: 7 }, { n: 7 }]);
  });

  check("one publisher's broadcasts arrive complete and in order", async () => {
    const one = await join(await webSocket(running.server.url), "bench:order");
    const two = await join(await connect(running.server.url), "bench:order");
    await assertInOrder(one.channel, two.channel, 500);
  });

  check("a chat tells the others who came, spoke and left", async () => {
    const ada = await join(await connect(running.server.url), "room:chat", { name: "Ada" });
    const came = next(ada.channel, "joined");
    const bob = await join(await connect(running.server.url), "room:chat", { name: "Bob" });
    let own = 0;
    // Ada's own may still be on its way when Bob comes.
    bob.channel.on("joined", ({ name }) => (own += name === "Bob" ? 1 : 0));
    assert.equal((await came).name, "Bob");
    const said = next(ada.channel, "message");
    bob.channel.push("message", { text: "hello" });
    const { name, text } = await said;
    assert.deepEqual({ name, text }, { name: "Bob", text: "hello" });
    const left = next(ada.channel, "left");
    bob.channel.leave();
    assert.equal((await left).name, "Bob");
    assert.equal(own, 0);
  });

  check("after leaving, no broadcast arrives, and the topic can be joined again", async () => {
    const socket = await connect(running.server.url);
    const first = await join(socket, "bench:leave");
    let heard = 0;
    first.channel.on("msg", () => heard++);
    const closed = new Promise((resolve) => first.channel.onClose(resolve));
    assert.equal((await outcome(first.channel.leave())).status, "ok");
    await closed;
    const other = await join(await connect(running.server.url), "bench:leave");
    assert.equal((await outcome(other.channel.push("pub", {}))).status, "ok");
    const again = await join(socket, "bench:leave");
    assert.equal(again.answer.status, "ok");
    const message = next(again.channel, "msg");
    other.channel.push("pub", { again: true });
    assert.deepEqual(await message, { again: true });
    assert.equal(heard, 0);
  });

  check("clients rejoin by themselves after the server was killed and started again", async () => {
    await disconnectAll();
    const socket = await connect(running.server.url);
    const { channel } = await join(socket, "bench:restart");
    await running.server.kill();
    await running.restart();
    assert.deepEqual(await outcome(channel.push("echo", { back: true })), {
      status: "ok",
      response: { back: true },
    });
  });
}

/** One client's broadcasts, as many as that, reach another complete and in order. */
export async function assertInOrder(from, to, count) {
  const seen = [];
  const all = new Promise((resolve) => {
    to.on("msg", ({ n }) => seen.push(n) === count && resolve());
  });
  for (let n = 0; n < count; n++) from.push("shout", { n }, 100);
  await all;
  assert.deepEqual(seen, Array.from({ length: count }, (_, n) => n));
}
