// What a server that believes its proxy knows of its clients; the server is Callers.java, a user's program.
import assert from "node:assert/strict";
import { startProgram } from "../server.js";
import { openSession } from "./poll.js";
import { masked, request, upgrading, Wire } from "./wire.js";

export const startCallers = (where) => startProgram("proxies/Callers.java", where);

const join = JSON.stringify(["1", "1", "address", "phx_join", {}]);
const joined = (address) => ["1", "1", "address", "phx_reply", { status: "ok", response: { address } }];

export function addressChecks(check, running) {
  const addresses = Array.from({ length: 10 }, (_, n) => `127.0.0.${2 + n}`);
  const open = (address) => Wire.open(running.server.proxy.port, address);
  const claims = [
    [],
    ["x-forwarded-for: 6.6.6.6"],
    ["x-forwarded-for: 6.6.6.6, 127.0.0.1"],
    ["forwarded: for=6.6.6.6"],
    ["x-forwarded-for: nonsense", "x-real-ip: 6.6.6.6"],
  ];

  check("each request on a kept connection has the address of its own client, whatever that claims", async () => {
    for (const lines of claims) {
      for (const address of addresses) {
        const wire = await open(address);
        assert.equal((await wire.send(request("/", lines)).answer()).body, address, lines.join());
        wire.close();
      }
    }
  });

  check("a WebSocket has the address of its client, whatever that claims", async () => {
    for (const lines of claims) {
      for (const address of addresses) {
        const wire = await open(address);
        await wire.send(request("/socket/websocket?vsn=2.0.0", [...upgrading, ...lines])).upgraded();
        assert.deepEqual(JSON.parse(await wire.send(masked(join)).frame()), joined(address));
        wire.close();
      }
    }
  });

  check("a client that polls has the address from which it came", async () => {
    for (const address of addresses) {
      const wire = await open(address);
      const session = await openSession(wire);
      wire.send(request(`POST ${session}`, [`content-length: ${join.length}`], join));
      assert.equal((await wire.answer()).body, '{"status":200}');
      const { messages } = JSON.parse((await wire.send(request(session)).answer()).body);
      assert.deepEqual(messages.map((text) => JSON.parse(text)), [joined(address)]);
      wire.close();
    }
  });

  check("who comes without the proxy has its own address, and who claims another is not believed", async () => {
    const [server] = running.server.servers;
    for (const lines of claims) {
      const wire = await Wire.open(server.port, "127.0.0.2");
      assert.equal((await wire.send(request("/", lines)).answer()).body, "127.0.0.2");
      wire.close();
    }
  });
}
