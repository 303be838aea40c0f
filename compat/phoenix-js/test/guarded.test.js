// Who may connect, and for how long, with each version of the official client; the server is
// Guarded.java, a user's program.
import assert from "node:assert/strict";
import WebSocket from "ws";
import { startProgram } from "../../server.js";
import { onEachTransport } from "../../suite.js";
import { clients, join, next, outcome } from "../client.js";

const start = (where) => startProgram("phoenix-js/Guarded.java", where);
const open = new Set();

const disconnect = async () => {
  await Promise.all([...open].map((socket) => new Promise((resolve) => socket.disconnect(resolve))));
  open.clear();
};

for (const [version, Socket] of Object.entries(clients)) {
  onEachTransport(`phoenix ${version}, guarded`, start, disconnect, (check, running) =>
    checks(check, running, Socket, version),
  );
}

function checks(check, running, Socket, version) {
  /** Connects to a user's path; resolves to the status if it is refused. */
  const connect = (user, options, origin) => {
    const url = `${running.server.url.replace(/^http/, "ws")}/users/${user}`;
    return new Promise((resolve) => {
      class Page extends WebSocket {
        constructor(address, protocols) {
          super(address, protocols, origin ? { origin } : {});
          this.on("unexpected-response", (_, response) => {
            socket.disconnect();
            resolve({ status: response.statusCode });
          });
        }
      }
      const socket = new Socket(url, { transport: Page, reconnectAfterMs: () => 50, ...options });
      open.add(socket);
      socket.onOpen(() => resolve({ status: 101, socket }));
      socket.connect();
    });
  };
  const withToken = (token) => ({ params: { token } });

  check("a parameter of the path says whom a token has to name", async () => {
    const own = await connect("ad%61", withToken("ada 60000"));
    assert.equal(own.status, 101);
    assert.deepEqual((await join(own.socket, "room:1")).answer.response, { user: "ada" });
    assert.equal((await connect("bob", withToken("ada 60000"))).status, 403);
  });

  check("pages of the request's own origin connect, others are refused with 403", async () => {
    const { url } = running.server;
    const token = withToken("ada 60000");
    assert.equal((await connect("ada", token, url)).status, 101);
    for (const origin of [url.replace("http", "https"), "http://127.0.0.1", "http://evil.com", "null"])
      assert.equal((await connect("ada", token, origin)).status, 403, origin);
  });

  if (version.startsWith("1.8"))
    check("authToken says who connects, a wrong one is refused", async () => {
      const { socket } = await connect("ada", { authToken: "ada 60000" });
      assert.deepEqual((await join(socket, "room:1")).answer.response, { user: "ada" });
      assert.equal((await connect("ada", { authToken: "bob 60000" })).status, 403);
      assert.equal((await connect("ada", {})).status, 403);
    });

  check("warned of its expiry it renews in place; else it closes with 3000 and comes back", async () => {
    const began = Date.now();
    const { socket } = await connect("ada", withToken("ada 3900"));
    const codes = [];
    socket.onClose(({ code }) => codes.push(code));
    const { channel } = await join(socket, "room:1");
    assert.deepEqual(await next(channel, "token_expiring"), { expires_in: 2 });
    const renew = (token) => outcome(channel.push("access_token", { access_token: token }));
    assert.deepEqual(await renew("bob 60000"), {
      status: "error",
      response: { reason: "the token has another id" },
    });
    assert.deepEqual(await renew("ada 5900"), { status: "ok", response: { expires_in: 6 } });
    await next(channel, "token_expiring");
    assert.ok(Date.now() - began > 3900, "the second warning comes after the first expiry");
    assert.deepEqual(codes, []);
    await new Promise((resolve) => socket.onOpen(resolve));
    assert.deepEqual(codes, [3000]);
  });
}
