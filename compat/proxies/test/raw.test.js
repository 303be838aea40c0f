// Requests byte for byte, as no client of the other files makes them.
import assert from "node:assert/strict";
import { startServer } from "../../server.js";
import { onEachTransport } from "../../suite.js";
import { assertJoined, join, openSession } from "../poll.js";
import { heartbeat, request, upgrade, Wire } from "../wire.js";

onEachTransport("raw", startServer, () => {}, (check, running) => {
  const connection = () => Wire.open(running.server.port);
  const old = (...lines) => ["GET /health HTTP/1.0", ...lines, "", ""].join("\r\n");

  check("an empty line before a request counts for nothing, the first or a later one", async () => {
    const wire = await connection();
    assert.equal((await wire.send(`\r\n${request("/health")}`).answer()).status, 200);
    assert.equal((await wire.send(`\r\n${request("/health")}`).answer()).status, 200);
    await wire.send(`\r\n${upgrade()}`).upgraded();
    await wire.beats();
    wire.close();
  });

  check("requests, an upgrade and its first frame, sent at once, are answered in order", async () => {
    for (const before of [0, 1, 2, 10]) {
      const wire = await connection();
      const pages = Array.from({ length: before }, (_, n) => request(n % 2 ? "HEAD /app.js" : "/health"));
      wire.send(Buffer.concat([Buffer.from(pages.join("") + upgrade()), heartbeat]));
      for (let n = 0; n < before; n++) {
        assert.equal((await wire.answer(n % 2 ? "HEAD" : "GET")).status, 200);
      }
      await wire.upgraded();
      await wire.beaten();
      wire.close();
    }
  });

  check("a refused upgrade, a page and an upgrade, sent at once, are answered in order", async () => {
    const wire = await connection();
    wire.send(upgrade("/nothing/websocket") + request("/health") + upgrade());
    assert.equal((await wire.answer()).status, 404);
    assert.equal((await wire.answer()).status, 200);
    await wire.upgraded();
    await wire.beats();
    wire.close();
  });

  check("requests that come byte by byte are answered as those that come at once", async () => {
    const wire = await connection();
    const session = await openSession(wire);
    const message = join("bench:bytes");
    const part = message.slice(5);
    const body = `5;name="a;b"\r\n${message.slice(0, 5)}\r\n${part.length.toString(16)}\r\n${part}\r\n0\r\nx-trailer: yes\r\n\r\n`;
    await wire.sendBytewise(request(`POST ${session}`, ["transfer-encoding: chunked"], body));
    assert.equal((await wire.answer()).body, '{"status":200}');
    await assertJoined(wire, session, "bench:bytes");
    await wire.sendBytewise(upgrade());
    await wire.upgraded();
    await wire.sendBytewise(heartbeat);
    await wire.beaten();
    wire.close();
  });

  check("one connection may poll, ask and upgrade", async () => {
    const wire = await connection();
    const session = await openSession(wire, "http://localhost");
    const message = join("bench:all");
    wire.send(request(`POST ${session}`, [`content-length: ${message.length}`], message));
    assert.equal((await wire.answer()).body, '{"status":200}');
    assert.equal((await wire.send(request("/health")).answer()).status, 200);
    await assertJoined(wire, session, "bench:all");
    await wire.send(upgrade()).upgraded();
    await wire.beats();
    wire.close();
  });

  check("HTTP/1.0 closes behind its answer, unless it asks to be kept, and is told so", async () => {
    const once = await connection();
    assert.equal((await once.send(old()).answer()).status, 200);
    await once.closes();
    const kept = await connection();
    for (let n = 0; n < 3; n++) {
      const { status, headers } = await kept.send(old("connection: keep-alive")).answer();
      assert.equal(status, 200);
      assert.match(headers.connection, /^keep-alive$/i);
    }
    assert.equal((await kept.send(old()).answer()).status, 200);
    await kept.closes();
  });

  check("who says close is answered, told so, and closed", async () => {
    const wire = await connection();
    wire.send(request("/health") + request("/health", ["connection: close"]) + request("/never"));
    assert.equal((await wire.answer()).status, 200);
    const { status, headers } = await wire.answer();
    assert.equal(status, 200);
    assert.match(headers.connection, /^close$/i);
    await wire.closes();
  });

  check("who has sent all, and ends its side, is still answered", async () => {
    const wire = await connection();
    wire.send(request("/health") + request("/app.js")).finish();
    assert.equal((await wire.answer()).status, 200);
    assert.equal((await wire.answer()).status, 200);
    await wire.closes();
  });

  check("an upgrade of HTTP/1.0 is none", async () => {
    const wire = await connection();
    const { status } = await wire.send(upgrade().replace("HTTP/1.1", "HTTP/1.0")).answer();
    assert.ok(status >= 400 && status < 500, `${status}`);
    wire.close();
  });
});
