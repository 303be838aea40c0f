// supabase's realtime client against each transport; the server is Realtime.java, a user's program.
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import WebSocket from "ws";
import { until } from "../../helpers.js";
import { startProgram } from "../../server.js";
import { onEachTransport } from "../../suite.js";
import { connect, disconnectAll, next, send, subscribe } from "../client.js";

const start = (where) => startProgram("supabase-js/Realtime.java", where);

onEachTransport("realtime-js 2.119.1", start, disconnectAll, (check, running) => {
  const joined = async (topic, config, options) => {
    const client = connect(running.server.url, options);
    const subscription = await subscribe(client, topic, config);
    assert.equal(subscription.first.status, "SUBSCRIBED", `${subscription.first.error}`);
    return { client, ...subscription };
  };

  check("it subscribes, in protocol version 2.0.0", async () => {
    const { client } = await joined("first");
    assert.match(client.endpointURL(), /vsn=2\.0\.0/);
  });

  check("a wrong apikey is refused with 403 before the upgrade", async () => {
    const client = connect(running.server.url, { params: { apikey: "wrong" } });
    const status = await new Promise((resolve) => {
      const socket = new WebSocket(client.endpointURL());
      socket.on("unexpected-response", (_, response) => resolve(response.statusCode));
      socket.on("error", () => {});
    });
    assert.equal(status, 403);
  });

  check("a broadcast reaches the others and not its sender", async () => {
    const one = await joined("others");
    const two = await joined("others");
    const heard = next(two.channel, "said");
    let own = 0;
    one.channel.on("broadcast", { event: "*" }, () => own++);
    const payload = { text: "grüße \u{1f44b}", list: [1, null, { deep: true }], quote: '"\\' };
    assert.equal(await send(one.channel, "said", payload), "ok");
    assert.deepEqual(await heard, { type: "broadcast", event: "said", payload });
    const answer = next(one.channel, "answer");
    await send(two.channel, "answer", {});
    await answer;
    assert.equal(own, 1);
  });

  check("with config self the sender hears itself", async () => {
    const { channel } = await joined("self", { broadcast: { self: true } });
    const heard = next(channel, "said");
    await send(channel, "said", { n: 1 });
    assert.deepEqual((await heard).payload, { n: 1 });
  });

  check("with config ack a broadcast is answered, without it is not", async () => {
    const replies = (client) => client.frames.filter((frame) => frame.includes?.('"phx_reply"')).length;
    const acked = await joined("acks", { broadcast: { ack: true, self: true } });
    assert.equal(await send(acked.channel, "said", {}), "ok");
    assert.equal(replies(acked.client), 2);
    const silent = await joined("acks", { broadcast: { self: true } });
    const heard = next(silent.channel, "said");
    await send(silent.channel, "said", {});
    await heard;
    assert.equal(replies(silent.client), 1);
  });

  check("a JSON broadcast comes as text, which other clients read too", async () => {
    const { client, channel } = await joined("text", { broadcast: { self: true } });
    const heard = next(channel, "é");
    await send(channel, "é", [1, "two"]);
    await heard;
    assert.equal(
      client.frames.at(-1),
      '[null,null,"realtime:text","broadcast",{"type":"broadcast","event":"é","payload":[1,"two"]}]',
    );
  });

  check("a binary broadcast arrives byte for byte, with its event", async () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);
    const one = await joined("binary", { broadcast: { ack: true } });
    const two = await joined("binary");
    const heard = next(two.channel, "blöb");
    assert.equal(await send(one.channel, "blöb", bytes.buffer), "ok");
    const { event, payload } = await heard;
    assert.equal(event, "blöb");
    assert.deepEqual(new Uint8Array(payload), bytes);
  });

  check("one client's broadcasts arrive complete and in order", async () => {
    const one = await joined("order");
    const two = await joined("order");
    const count = 500;
    const seen = [];
    const all = new Promise((resolve) => {
      two.channel.on("broadcast", { event: "n" }, ({ payload }) => seen.push(payload.n) === count && resolve());
    });
    for (let n = 0; n < count; n++) send(one.channel, "n", { n });
    await all;
    assert.deepEqual(seen, Array.from({ length: count }, (_, n) => n));
  });

  check("the channels of one socket each hear their own topic", async () => {
    const client = connect(running.server.url);
    const heard = [];
    const channels = [];
    for (let n = 0; n < 20; n++) {
      const { channel, first } = await subscribe(client, `many:${n}`);
      assert.equal(first.status, "SUBSCRIBED");
      heard.push(next(channel, "*").then(({ payload }) => payload.n));
      channels.push(channel);
    }
    const other = connect(running.server.url);
    for (let n = 0; n < 20; n++) {
      const { channel } = await subscribe(other, `many:${n}`);
      send(channel, "any", { n });
    }
    assert.deepEqual(await Promise.all(heard), Array.from({ length: 20 }, (_, n) => n));
    assert.equal(client.getChannels().length, 20);
  });

  check("after removeChannel no broadcast arrives, and the topic can be joined again", async () => {
    const one = await joined("leave");
    const other = await joined("leave", { broadcast: { ack: true } });
    let heard = 0;
    one.channel.on("broadcast", { event: "*" }, () => heard++);
    assert.equal(await one.client.removeChannel(one.channel), "ok");
    assert.equal(await send(other.channel, "said", {}), "ok");
    const again = await subscribe(one.client, "leave");
    assert.equal(again.first.status, "SUBSCRIBED");
    const message = next(again.channel, "said");
    await send(other.channel, "said", { again: true });
    assert.deepEqual((await message).payload, { again: true });
    assert.equal(heard, 0);
  });

  check("a fresh access token is taken in place, a revoked one closes the channel", async () => {
    const { client, channel, status } = await joined("token", { broadcast: { ack: true } });
    await client.setAuth("fresh");
    assert.equal(await send(channel, "said", {}), "ok");
    const told = new Promise((resolve) => channel.on("system", {}, resolve));
    await client.setAuth("revoked");
    assert.equal((await told).message, "Token was revoked");
    await status("CLOSED");
  });

  check("setAuth renews a connection in place; one that is not renewed closes with 3000 and comes back", async () => {
    const client = connect(running.server.url, { path: "/renewing/v1", params: { apikey: "3900" } });
    const began = Date.now();
    let warned = () => {};
    const warning = () => new Promise((resolve) => (warned = resolve));
    const first = warning();
    const listen = (channel) => channel.on("token_expiring", {}, (payload) => warned(payload));
    const { channel, first: joined, status } = await subscribe(client, "renewed", { broadcast: { ack: true } }, listen);
    assert.equal(joined.status, "SUBSCRIBED");
    assert.equal((await first).expires_in, 2);
    const second = warning();
    await client.setAuth("revoked"); // refused, which changes nothing
    await client.setAuth("5900");
    await second;
    assert.ok(Date.now() - began > 3900, "the second warning comes after the first expiry");
    assert.deepEqual(client.closes, []);
    assert.equal(await send(channel, "said", {}), "ok");
    await status("SUBSCRIBED");
    assert.deepEqual(client.closes, [3000]);
  });

  check("a join with a revoked access token is refused, with the reason", async () => {
    const client = connect(running.server.url);
    await client.setAuth("revoked");
    const { first } = await subscribe(client, "refused");
    assert.equal(first.status, "CHANNEL_ERROR");
    assert.match(first.error.message, /InvalidJWTToken/);
  });

  check("heartbeats are answered", async () => {
    let answers = 0;
    let enough;
    const answered = new Promise((resolve) => (enough = resolve));
    const heartbeatCallback = (status) => {
      assert.notEqual(status, "timeout");
      if (status === "ok" && ++answers === 3) enough();
    };
    await joined("beats", {}, { heartbeatIntervalMs: 500, heartbeatCallback });
    await answered;
  });

  check("clients of protocol versions 1.0.0 and 2.0.0 hear each other", async () => {
    const old = await joined("versions", {}, { vsn: "1.0.0" });
    const now = await joined("versions");
    for (const [from, to] of [
      [old, now],
      [now, old],
    ]) {
      const heard = next(to.channel, "said");
      await send(from.channel, "said", { hello: true });
      const { event, payload } = await heard;
      assert.deepEqual({ event, payload }, { event: "said", payload: { hello: true } });
    }
  });

  /** One who is present, or only looks: `state()` are the names by key, `events` what it was told. */
  const present = async (topic, key, ...names) => {
    const events = [];
    let synced;
    const sync = new Promise((resolve) => (synced = resolve));
    const tell = ({ event, key: who }) => events.push(`${event} ${who}`);
    const listen = (channel) =>
      channel
        .on("presence", { event: "sync" }, () => synced())
        .on("presence", { event: "join" }, tell)
        .on("presence", { event: "leave" }, tell);
    const client = connect(running.server.url);
    const { channel, first } = await subscribe(client, topic, key === undefined ? {} : { presence: { key } }, listen);
    assert.equal(first.status, "SUBSCRIBED", `${first.error}`);
    await sync;
    for (const name of names) assert.equal(await channel.track({ name }), "ok");
    const state = () =>
      Object.fromEntries(Object.entries(channel.presenceState()).map(([who, metas]) => [who, metas.map((one) => one.name)]));
    const sees = (wanted) => until(() => isDeepStrictEqual(state(), wanted), JSON.stringify(wanted));
    return { client, channel, events, state, sees };
  };

  check("presence: track, track again and untrack, by the key of the config", async () => {
    const ada = await present("presence:life", "ada", "Ada");
    await ada.sees({ ada: ["Ada"] });
    const bob = await present("presence:life", "bob");
    assert.deepEqual(bob.state(), { ada: ["Ada"] });
    await bob.channel.track({ name: "Bob", mood: "shy" });
    await ada.sees({ ada: ["Ada"], bob: ["Bob"] });
    assert.equal(ada.channel.presenceState().bob[0].mood, "shy");
    await bob.channel.track({ name: "Bob", mood: "bold" });
    await until(() => ada.channel.presenceState().bob?.[0].mood === "bold");
    await ada.sees({ ada: ["Ada"], bob: ["Bob"] });
    assert.equal(await bob.channel.untrack(), "ok");
    for (const one of [ada, bob]) await one.sees({ ada: ["Ada"] });
    assert.deepEqual(ada.events, ["join ada", "join bob", "join bob", "leave bob", "leave bob"]);
  });

  check("presence: one key on two channels, and keys that the server makes", async () => {
    const one = await present("presence:keys", "ada", "phone");
    await one.sees({ ada: ["phone"] });
    const two = await present("presence:keys", "ada", "desk");
    for (const each of [one, two]) await each.sees({ ada: ["phone", "desk"] });
    await two.client.removeChannel(two.channel);
    await one.sees({ ada: ["phone"] });
    const nameless = await present("presence:nameless", undefined, "x");
    await until(() => Object.keys(nameless.state()).length === 1);
    assert.match(Object.keys(nameless.state())[0], /^[0-9a-f-]{36}$/);
  });

  check("presence: who is cut off is gone, and is here again when it comes back and tracks", async () => {
    const ada = await present("presence:cut", "ada", "Ada");
    const bob = await present("presence:cut", "bob", "Bob");
    await ada.sees({ ada: ["Ada"], bob: ["Bob"] });
    bob.client.disconnect();
    await ada.sees({ ada: ["Ada"] });
    const again = await present("presence:cut", "bob", "Bob");
    for (const one of [ada, again]) await one.sees({ ada: ["Ada"], bob: ["Bob"] });
  });

  check("replay: a private channel gets what was sent since, marked as replayed", async () => {
    const from = await joined("replayed", { broadcast: { ack: true } });
    for (let n = 0; n < 5; n++) await send(from.channel, "said", { n });
    const replaying = async (replay) => {
      const heard = [];
      const listen = (channel) => channel.on("broadcast", { event: "said" }, (message) => heard.push(message));
      const config = { private: true, broadcast: { replay } };
      const { first } = await subscribe(connect(running.server.url), "replayed", config, listen);
      assert.equal(first.status, "SUBSCRIBED", `${first.error}`);
      return heard;
    };
    const hour = 3_600_000;
    const [all, two, none] = [
      await replaying({ since: Date.now() - hour }),
      await replaying({ since: Date.now() - hour, limit: 2 }),
      await replaying({ since: Date.now() + hour }),
    ];
    await until(() => all.length === 5 && two.length === 2);
    await send(from.channel, "said", { n: 5 });
    const numbers = (heard) => heard.map(({ payload }) => payload.n);
    const replayed = (heard) => heard.filter(({ meta }) => meta?.replayed).length;
    await until(() => [all, two, none].every((heard) => numbers(heard).includes(5)));
    assert.deepEqual([all, two, none].map(numbers), [[0, 1, 2, 3, 4, 5], [3, 4, 5], [5]]);
    assert.deepEqual([all, two, none].map(replayed), [5, 2, 0]);
    assert.equal(new Set(all.map(({ meta }) => meta?.id)).size, 6);
    assert.throws(() => connect(running.server.url).channel("x", { config: { broadcast: { replay: { since: 0 } } } }));
  });

  check("not served: changes of a database, broadcasts over HTTP", async () => {
    const filter = { event: "*", schema: "public" };
    const listen = (channel) => channel.on("postgres_changes", filter, () => assert.fail("a change"));
    const { status } = await subscribe(connect(running.server.url), "changes", {}, listen);
    assert.match((await status("CHANNEL_ERROR")).error.message, /mismatch/);
    const channel = connect(running.server.url).channel("http");
    await assert.rejects(channel.httpSend("said", {}), /404/);
  });

  check("it subscribes again by itself after the server was killed and started again", async () => {
    await disconnectAll();
    const { channel, status } = await joined("restart", { broadcast: { self: true } });
    await running.server.kill();
    await running.restart();
    await status("SUBSCRIBED");
    const heard = next(channel, "back");
    await send(channel, "back", {});
    await heard;
  });

  check("a polite stop closes with 1012, so that it comes back", async () => {
    await disconnectAll();
    const { client, status } = await joined("stop");
    const closed = new Promise((resolve) => client.socketAdapter.onClose(resolve));
    await running.server.stop();
    assert.equal((await closed).code, 1012);
    await running.restart();
    await status("SUBSCRIBED");
  });
});
