// What holds behind any proxy that keeps its connections to the server.
import assert from "node:assert/strict";
import { commonChecks } from "../phoenix-js/checks.js";
import { connecting, disconnectAll, join, outcome } from "../channels.js";
import { LongPoll, Socket } from "phoenix";
import WebSocket from "ws";
import { metric } from "./front.js";
import { assertJoined, join as joinMessage, openSession } from "./poll.js";
import { seeded } from "./seeded.js";
import { heartbeat, request, upgrade, Wire } from "./wire.js";

const webSocket = connecting(Socket, WebSocket);
const poll = connecting(Socket, LongPoll);

const accepted = (server) => metric(server, "myriad_accepted_total");

/**
 * Makes the checks.
 * @param refusing starts the same proxy so that it passes everything but WebSockets
 */
export function proxyChecks(check, running, refusing) {
  const connection = () => Wire.open(running.server.proxy.port);

  check("requests and upgrades in turn, on connections that the proxy keeps, are all answered", async () => {
    const [server] = running.server.servers;
    const before = await accepted(server);
    const page = await connection();
    for (let n = 0; n < 50; n++) {
      const { status, body } = await page.send(request("/health")).answer();
      assert.equal(status, 200);
      assert.equal(JSON.parse(body).status, "ok");
      const socket = await connection();
      await socket.send(upgrade()).upgraded();
      await socket.beats();
      socket.close();
    }
    page.close();
    const opened = (await accepted(server)) - before;
    assert.ok(opened < 75, `an upgrade takes the connection of a request before it; opened: ${opened}`);
  });

  check("200 requests in a row are answered on few connections", async () => {
    const [server] = running.server.servers;
    const before = await accepted(server);
    const page = await connection();
    for (let n = 0; n < 200; n++) assert.equal((await page.send(request("/health")).answer()).status, 200);
    page.close();
    assert.ok((await accepted(server)) - before < 20);
  });

  check("requests of all kinds, upgrades and refusals at once are each answered with their own", async () => {
    const script = await (await fetch(`${running.server.servers[0].url}/app.js`)).text();
    const kinds = [
      async (page) => {
        const { status, body } = await page.send(request("/app.js")).answer();
        assert.equal(status, 200);
        assert.ok(body === script, "the whole script");
      },
      async (page) => {
        const { status, headers } = await page.send(request("HEAD /app.js")).answer("HEAD");
        assert.equal(status, 200);
        assert.equal(headers["content-length"], `${Buffer.byteLength(script)}`);
      },
      async (page) => assert.equal((await page.send(request("/nothing")).answer()).status, 404),
      async (page) => assert.equal((await page.send(request("POST /health", ["content-length: 5"], "hello")).answer()).status, 405),
      async (page) => assert.equal((await page.send(request("/socket/websocket")).answer()).status, 426),
      async () => {
        const refused = await connection();
        assert.equal((await refused.send(upgrade("/nothing/websocket")).answer()).status, 404);
        refused.close();
      },
      async () => {
        const socket = await connection();
        await socket.send(upgrade()).upgraded();
        await socket.beats();
        socket.close();
      },
    ];
    const random = seeded(9);
    const worker = async () => {
      const page = await connection();
      for (let n = 0; n < 50; n++) await kinds[random(kinds.length)](page);
      page.close();
    };
    await Promise.all([worker(), worker(), worker(), worker()]);
  });

  check("an upgrade that is refused leaves the connection good for the next one", async () => {
    for (let n = 0; n < 20; n++) {
      const refused = await connection();
      assert.equal((await refused.send(upgrade("/nothing/websocket")).answer()).status, 404);
      refused.close();
      const socket = await connection();
      await socket.send(upgrade()).upgraded();
      await socket.beats();
      socket.close();
    }
  });

  check("a body in chunks reaches the session that polls", async () => {
    const wire = await connection();
    const session = await openSession(wire);
    const text = joinMessage("bench:chunks");
    const chunks = [text.slice(0, 9), text.slice(9)].map((part) => `${part.length.toString(16)}\r\n${part}\r\n`);
    wire.send(request(`POST ${session}`, ["transfer-encoding: chunked"], `${chunks.join("")}0\r\n\r\n`));
    assert.equal((await wire.answer()).body, '{"status":200}');
    await assertJoined(wire, session, "bench:chunks");
    wire.close();
  });

  check("who expects 100 gets it, and then the answer", async () => {
    const wire = await connection();
    const session = await openSession(wire);
    const text = joinMessage("bench:expects");
    wire.send(request(`POST ${session}`, ["expect: 100-continue", `content-length: ${text.length}`]));
    assert.equal((await wire.answer()).status, 100);
    assert.equal((await wire.send(text).answer()).body, '{"status":200}');
    await assertJoined(wire, session, "bench:expects");
    wire.close();
  });

  check("a body that is too large is answered 413, and the next request is served", async () => {
    for (let n = 0; n < 5; n++) {
      const wire = await connection();
      const length = 3 << 20;
      wire.send(request("POST /socket/longpoll", [`content-length: ${length}`], "x".repeat(length)));
      assert.equal((await wire.answer()).status, 413);
      wire.close();
      const next = await connection();
      assert.equal((await next.send(request("/health")).answer()).status, 200);
      next.close();
    }
  });

  check("the first frame may come right behind the upgrade", async () => {
    const socket = await connection();
    socket.send(Buffer.concat([Buffer.from(upgrade()), heartbeat]));
    await socket.upgraded();
    await socket.beaten();
    socket.close();
  });

  check("messages of every length pass both ways", async () => {
    const { channel } = await join(await webSocket(running.server.url), "bench:lengths");
    for (const length of [0, 1, 125, 126, 4_096, 65_535, 65_536, 500_000]) {
      const payload = { text: "x".repeat(length) };
      assert.deepEqual(await outcome(channel.push("echo", payload)), { status: "ok", response: payload });
    }
  });

  check("where the proxy refuses WebSockets the client falls back to long polling", async () => {
    const proxy = await refusing([running.server.port]);
    try {
      const asked = [];
      class Counted extends WebSocket {
        constructor(url) {
          super(url);
          asked.push(url);
        }
      }
      const stored = new Map();
      const sessionStorage = {
        getItem: (name) => stored.get(name) ?? null,
        setItem: (name, value) => stored.set(name, value),
      };
      const falling = connecting(Socket, Counted);
      const socket = await falling(proxy.url, { longPollFallbackMs: 30_000, sessionStorage });
      const { channel } = await join(socket, "bench:falls");
      assert.equal((await outcome(channel.push("echo", { n: 1 }))).status, "ok");
      assert.equal(asked.length, 1);
      assert.equal(stored.size, 1, "it remembers that it polls");
    } finally {
      await disconnectAll();
      await proxy.stop();
    }
  });

  commonChecks((what, holds) => check(`by WebSocket, ${what}`, holds), running, webSocket, webSocket);
  commonChecks((what, holds) => check(`polling, ${what}`, holds), running, poll, webSocket);
}
