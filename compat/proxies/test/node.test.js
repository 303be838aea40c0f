// Node's own clients, which keep their connections: http.Agent, with ws for upgrades, and fetch.
import assert from "node:assert/strict";
import diagnostics from "node:diagnostics_channel";
import { Agent, get } from "node:http";
import { LongPoll, Socket } from "phoenix";
import WebSocket from "ws";
import { connecting, disconnectAll, join, outcome } from "../../channels.js";
import { startServer } from "../../server.js";
import { onEachTransport } from "../../suite.js";

onEachTransport("node", startServer, disconnectAll, (check, running) => {
  /** Asks; `port` is the client's, which tells its connections apart. */
  const ask = (agent, path) =>
    new Promise((resolve, reject) => {
      get(`${running.server.url}${path}`, { agent, timeout: 5_000 }, (response) => {
        const { localPort } = response.socket;
        response.resume().on("end", () => resolve({ status: response.statusCode, port: localPort }));
      })
        .on("timeout", () => reject(new Error(`${path} is not answered`)))
        .on("error", reject);
    });
  /** Upgrades, and hears the answer to a heartbeat. */
  const upgrade = (agent, path = "/socket/websocket?vsn=2.0.0") =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`${running.server.url.replace("http", "ws")}${path}`, { agent });
      socket.on("upgrade", (response) => {
        const { localPort: port } = response.socket;
        socket.on("message", () => socket.on("close", () => resolve({ status: 101, port })).close());
      });
      socket.on("unexpected-response", (_, response) => {
        const { localPort: port } = response.socket;
        response.resume().on("end", () => resolve({ status: response.statusCode, port }));
      });
      socket.on("open", () => socket.send('[null,"1","phoenix","heartbeat",{}]'));
      socket.on("error", reject);
    });
  const agent = () => new Agent({ keepAlive: true, maxSockets: 1 });

  check("GET, GET and an upgrade on one connection, 100 times", async () => {
    const keeping = agent();
    for (let n = 0; n < 100; n++) {
      const first = await ask(keeping, "/health");
      const second = await ask(keeping, "/app.js");
      const third = await upgrade(keeping);
      assert.deepEqual([first.status, second.status, third.status], [200, 200, 101]);
      assert.deepEqual([second.port, third.port], [first.port, first.port]);
    }
    keeping.destroy();
  });

  check("an upgrade, then GET and an upgrade on the next connection, 100 times", async () => {
    const keeping = agent();
    for (let n = 0; n < 100; n++) {
      assert.equal((await upgrade(keeping)).status, 101);
      const before = await ask(keeping, "/nothing");
      const { status, port } = await upgrade(keeping);
      assert.deepEqual([before.status, status, port], [404, 101, before.port]);
    }
    keeping.destroy();
  });

  check("a refused upgrade, GET and an upgrade on one connection, 100 times", async () => {
    const keeping = agent();
    for (let n = 0; n < 100; n++) {
      const refused = await upgrade(keeping, "/nothing/websocket");
      const page = await ask(keeping, "/health");
      const { status, port } = await upgrade(keeping);
      assert.deepEqual([refused.status, page.status, status], [404, 200, 101]);
      assert.deepEqual([page.port, port], [refused.port, refused.port]);
    }
    keeping.destroy();
  });

  check("fetch polls on connections that it keeps", async () => {
    let opened = 0;
    const count = () => opened++;
    diagnostics.subscribe("undici:client:connected", count);
    try {
      const socket = await connecting(Socket, LongPoll)(running.server.url);
      const { channel } = await join(socket, "bench:fetch");
      for (let n = 0; n < 50; n++) {
        assert.deepEqual(await outcome(channel.push("echo", { n })), { status: "ok", response: { n } });
      }
    } finally {
      diagnostics.unsubscribe("undici:client:connected", count);
    }
    assert.ok(opened >= 1 && opened <= 4, `opened: ${opened}`);
  });

  check("phoenix.js with a slash behind its address connects, by WebSocket and by polling", async () => {
    for (const transport of [WebSocket, LongPoll]) {
      const socket = await connecting(Socket, transport)(running.server.url, { path: "/socket/" });
      assert.match(socket.endPointURL(), /\/socket\/\//);
      const { channel } = await join(socket, "bench:slash");
      assert.equal((await outcome(channel.push("echo", {}))).status, "ok");
    }
  });
});
