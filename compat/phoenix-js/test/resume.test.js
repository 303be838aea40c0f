// The helpers resume.js and keyed.js with each version of the official client, whose connection is cut; the
// server is Remembering.java, a user's program.
import assert from "node:assert/strict";
import { keyed, randomly, resume, until } from "../../helpers.js";
import { startProgram } from "../../server.js";
import { onEachTransport } from "../../suite.js";
import { clients, connecting, disconnectAll, join, outcome } from "../client.js";

const start = (where) => startProgram("phoenix-js/Remembering.java", where);

for (const [version, Socket] of Object.entries(clients)) {
  onEachTransport(`phoenix ${version} resumes`, start, disconnectAll, (check, running) =>
    checks(check, running, connecting(Socket), version),
  );
}

const upTo = (count) => Array.from({ length: count }, (_, n) => n);
const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

/** Cuts a client off, as a cable does: it comes back 50 ms later. */
const cut = (socket) => socket.conn.terminate();

function checks(check, running, connect, version) {
  /** A channel that resumes, joined; `seen` are the numbers it heard, `lost` what it was told it lost. */
  const resuming = async (topic, params, options) => {
    const socket = await connect(running.server.url, options);
    const seen = [];
    const lost = [];
    const channel = resume(socket, topic, params, { onLost: (loss) => lost.push(loss) });
    channel.on("said", ({ n, ...rest }) => {
      assert.deepEqual(rest, {});
      seen.push(n);
    });
    assert.equal((await outcome(channel.join())).status, "ok");
    return { socket, channel, seen, lost };
  };
  const talking = async (topic) => {
    const { channel } = await join(await connect(running.server.url), topic);
    return (n) => outcome(channel.push("say", { n }));
  };

  check("resume: cut off at random amid broadcasts, it hears all of them once and in order", async () => {
    const random = randomly(`cuts of ${version}`);
    const all = await Promise.all(upTo(4).map(() => resuming("room:cuts")));
    const say = await talking("room:cuts");
    let said = 0;
    for (let cuts = 0; cuts < 25; cuts++) {
      for (let n = Math.floor(random() * 60); n > 0; n--) say(said++);
      await pause(random() * 80);
      cut(all[Math.floor(random() * all.length)].socket);
      if (random() < 0.3) await say(said++);
    }
    await say(said++);
    for (const { seen, lost } of all) {
      await until(() => seen.length >= said, "all are heard");
      assert.deepEqual(seen, upTo(said));
      assert.deepEqual(lost, []);
    }
  });

  check("resume: messages that get lost on the way are fetched, none comes twice", async () => {
    const random = randomly(`holes of ${version}`);
    const { socket, seen, lost } = await resuming("room:holes");
    const receive = socket.onConnMessage.bind(socket);
    socket.onConnMessage = (raw) => (`${raw.data}`.includes('"$pos"') && random() < 0.05 ? undefined : receive(raw));
    const say = await talking("room:holes");
    for (let n = 0; n < 200; n++) await say(n);
    let more = 200; // the last ones are missed only by what comes after them
    for (; seen.length < more; await pause(50)) await say(more++);
    assert.deepEqual(seen, upTo(more));
    assert.deepEqual(lost, []);
  });

  check("resume: what the server has forgotten is told as lost, before what comes", async () => {
    const { socket, channel, seen, lost } = await resuming("short:lost", {}, { reconnectAfterMs: () => 1_000 });
    const say = await talking("short:lost");
    await say(0);
    await until(() => seen.length === 1);
    cut(socket);
    for (let n = 1; n <= 9; n++) await say(n);
    await until(() => lost.length === 1 && channel.position.offset === 10);
    assert.equal(lost[0].reason, "forgotten");
    assert.deepEqual(seen, [0]);
    await say(10);
    await until(() => seen.length === 2);
    assert.deepEqual(seen, [0, 10]);
  });

  check("resume: newcomers get the last, and a stored place goes on", async () => {
    const say = await talking("room:stored");
    for (let n = 0; n < 10; n++) await say(n);
    const { channel, seen } = await resuming("room:stored", { resume: { last: 3 } });
    await until(() => seen.length === 3);
    assert.deepEqual(seen, [7, 8, 9]);
    const { position } = channel;
    assert.equal(position.offset, 10);
    const stored = await resuming("room:stored", { resume: { ...position, offset: 4 } });
    await say(10);
    await until(() => stored.seen.length === 7);
    assert.deepEqual(stored.seen, [4, 5, 6, 7, 8, 9, 10]);
    assert.deepEqual(stored.lost, []);
    const latest = await resuming("room:stored", { resume: "latest" });
    await until(() => latest.seen.length === 1);
    assert.deepEqual(latest.seen, [10]);
  });

  check("resume: who is left out of a broadcast keeps its place", async () => {
    const one = await resuming("room:whisper");
    const two = await resuming("room:whisper");
    let joins = 0;
    one.channel.joinPush.receive("ok", () => joins++); // once at once, for the join that was
    for (let n = 0; n < 5; n++) assert.equal((await outcome(one.channel.push("whisper", { n }))).status, "ok");
    await until(() => two.seen.length === 5 && one.channel.position.offset === 5);
    assert.deepEqual([one.seen, two.seen], [[], upTo(5)]);
    const say = await talking("room:whisper");
    await say(5);
    await until(() => one.seen.length === 1);
    assert.deepEqual(one.seen, [5]);
    assert.equal(joins, 1);
  });

  check("resume: binary messages keep their order and their bytes", async () => {
    const { socket, channel, seen } = await resuming("room:binary");
    const bytes = [];
    channel.on("said", (payload) => payload instanceof ArrayBuffer && bytes.push(...new Uint8Array(payload)));
    channel.bindings = channel.bindings.filter(({ event }, i, all) => event !== "said" || i === all.length - 1);
    const talker = (await join(await connect(running.server.url), "room:binary")).channel;
    const say = (n) => outcome(talker.push("say", Uint8Array.of(n).buffer));
    await say(1);
    await until(() => bytes.length === 1);
    cut(socket);
    await say(2);
    await say(3);
    await until(() => bytes.length === 3);
    await say(4);
    await until(() => bytes.length === 4);
    assert.deepEqual([bytes, seen], [[1, 2, 3, 4], []]);
  });

  check("resume: on a topic without history it is a channel as any other", async () => {
    const { seen, lost, channel } = await resuming("plain:1");
    await outcome(channel.push("say", { n: 1 }));
    await until(() => seen.length === 1);
    assert.deepEqual([lost, channel.position], [[], undefined]);
  });

  check("keyed: values, changes and removals, from one client to another", async () => {
    const of = async () => {
      const prices = keyed((await connect(running.server.url)).channel("price:1"));
      assert.equal((await outcome(prices.channel.join())).status, "ok");
      return prices;
    };
    const one = await of();
    const write = async (event, payload) => (await outcome(one.channel.push(event, payload))).response;
    assert.deepEqual(await write("state_put", { key: "a", value: 1.5 }), { version: 1 });
    assert.deepEqual(await write("state_put", { key: "__proto__", value: [null] }), { version: 2 });
    await until(() => one.version === 2);
    const two = await of();
    const changes = [];
    two.onChange((put, removed) => changes.push([Object.fromEntries(put), removed]));
    await until(() => two.version === 2);
    assert.deepEqual([...two.values].sort(), [["__proto__", [null]], ["a", 1.5]]);
    assert.deepEqual(await write("state_cas", { key: "a", value: 2, version: 0 }), { reason: "conflict" });
    assert.deepEqual(await write("state_remove", { key: "a" }), { removed: true });
    await until(() => two.version === 3);
    assert.deepEqual(changes.at(-1), [{}, ["a"]]);
    assert.deepEqual([...two.values.keys()], ["__proto__"]);
    assert.equal((await two.sum()).same, true);
  });

  check("keyed: the checksum holds for all that Java writes in its own way, and for many pages", async () => {
    const prices = keyed((await connect(running.server.url)).channel("price:odd"));
    await outcome(prices.channel.join());
    await outcome(prices.channel.push("odd"));
    await outcome(prices.channel.push("fill", { keys: 5000 }));
    await until(() => prices.values.size === 5008);
    assert.deepEqual(prices.values.get("bytes"), { $binary: "AAEC" });
    assert.deepEqual(prices.values.get("nothing"), null);
    assert.equal((await prices.sum()).same, true);
    let pages = 0;
    const late = keyed((await connect(running.server.url)).channel("price:odd"));
    late.channel.on("state", () => pages++);
    await outcome(late.channel.join());
    await until(() => late.values.size === 5008);
    assert.ok(pages > 2, `${pages} pages`);
    assert.equal((await late.sum()).same, true);
    late.values.forEach((value, key) => assert.deepEqual(value, prices.values.get(key)));
    const text = late.values.get("text");
    assert.equal(text, "\u0001\u001f\u007f/\"\\\u2028 } ],: {[");
  });

  check("keyed: cut off and with lost diffs amid writes, it ends as the server is", async () => {
    const random = randomly(`state of ${version}`);
    const socket = await connect(running.server.url);
    const prices = keyed(socket.channel("price:cuts"));
    await outcome(prices.channel.join());
    const receive = (at) => at.onConnMessage.bind(at);
    const inner = receive(socket);
    let losing = true;
    socket.onConnMessage = (raw) =>
      losing && `${raw.data}`.includes('"state_diff"') && random() < 0.2 ? undefined : inner(raw);
    const { channel } = await join(await connect(running.server.url), "price:cuts");
    for (let step = 0; step < 40; step++) {
      for (let n = Math.floor(random() * 30); n > 0; n--) {
        const key = `k${Math.floor(random() * 50)}`;
        if (random() < 0.3) channel.push("state_remove", { key });
        else channel.push("state_put", { key, value: { step, n } });
      }
      await pause(random() * 60);
      if (random() < 0.2) cut(socket);
    }
    losing = false;
    const { version: last } = (await outcome(channel.push("state_put", { key: "end", value: 1 }))).response;
    await until(() => prices.version === last);
    assert.deepEqual(await prices.sum().then(({ version: at, same }) => [at, same]), [last, true]);
  });

  check("resume: a server that began anew is told as lost, and goes on", async () => {
    await disconnectAll();
    const { seen, lost } = await resuming("room:restart");
    const say = await talking("room:restart");
    await say(0);
    await until(() => seen.length === 1);
    await running.server.kill();
    await running.restart();
    await until(() => lost.length === 1);
    assert.equal(lost[0].reason, "epoch");
    await say(1);
    await until(() => seen.length === 2);
    assert.deepEqual(seen, [0, 1]);
  });
}
