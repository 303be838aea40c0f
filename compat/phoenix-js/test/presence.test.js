// Presence as each version of the official client understands it; the server is Remembering.java, a user's program.
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { until } from "../../helpers.js";
import { startProgram } from "../../server.js";
import { onEachTransport } from "../../suite.js";
import { clients, connecting, disconnectAll, outcome, presences } from "../client.js";

const start = (where) => startProgram("phoenix-js/Remembering.java", where);

for (const [version, Socket] of Object.entries(clients)) {
  onEachTransport(`phoenix ${version}, presence`, start, disconnectAll, (check, running) =>
    checks(check, running, connecting(Socket), presences[version], version),
  );
}

function checks(check, running, connect, Presence, version) {
  /** One who watches a topic; `events` are what Presence told, `moods()` who is here. */
  const watch = async (topic) => {
    const socket = await connect(running.server.url);
    const channel = socket.channel(topic);
    const presence = new Presence(channel);
    const events = [];
    let syncs = 0;
    const moods = (metas) => metas.map(({ mood }) => mood);
    presence.onJoin((key, current, come) => {
      events.push(`${key} ${current ? "again" : "joins"} ${moods(come.metas)}`);
    });
    presence.onLeave((key, current, gone) => {
      events.push(`${key} ${current.metas.length > 0 ? "less" : "leaves"} ${moods(gone.metas)}`);
    });
    presence.onSync(() => syncs++);
    assert.equal((await outcome(channel.join())).status, "ok");
    await until(() => syncs === 1, "the first sync");
    const push = async (event, payload) => {
      const { status } = await outcome(channel.push(event, payload));
      assert.equal(status, "ok");
    };
    return {
      socket,
      channel,
      events,
      push,
      syncs: () => syncs,
      here: (name, mood) => push("here", { name, mood }),
      now: (name, mood) => push("now", { name, mood }),
      moods: () => Object.fromEntries(presence.list((key, { metas }) => [key, moods(metas)])),
      list: () => Object.fromEntries(presence.list((key, { metas }) => [key, metas])),
      told: (event) => until(() => events.includes(event), `${event}; told was ${events}`),
    };
  };

  /** What a client has is what the server has, in the same order, as soon as it has heard of all. */
  const assertSame = async (one) => {
    const { response } = await outcome(one.channel.push("list"));
    await until(() => isDeepStrictEqual({ ...one.list() }, response)).catch(() => {});
    assert.deepEqual(one.list(), response);
  };

  check("presence: who joins, changes and leaves is told once, and the list is the server's", async () => {
    const ada = await watch("here:life");
    assert.deepEqual(ada.moods(), {});
    await ada.here("ada", "glad");
    await ada.told("ada joins glad");
    const bob = await watch("here:life");
    assert.deepEqual(bob.events, ["ada joins glad"]);
    await bob.here("bob", "shy");
    await Promise.all([ada, bob].map((one) => one.told("bob joins shy")));
    await bob.now("bob", "bold");
    await Promise.all([ada, bob].map((one) => one.told("bob less shy")));
    for (const one of [ada, bob]) {
      assert.deepEqual(one.moods(), { ada: ["glad"], bob: ["bold"] });
      await assertSame(one);
    }
    const [{ phx_ref: ref, phx_ref_prev: before }] = ada.list().bob;
    assert.ok(ref && before && ref !== before, `${ref} after ${before}`);
    await bob.push("away", { name: "bob" });
    await ada.told("bob leaves bold");
    await outcome(bob.channel.leave());
    assert.deepEqual(ada.events, ["ada joins glad", "bob joins shy", "bob again bold", "bob less shy", "bob leaves bold"]);
    assert.equal(ada.syncs(), 1 + 4);
  });

  check("presence: a leave, a crash and a lost connection each end it", async () => {
    const ada = await watch("here:ends");
    const others = [];
    for (const name of ["leaves", "crashes", "is cut off"]) {
      const other = await watch("here:ends");
      await other.here(name, "here");
      await ada.told(`${name} joins here`);
      others.push(other);
    }
    const [leaves, crashes, cutOff] = others;
    await outcome(leaves.channel.leave());
    await ada.told("leaves leaves here");
    crashes.channel.push("crash");
    await ada.told("crashes leaves here");
    cutOff.socket.conn.terminate();
    await ada.told("is cut off leaves here");
    assert.deepEqual(ada.moods(), {});
    // Those who came back have been told what went on meanwhile.
    for (const back of [crashes, cutOff]) await until(() => Object.keys(back.moods()).length === 0);
    for (const back of [crashes, cutOff]) await back.here("back", "again");
    await until(() => ada.moods().back?.length === 2);
    for (const one of [ada, crashes, cutOff]) {
      await until(() => one.moods().back?.length === 2);
      await assertSame(one);
    }
  });

  check("presence: one key has a meta for each channel, oldest first", async () => {
    const [one, two, three] = [await watch("here:metas"), await watch("here:metas"), await watch("here:metas")];
    await one.here("ada", "1");
    await one.told("ada joins 1");
    await two.here("ada", "2");
    await one.told("ada again 2");
    await three.here("ada", "3");
    await one.told("ada again 3");
    const late = await watch("here:metas");
    for (const each of [one, two, three, late]) {
      await until(() => each.moods().ada.length === 3);
      assert.deepEqual(each.moods(), { ada: ["1", "2", "3"] });
      await assertSame(each);
    }
    await two.now("ada", "2b");
    await one.told("ada less 2");
    await outcome(one.channel.leave());
    await late.told("ada less 1");
    assert.deepEqual(late.moods(), { ada: ["3", "2b"] });
    await assertSame(late);
    await outcome(three.channel.leave());
    await late.told("ada less 3");
    await outcome(two.channel.leave());
    await late.told("ada leaves 2b");
    assert.deepEqual(late.moods(), {});
  });

  check("presence: of many who come and go at once all know the same in the end", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => watch("here:many")));
    await Promise.all(
      all.map(async (one, n) => {
        for (let step = 0; step < 8; step++) {
          await one.here(`who ${n % 7}`, `${n}`);
          await one.now(`who ${n % 7}`, `${n} ${step}`);
          if (step < 7 || n % 3 === 0) await one.push("away", { name: `who ${n % 7}` });
        }
      }),
    );
    for (const one of all) await assertSame(one);
    assert.equal(Object.values(all[0].list()).flat().length, 20 - 7);
  });

  check("presence: names of all kinds, and a bound that is told as a crash", async () => {
    const one = await watch("here:names");
    const names = ["", "grüße \u{1f44b}", 'q"\\', "10", "9"];
    // Those that an object of JavaScript has anyway confuse clients before 1.8.
    if (version.startsWith("1.8")) names.push("constructor", "toString");
    for (const name of names) await one.here(name, "x");
    await until(() => Object.keys(one.list()).length === names.length);
    await assertSame(one);
    const erred = new Promise((resolve) => one.channel.onError(resolve));
    one.channel.push("here", { name: "large", mood: "x".repeat(5_000) });
    await erred;
    await until(() => Object.keys(one.list()).length === 0);
  });

  check("presence: after a restart everybody is here again once", async () => {
    await disconnectAll();
    const all = [await watch("here:restart"), await watch("here:restart")];
    for (const [n, one] of all.entries()) {
      one.channel.joinPush.receive("ok", () => one.channel.push("here", { name: `who ${n}`, mood: "x" }));
      await until(() => one.moods()[`who ${n}`]);
    }
    await running.server.kill();
    await running.restart();
    for (const one of all) {
      await until(() => one.syncs() > 3 && Object.keys(one.moods()).length === 2);
      await assertSame(one);
    }
  });
}
